/** The heat map's cells as a grid: a row per signal, a column per value of what is compared. Pure. */
import type { Overview } from '../../../shared/contract/overview';
import type { Share } from '../../../shared/model/codebook';

export type HeatKind = Overview['heat'][number]['rowKind'];

export const heatKindWords: Record<HeatKind, string> = {
  feature: 'Feature',
  cohort: 'Cohort',
  model: 'Model',
  agentVersion: 'Agent version',
};

export interface HeatGrid {
  /** Values of what is compared, those with most sessions first, and how many sessions each has. */
  values: { value: string; sessions: number }[];
  /** Signals, those in most sessions first, each with a share per value; null where there is none. */
  rows: { signal: string; cells: (Share | null)[] }[];
  /** The greatest share, which has the deepest colour. */
  max: number;
}

/** What can be compared: with one value alone there is nothing to compare it with. */
export function heatKinds(heat: Overview['heat']): HeatKind[] {
  const values = new Map<HeatKind, Set<string>>();
  for (const cell of heat) values.set(cell.rowKind, (values.get(cell.rowKind) ?? new Set()).add(cell.row));
  return (Object.keys(heatKindWords) as HeatKind[]).filter((kind) => (values.get(kind)?.size ?? 0) > 1);
}

export function heatGrid(heat: Overview['heat'], kind: HeatKind): HeatGrid {
  const cells = heat.filter((cell) => cell.rowKind === kind);
  const sizes = new Map(cells.map((cell) => [cell.row, cell.sessions.n]));
  const values = [...sizes]
    .map(([value, sessions]) => ({ value, sessions }))
    .sort((a, b) => b.sessions - a.sessions || a.value.localeCompare(b.value));
  const hits = new Map<string, number>();
  const shares = new Map<string, Share>();
  for (const { row, signal, sessions } of cells) {
    hits.set(signal, (hits.get(signal) ?? 0) + sessions.count);
    shares.set(JSON.stringify([signal, row]), sessions);
  }
  const rows = [...hits]
    .filter(([, count]) => count > 0)
    .sort(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b))
    .map(([signal]) => ({
      signal,
      cells: values.map(({ value }) => shares.get(JSON.stringify([signal, value])) ?? null),
    }));
  return { values, rows, max: Math.max(0, ...cells.map((cell) => cell.sessions.share ?? 0)) };
}

/** From this many sessions on a share says something; below it the cell is drawn faintly. */
export const FEW_SESSIONS = 10;

/** Depth of a cell's colour between 0 and 1; the square root lets small shares be told apart. */
export function heatDepth(share: Share | null, max: number): number {
  if (share?.share == null || max <= 0) return 0;
  return Math.sqrt(share.share / max);
}
