/** What an analyst does to signals: each is a job with progress, and everything that changes something can be undone. */
import type { SignalTuning } from '../../../shared/contract/signal';
import type { Signal, SignalQuery } from '../../../shared/model/signal';
import { client } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { refreshAll } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';
import { runJob } from './signal-job';

export function previewTuning(tuning: SignalTuning) {
  return runJob('Trying the change on all sessions', (options) => client.signal.preview(tuning, options));
}

export function previewQuery(query: SignalQuery) {
  return runJob('Trying the query on all sessions', (options) =>
    client.signal.previewQuery({ query }, options),
  );
}

/** `done` begins the message: `Applied to retry loop`. */
export async function tune(tuning: SignalTuning, done: string): Promise<void> {
  const result = await runJob('Looking at all sessions again', (options) =>
    client.signal.tune(tuning, options),
  );
  if (result.state === 'done')
    toastDone(`${done}. Looked at ${formatPlural(result.done.sessions, 'session')}.`);
  else if (result.state === 'failed') toastError(result.error, 'change the signal');
  await refreshAll();
}

/** Switches it off, which takes its findings out of every count, or on again. Its parameters stay. */
export function toggle(signal: Signal): Promise<void> {
  const own = new Map(signal.fields.map((field) => [field.name, JSON.stringify(field.default)]));
  const parameters = Object.fromEntries(
    Object.entries(signal.parameters).filter(
      ([name, value]) => own.has(name) && own.get(name) !== JSON.stringify(value),
    ),
  );
  return tune(
    { signal: signal.id, isEnabled: !signal.isEnabled, parameters },
    signal.isEnabled ? `Switched ${signal.title} off` : `Switched ${signal.title} on`,
  );
}

/** Saves a query and runs it; the error in words where it cannot be used. */
export async function saveQuery(query: SignalQuery) {
  const result = await runJob('Running the query', (options) => client.signal.saveQuery({ query }, options));
  if (result.state === 'done') toastDone(`Saved ${query.title}.`);
  await refreshAll();
  return result;
}

export async function removeQuery(signal: Signal): Promise<void> {
  try {
    await client.signal.removeQuery({ signal: signal.id });
    toastDone(`Removed ${signal.title}. Undo brings it back.`);
  } catch (error) {
    toastError(error, 'remove the signal');
  }
  await refreshAll();
}

/** Runs what is new, or changed and not yet run; `isAnew` everything. */
export async function runSignals(isAnew: boolean): Promise<void> {
  const result = await runJob('Looking at the sessions', (options) =>
    client.signal.run({ anew: isAnew }, options),
  );
  if (result.state === 'done')
    toastDone(
      result.done.sessions === 0
        ? 'Nothing is new: every signal has seen every session.'
        : `Looked at ${formatPlural(result.done.sessions, 'session')}.`,
    );
  else if (result.state === 'failed') toastError(result.error, 'look for signals');
  await refreshAll();
}
