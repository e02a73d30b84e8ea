/**
 * The signals: what is found without a model, how often and where, how far each can be trusted, and its parameters. A query
 * of one's own becomes a signal here. Must not decide what counts as a finding: the engine does.
 */
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { Signal } from '../../../shared/model/signal';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SignalStageNote } from '../../components/signal-stage';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { formatHash, navigate, useRouteOf } from '../../lib/navigation';
import { runSignals, toggle } from './acts';
import { JobBar } from './job-bar';
import { QueryForm } from './query-form';
import { useSignalJob } from './signal-job';
import { SignalList } from './signal-list';
import { SignalView } from './signal-view';
import classes from './signals.module.css';

const PANES = [340, 480] as const;

export function SignalsScreen(): ReactNode {
  const asked = useRouteOf('signals')?.signal;
  const query = useQuery(orpc.signal.list.queryOptions());
  const prevalence = useQuery(orpc.signal.prevalence.queryOptions({ input: { by: 'model' } }));
  const info = useQuery(orpc.workspace.current.queryOptions());
  const [text, setText] = useState('');
  const [isNew, setIsNew] = useState(false);
  const findRef = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => inOrder(query.data ?? [], text), [query.data, text]);
  const shares = useMemo(
    () => new Map(prevalence.data?.rows.map((row) => [row.signal, row.all]) ?? []),
    [prevalence.data],
  );
  const chosen = query.data?.find((one) => one.id === asked) ?? shown[0] ?? null;
  const choose = (signal: string) => {
    setIsNew(false);
    navigate({ screen: 'signals', signal }, { replace: true });
  };
  useSignalKeys({ shown, chosen, choose, add: () => setIsNew(true), find: () => findRef.current?.focus() });

  if (query.isPending) return <SkeletonRows rows={14} label="Fetching the signals" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (info.data?.sessionCount === 0)
    return (
      <EmptyState
        title="Nothing to look at yet"
        actions={
          <Button component="a" href={formatHash({ screen: 'import' })} variant="filled">
            Import trace files
          </Button>
        }
      >
        Signals are found in sessions, and there are none in this workspace. Import some traces first.
      </EmptyState>
    );
  const found = query.data.filter((signal) => signal.findingCount > 0).length;
  return (
    <div className={classes.screen}>
      <HeaderDetail>
        <span>
          {formatCount(found)} of {formatPlural(query.data.length, 'signal')} found something
        </span>
        <SignalStageNote />
      </HeaderDetail>
      <StatusDetail>
        <span>Every bar leads to its sessions</span>
        <KeyHint keys="j">next</KeyHint>
        <KeyHint keys="k">previous</KeyHint>
        <KeyHint keys="o">off or on</KeyHint>
        <KeyHint keys="+">new</KeyHint>
      </StatusDetail>
      <JobBar />
      <div className={classes.body}>
        <SplitPanes
          id="signals.list"
          direction="row"
          initial={32}
          min={PANES}
          label="signals and what is known of one"
          first={
            <Panel
              title="Signals"
              detail={formatCount(shown.length)}
              actions={
                <TextInput
                  ref={findRef}
                  className={classes.search}
                  placeholder="Find a signal"
                  aria-label="Find a signal"
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                />
              }
              hasOwnScroll
            >
              <SignalList
                signals={shown}
                shares={shares}
                chosenId={isNew ? null : (chosen?.id ?? null)}
                onChoose={choose}
                onAdd={() => setIsNew(true)}
              />
            </Panel>
          }
          second={
            <div className={classes.scrolls}>
              {isNew ? (
                <div className={classes.view}>
                  <QueryForm
                    signal={null}
                    taken={query.data.map((one) => one.id)}
                    onSaved={choose}
                    onCancel={() => setIsNew(false)}
                  />
                </div>
              ) : chosen === null ? (
                <EmptyState title="No signal is called that">Search for another part of its name.</EmptyState>
              ) : (
                <SignalView key={chosen.id} signal={chosen} signals={query.data} onChoose={choose} />
              )}
            </div>
          }
        />
      </div>
    </div>
  );
}

interface KeysInput {
  shown: readonly Signal[];
  chosen: Signal | null;
  choose: (id: string) => void;
  add: () => void;
  find: () => void;
}

function useSignalKeys({ shown, chosen, choose, add, find }: KeysInput): void {
  const isBusy = useSignalJob() !== null;
  const step = (by: 1 | -1) => {
    const next = shown[shown.findIndex((one) => one.id === chosen?.id) + by];
    if (next === undefined) return;
    choose(next.id);
    requestAnimationFrame(() =>
      document.querySelector(`[data-signal="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: 'nearest' }),
    );
  };
  useShortcuts('Signals', [
    { keys: ['j', 'ArrowDown'], description: 'Next signal', run: () => step(1) },
    { keys: ['k', 'ArrowUp'], description: 'Previous signal', run: () => step(-1) },
    { keys: '/', description: 'Find a signal', run: find },
    { keys: '+', description: 'New signal as a query', run: add },
    {
      keys: 'o',
      description: 'Switch the signal off or on',
      isDisabled: chosen === null || chosen.origin === 'room' || isBusy,
      run: () => {
        if (chosen !== null) void toggle(chosen);
      },
    },
    {
      keys: 'shift+r',
      description: 'Look at all sessions again',
      isDisabled: isBusy,
      run: () => void runSignals(true),
    },
  ]);
}

/** Those that match, found in the most sessions first; then the others by name. */
function inOrder(signals: readonly Signal[], text: string): Signal[] {
  const needle = text.trim().toLowerCase();
  return signals
    .filter((signal) => `${signal.title} ${signal.id} ${signal.pillar}`.toLowerCase().includes(needle))
    .sort((a, b) => b.sessionCount - a.sessionCount || a.title.localeCompare(b.title));
}
