/** What the index holds of a scenario's sessions, without what may differ: which import and file brought it. */
import type { TestEngine } from '../engine';
import { rowsOf, type Row } from '../sql-rows';
import type { Scenario } from './dialogue';

export interface Picture {
  sessions: readonly unknown[];
  turns: Readonly<Record<string, readonly string[]>>;
  spans: Readonly<Record<string, readonly unknown[]>>;
  labels: Readonly<Record<string, readonly string[]>>;
  toolCalls: readonly [all: number, failed: number];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** One picture per scenario; sessions belong to the scenario whose name their id begins with. */
export async function picturesOf(
  engine: TestEngine,
  scenarios: readonly Scenario[],
): Promise<Map<string, Picture>> {
  const [sessions, turns, spans, labels] = await Promise.all([
    rowsOf(
      engine,
      `SELECT session_id, title, format, agent_name, model, user_id, start_ms, duration_ms, turn_count, user_turn_count, span_count, llm_call_count,
         tool_call_count, tool_error_count, input_tokens, output_tokens, flags FROM sessions ORDER BY session_id`,
    ),
    rowsOf(engine, 'SELECT session_id, turn_no, user_text FROM turns ORDER BY session_id, turn_no'),
    rowsOf(
      engine,
      `SELECT session_id, CASE WHEN is_derived AND kind <> 'tool' THEN 'derived' ELSE span_id END AS span_id, kind, name, turn_no, status,
         CASE WHEN is_derived AND kind <> 'tool' THEN NULL ELSE parent_span_id END AS parent, text, input, model, start_ms, duration_ms
       FROM spans ORDER BY session_id, position`,
    ),
    rowsOf(
      engine,
      `SELECT coalesce(session_id, trace_id, '-') AS session_id, name, value, text, kind, annotator_kind, annotator, span_id FROM labels
       ORDER BY session_id, name, annotator, span_id, value, text`,
    ),
  ]);
  return new Map(
    scenarios.map((scenario) => {
      const ids = new Set(Object.keys(scenario.turns));
      const isOwn = ({ session_id }: Row): boolean =>
        ids.has(text(session_id)) ||
        (text(session_id).startsWith(`${scenario.name}-`) &&
          !scenarios.some(({ turns: other }) => other !== scenario.turns && text(session_id) in other));
      return [
        scenario.name,
        {
          sessions: sessions.filter(isOwn),
          turns: grouped(turns.filter(isOwn), (row) => text(row['user_text'])),
          spans: grouped(spans.filter(isOwn), ({ session_id: _, ...row }) => Object.values(row)),
          labels: grouped(labels.filter(isOwn), labelText),
          toolCalls: [
            spans.filter((row) => isOwn(row) && row['kind'] === 'tool').length,
            spans.filter((row) => isOwn(row) && row['kind'] === 'tool' && row['status'] === 'error').length,
          ],
        },
      ];
    }),
  );
}

function labelText({ name, value, text: words, kind, annotator_kind, annotator, span_id }: Row): string {
  return [name, value ?? words, kind, annotator_kind, annotator, span_id]
    .map((part) => text(part ?? '-'))
    .join(' ');
}

function grouped<T>(rows: readonly Row[], of: (row: Row) => T): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const row of rows) (groups[text(row['session_id'])] ??= []).push(of(row));
  return groups;
}
