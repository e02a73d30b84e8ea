/**
 * Whether a query that somebody wrote as a detector may run: one SELECT over the views of ./views.ts and nothing else.
 * Owns the words of a refusal and what such a query must return; ../workspace/guarded-select looks it through.
 */
import type { Database } from '../workspace/database';
import { guardSelect, lineAndColumn, type SelectRules } from '../workspace/guarded-select';
import { BadInput } from '../workspace/problem';
import { findQuery } from './query-findings';
import { signalViews } from './views';

const viewNames = signalViews.map((view) => view.name);

function rulesFor(sql: string): SelectRules {
  return {
    views: viewNames,
    changesSomething: 'A detector is one SELECT: statements that change anything are not run.',
    unreadable: (message, position) =>
      `The query cannot be read: ${message}${position === null ? '' : ` (${lineAndColumn(sql, position)})`}.`,
    severalStatements: (count) => `A detector is one SELECT; this is ${String(count)}.`,
    noView: (name) => `There is no view “${name}” for detectors. They read ${viewNames.join(', ')}.`,
    noFunction: (name) => `A detector may not call “${name}”: it reads views, not files or settings.`,
  };
}

/** Throws BadInput with a sentence that says what is wrong with the query, and where. */
export async function checkQuery(db: Database, sql: string, signal?: AbortSignal): Promise<void> {
  await guardSelect(db, sql, rulesFor(sql));
  await checkColumns(db, sql, signal);
}

/** Runs the query over no session at all, which tells wrong names and missing columns. */
async function checkColumns(db: Database, sql: string, signal?: AbortSignal): Promise<void> {
  try {
    await findQuery(db, { select: sql, parameters: {}, isOwn: false }, [], signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new BadInput(wordsOf(error));
  }
}

/** What DuckDB says of a query, as a sentence without its drawing of where. */
export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split('\n').filter((line) => line.trim() !== '' && !/^(LINE \d+:|\s*\^)/.test(line));
  const text = lines
    .join(' ')
    .replace(/^(\w+ Error): /, '')
    .slice(0, 500);
  const missing = /"f" does not have a column named "(session_id|span_id|reason)"/i.exec(message);
  return missing
    ? `The query must return a column ${missing[1] ?? ''}: a detector returns session_id, span_id and reason.`
    : `The query does not run: ${text}`;
}
