/**
 * How far the search for signals is that goes on after an import: for the status line, with a way to stop it and go on, and in
 * words for screens that show signals.
 */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import type { SignalStageState } from '../../shared/contract/signal';
import { client, orpc } from '../lib/client';
import { formatCount } from '../lib/format';
import { refreshAll } from '../lib/query-client';
import { nextShown, type Shown } from './shown-stage';
import classes from './signal-stage.module.css';

const ASK_EVERY_MS = 500;

/** Null before it is known. */
function useSignalStage(): SignalStageState | null {
  const query = useQuery({
    ...orpc.signal.stage.queryOptions(),
    refetchInterval: ({ state }) => (state.data?.isRunning === true ? ASK_EVERY_MS : false),
  });
  return query.data ?? null;
}

/** Brings what screens show in step with what was found, now and then and at the end. */
function useShownInStep(stage: SignalStageState | null): void {
  const shown = useRef<Shown>({ looked: -1, atMs: 0, wasRunning: false });
  useEffect(() => {
    if (stage === null) return;
    const next = nextShown(shown.current, stage, performance.now());
    if (next !== null) void refreshAll();
    const { looked, atMs } = shown.current;
    const kept = { looked: looked < 0 ? stage.looked : looked, atMs, wasRunning: stage.isRunning };
    shown.current = next ?? kept;
  }, [stage]);
}

function wordsOf({ looked, sessions }: SignalStageState): string {
  return `Signals of ${formatCount(looked)} of ${formatCount(sessions)} sessions`;
}

/** In the status line while not all sessions have been looked at. */
export function SignalStageStatus(): ReactNode {
  const stage = useSignalStage();
  useShownInStep(stage);
  const turn = useMutation({
    mutationFn: (isOn: boolean) => (isOn ? client.signal.startStage() : client.signal.stopStage()),
    meta: { doing: 'look for signals' },
  });
  if (stage === null || stage.looked >= stage.sessions) return null;
  const { isRunning, problem } = stage;
  return (
    <span className={classes.stage} title={problem ?? undefined}>
      {wordsOf(stage)}
      {!isRunning && (problem === null ? ', incomplete' : ', ended early')}
      <button
        type="button"
        className={classes.turn}
        disabled={turn.isPending}
        onClick={() => turn.mutate(!isRunning)}
      >
        {isRunning ? 'Stop' : 'Go on'}
      </button>
    </span>
  );
}

/** For screens that count findings: that not all sessions have been looked at; nothing once they have. */
export function SignalStageNote(): ReactNode {
  const stage = useSignalStage();
  if (stage === null || stage.looked >= stage.sessions) return null;
  return <span className={classes.note}>{wordsOf(stage)} so far</span>;
}
