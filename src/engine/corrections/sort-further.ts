/**
 * Learns from what people sorted and proposes a failure mode for every correction that is not sorted, and which to sort next.
 * Writes the table `proposal` and nothing else: what a person did is never touched.
 */
import { tokenize } from '../../shared/text/tokenize';
import type { Database } from '../workspace/database';
import { Pacer } from './pacer';
import { proposeModes } from './propose-modes';
import { buildTextFeatures, type SparseMatrix } from './text-features';
import { nearestRows, usefulOrder, type Neighbours } from './useful-order';

/** As many are put in order of usefulness; a person sorts fewer before the next round. */
const ORDERED = 300;
/** Corrections beyond these wait until earlier ones are sorted: features are held in memory, and neighbours of all compared. */
const MOST_TEXTS = 20_000;
/** What even a sure proposal weighs in the order of usefulness: it may still stand for many. */
const LEAST_WEIGHT = 0.05;

type Item = { id: string; text: string; isSortable: boolean };
type Prepared = { key: string; matrix: SparseMatrix; near: Neighbours };

/** A correction is read this far; what follows is pasted output, not the user's words. */
const MOST_CHARACTERS = 4_000;

/** The texts as rows whose cosine says how alike they are worded. */
export function sortingFeatures(texts: readonly string[]): SparseMatrix {
  return buildTextFeatures(texts.map((text) => tokenize(text.slice(0, MOST_CHARACTERS)))).matrix;
}

/** Features and neighbours of the corrections of a workspace; they hold while the set of corrections does. */
export class SortingMemory {
  #prepared: Prepared | null = null;

  async prepare(items: readonly Item[], pacer: Pacer): Promise<Prepared> {
    const key = `${String(items.length)} ${items[0]?.id ?? ''} ${items.at(-1)?.id ?? ''}`;
    if (this.#prepared?.key === key) return this.#prepared;
    const matrix = sortingFeatures(items.map((item) => item.text));
    this.#prepared = { key, matrix, near: await nearestRows(matrix, pacer) };
    return this.#prepared;
  }
}

/** Failure modes by correction id, as people assigned them. */
export type Sorted = ReadonlyMap<string, readonly string[]>;

/** Proposals for every row from the failure modes on some. `order` holds the rows to sort next. Pure but for pacing. */
export async function learnModes(
  prepared: Pick<Prepared, 'matrix' | 'near'>,
  modesOfRow: readonly (readonly string[])[],
  isOut: readonly boolean[],
  pacer: Pacer,
  ordered = ORDERED,
): Promise<{ modeIds: (string | null)[]; probabilities: number[]; order: number[] }> {
  const classes = [...new Set(modesOfRow.flat())].sort();
  // Of one failure mode alone everything would seem to be, with certainty.
  const canTell = classes.length >= 2;
  const numberOf = new Map(classes.map((id, i) => [id, i]));
  const labels = modesOfRow.map((ids) => ids.map((id) => numberOf.get(id) ?? 0));
  const found = await proposeModes(prepared.matrix, labels, classes.length, pacer);
  const weights = Float32Array.from(found.probability, (p, r) =>
    isOut[r] === true ? 0 : !canTell ? 1 : Math.max(LEAST_WEIGHT, 1 - p),
  );
  const isDone = modesOfRow.map((ids, r) => ids.length > 0 || isOut[r] === true);
  const order = await usefulOrder(prepared.near, isDone, weights, ordered, pacer);
  return {
    modeIds: Array.from(found.best, (c) => (canTell ? (classes[c] ?? null) : null)),
    probabilities: Array.from(found.probability),
    order,
  };
}

/** Makes all proposals anew from what is sorted. Returns how many corrections it learnt from. */
export async function sortFurther(
  db: Database,
  memory: SortingMemory,
  sorted: Sorted,
  signal?: AbortSignal,
): Promise<number> {
  const pacer = new Pacer({ signal });
  const items = await db.all<Item>(
    `SELECT correction_id AS id, text, state <> 'rejected' AND NOT is_set_aside AS "isSortable" FROM correction_state
     ORDER BY correction_id IN (SELECT correction_id FROM assignment) DESC, score DESC, correction_id LIMIT ${String(MOST_TEXTS)}`,
  );
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  const prepared = await memory.prepare(items, pacer);
  const modes = items.map((item) => (item.isSortable ? (sorted.get(item.id) ?? []) : []));
  const { modeIds, probabilities, order } = await learnModes(
    prepared,
    modes,
    items.map((item) => !item.isSortable),
    pacer,
  );
  const rank = new Map(order.map((row, i) => [row, i + 1]));
  const rows = items.flatMap((item, r) => {
    if (!item.isSortable || (modes[r]?.length ?? 0) > 0) return [];
    const modeId = modeIds[r] ?? null;
    return [[item.id, modeId, modeId === null ? null : probabilities[r], rank.get(r) ?? null]];
  });
  await db.transaction(async (tx) => {
    await tx.run('DELETE FROM proposal');
    await tx.appendRows(
      'proposal',
      ['correction_id', 'failure_mode_id', 'probability', 'usefulness_rank'],
      rows,
    );
  });
  return modes.filter((ids) => ids.length > 0).length;
}
