/**
 * Which columns are shown and how wide, and a saved view: list and columns together, as text. Pure: what comes back from
 * storage or from somebody else's journal is checked, and what makes no sense is left out.
 */
import { sessionFilterSchema, sessionSortKeys, type SessionFilter } from '../../../shared/model/session';
import type { SessionSort } from '../../lib/navigation';
import { compactFilter, DEFAULT_SORT } from '../../lib/session-query';

/** In the order they stand in. */
export const columnIds = [
  'title',
  'strip',
  'startTimeMs',
  'durationMs',
  'turnCount',
  'spanCount',
  'toolCallCount',
  'toolErrorCount',
  'findingCount',
  'signals',
  'failProbability',
  'correctionCount',
  'failureModes',
  'verdict',
  'interruptionCount',
  'rejectionCount',
  'feature',
  'cohort',
  'model',
  'agentName',
  'agentVersion',
  'userId',
  'inputTokens',
  'outputTokens',
  'costUsd',
  'format',
  'sourceName',
  'flags',
  'sessionId',
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface ColumnState {
  shown: readonly ColumnId[];
  /** Widths in pixels that somebody has set; others are as wide as the column says. */
  widths: Partial<Record<ColumnId, number>>;
}

export const DEFAULT_COLUMNS: ColumnState = {
  shown: [
    'title',
    'strip',
    'startTimeMs',
    'durationMs',
    'turnCount',
    'toolErrorCount',
    'findingCount',
    'failProbability',
    'correctionCount',
    'failureModes',
  ],
  widths: {},
};

const MIN_WIDTH = 36;
const MAX_WIDTH = 1200;

function isColumnId(value: unknown): value is ColumnId {
  return (columnIds as readonly unknown[]).includes(value);
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Columns out of what was stored. The title is always among them: a row must be told from the others. */
export function readColumns(stored: unknown): ColumnState {
  const shown = field(stored, 'shown');
  if (!Array.isArray(shown)) return DEFAULT_COLUMNS;
  const known = new Set(shown.filter(isColumnId));
  const widths: ColumnState['widths'] = {};
  for (const id of columnIds) {
    const width = field(field(stored, 'widths'), id);
    if (typeof width === 'number' && width >= MIN_WIDTH && width <= MAX_WIDTH) widths[id] = Math.round(width);
  }
  return { shown: columnIds.filter((id) => id === 'title' || known.has(id)), widths };
}

export function parseColumns(text: string | null): ColumnState {
  return readColumns(parseJson(text));
}

/** Shows a hidden column, in its place among the others, or hides a shown one. The title stays. */
export function toggleColumn(state: ColumnState, id: ColumnId): ColumnState {
  const isShown = state.shown.includes(id);
  return {
    ...state,
    shown: columnIds.filter((one) => one === 'title' || (one === id ? !isShown : state.shown.includes(one))),
  };
}

/** As the table library has it: a column is hidden by a `false`, and by nothing else. */
export function toVisibility(shown: readonly ColumnId[]): Record<string, boolean> {
  return Object.fromEntries(columnIds.map((id) => [id, shown.includes(id)]));
}

/** A list with its columns, under a name in the workspace. */
export interface SavedView {
  filter: SessionFilter;
  sort: SessionSort;
  columns: ColumnState;
}

export function formatView(view: SavedView): string {
  return JSON.stringify({ ...view, filter: compactFilter(view.filter) });
}

/** A view out of its text; null for a text that is none. Parts that make no sense are as usual. */
export function parseView(text: string): SavedView | null {
  const stored = parseJson(text);
  if (typeof stored !== 'object' || stored === null) return null;
  const filter = sessionFilterSchema.safeParse(field(stored, 'filter') ?? {});
  const key = sessionSortKeys.find((known) => known === field(field(stored, 'sort'), 'key'));
  const descending = field(field(stored, 'sort'), 'descending') === true;
  return {
    filter: filter.success ? compactFilter(filter.data) : {},
    sort: key === undefined ? DEFAULT_SORT : { key, descending },
    columns: readColumns(field(stored, 'columns')),
  };
}

/** Whether a list and its columns are those of a view; widths do not count. */
export function isSameView(a: SavedView, b: SavedView): boolean {
  const plain = (view: SavedView) =>
    JSON.stringify([
      Object.entries(compactFilter(view.filter)).sort(([x], [y]) => x.localeCompare(y)),
      view.sort.key,
      view.sort.descending,
      columnIds.filter((id) => view.columns.shown.includes(id)),
    ]);
  return plain(a) === plain(b);
}
