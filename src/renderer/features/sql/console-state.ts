/**
 * What the console keeps while the program runs, so that coming back from a session finds it as it was: the text, the
 * last result, and what was run. Kept by workspace, in memory alone.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SqlResult } from '../../../shared/contract/sql';
import { client } from '../../lib/client';
import { isAbort } from '../../lib/errors';
import { examples } from './examples.data';

export type Outcome =
  | { kind: 'result'; query: string; result: SqlResult }
  | { kind: 'problem'; query: string; message: string; position: number | null }
  | { kind: 'failed'; query: string; error: unknown };

export interface Ran {
  query: string;
  atMs: number;
  /** Null where it failed. */
  rows: number | null;
  durationMs: number;
}

interface Kept {
  text: string;
  outcome: Outcome | null;
  history: readonly Ran[];
}

const HISTORY_LENGTH = 50;
export const ROW_LIMIT = 1000;

let keptFor = '';
let kept: Kept = { text: '', outcome: null, history: [] };

function keptOf(workspace: string): Kept {
  if (workspace !== keptFor) {
    keptFor = workspace;
    kept = { text: examples[0]?.query ?? '', outcome: null, history: [] };
  }
  return kept;
}

export interface Console extends Kept {
  setText: (text: string) => void;
  isRunning: boolean;
  /** Runs a query; the one before is stopped. */
  run: (query: string) => void;
  cancel: () => void;
}

/** The console of a workspace, by its path. `asked` is the query of the address, which takes the place of the text. */
export function useConsole(workspace: string, asked: string | undefined): Console {
  const [state, setState] = useState<Kept>(() => {
    const before = keptOf(workspace);
    return asked === undefined ? before : { ...before, text: asked };
  });
  const [isRunning, setRunning] = useState(false);
  const running = useRef<AbortController>(null);
  useEffect(() => {
    kept = state;
  }, [state]);
  useEffect(() => () => running.current?.abort(), []);

  const setText = useCallback((text: string) => setState((before) => ({ ...before, text })), []);
  const cancel = useCallback(() => running.current?.abort(), []);
  const run = useCallback((query: string) => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    setRunning(true);
    const startedMs = performance.now();
    void outcomeOf(query, stop.signal).then((outcome) => {
      if (running.current !== stop) return;
      running.current = null;
      setRunning(false);
      if (outcome === null) return;
      const rows = outcome.kind === 'result' ? outcome.result.rows.length : null;
      const ran: Ran = { query, atMs: Date.now(), rows, durationMs: performance.now() - startedMs };
      setState((before) => ({
        ...before,
        outcome,
        history: [ran, ...before.history.filter((other) => other.query !== query)].slice(0, HISTORY_LENGTH),
      }));
    });
  }, []);
  return { ...state, setText, isRunning, run, cancel };
}

/** Null where it was stopped by the person. */
async function outcomeOf(query: string, signal: AbortSignal): Promise<Outcome | null> {
  try {
    const answer = await client.sql.run({ query, limit: ROW_LIMIT }, { signal });
    return { ...answer, query };
  } catch (error) {
    return signal.aborted || isAbort(error) ? null : { kind: 'failed', query, error };
  }
}
