import type { Store } from '../workspace/queries';
import type { ContextWindow } from '../../shared/model/session';
import { contextTokens } from './context-tokens';

/**
 * Context windows of models by name, in tokens. Data, first match wins; null where nothing is known.
 * Sources: the providers' model pages, as of the year the family appeared; a proxy or a fine-tune may differ.
 */
const windows: [pattern: RegExp, tokens: number][] = [
  [/claude.*(1m|\[1m\])/i, 1_000_000],
  [/claude/i, 200_000],
  [/gpt-4\.1/i, 1_047_576],
  [/gpt-5/i, 400_000],
  [/gpt-4o|gpt-4-turbo|gpt-4-1106|gpt-4-0125/i, 128_000],
  [/gpt-4-32k/i, 32_768],
  [/gpt-4/i, 8_192],
  [/gpt-3\.5/i, 16_385],
  [/\bo[134](-|$)/i, 200_000],
  [/gemini-(1\.5-pro)/i, 2_097_152],
  [/gemini/i, 1_048_576],
  [/llama-?3\.[123]|llama-?4/i, 131_072],
  [/mi[sx]tral-large|ministral/i, 131_072],
  [/mistral|mixtral/i, 32_768],
  [/qwen/i, 131_072],
  [/deepseek/i, 131_072],
  [/grok-4/i, 262_144],
  [/grok/i, 131_072],
];

/** Models asked about before: a workspace has a few, and every model call asks. */
const known = new Map<string, number | null>();
const maxKnown = 1000;

/** Tokens a model's context holds, by the built-in table; null when the model is not known. */
export function builtInWindowOf(model: string): number | null {
  const before = known.get(model);
  if (before !== undefined) return before;
  const tokens = windows.find(([pattern]) => pattern.test(model))?.[1] ?? null;
  if (known.size >= maxKnown) known.clear();
  known.set(model, tokens);
  return tokens;
}

/** Tokens a model's context holds: what the workspace says of this very name, else the built-in table; null when neither knows. */
export function contextWindowOf(model: string | null, own: ReadonlyMap<string, number>): number | null {
  return model === null ? null : (own.get(model) ?? builtInWindowOf(model));
}

/** Puts the windows that the analyst set where the detectors find them. */
export async function writeContextWindows(db: Store, own: ReadonlyMap<string, number>): Promise<void> {
  await db.run('DELETE FROM context_window');
  if (own.size > 0) await db.appendRows('context_window', ['model', 'tokens'], [...own]);
}

/** The windows that the analyst set, by model, as last written. */
export async function readContextWindows(db: Store): Promise<ReadonlyMap<string, number>> {
  const rows = await db.all<{ model: string; tokens: number }>(
    'SELECT model, tokens::DOUBLE AS tokens FROM context_window',
  );
  return new Map(rows.map((row) => [row.model, row.tokens]));
}

/** The workspace's models with their windows, most used first, and those set for models it does not have. */
export async function listContextWindows(
  db: Store,
  own: ReadonlyMap<string, number>,
): Promise<ContextWindow[]> {
  const rows = await db.all<{ model: string; callCount: number; largest: number | null }>(
    `SELECT s.model, count(*)::INTEGER AS "callCount", max(${contextTokens})::DOUBLE AS largest
     FROM span AS s JOIN session AS x ON x.session_id = s.session_id
     WHERE s.kind = 'llm' AND s.model IS NOT NULL GROUP BY s.model ORDER BY "callCount" DESC, s.model LIMIT 2000`,
  );
  const seen = new Set(rows.map((row) => row.model));
  const unseen = [...own.keys()].filter((model) => !seen.has(model));
  return [...rows, ...unseen.map((model) => ({ model, callCount: 0, largest: null }))].map((row) => ({
    ...row,
    tokens: contextWindowOf(row.model, own),
    builtIn: builtInWindowOf(row.model),
    isChanged: own.has(row.model),
  }));
}
