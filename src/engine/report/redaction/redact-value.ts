/** Redacts what is no table: a report, a codebook, a regression set, a fact. Every text in it, with the key it stands under. */
import { readFile, writeFile } from 'node:fs/promises';
import type { RedactionReport } from '../../../shared/contract/redaction';
import type { Queries } from '../../workspace/queries';
import type { Around, Redactor, RedactionSettings } from './redact';
import { MaskList } from './redact-table';
import { lookAtText } from './second-look';
import { workspaceRedactor } from './workspace-names';

/** What masking one export takes: the redactor, and the list of what it masked. */
export interface Masking {
  redactor: Redactor;
  list: MaskList;
}

/** Null without settings: then nothing is masked. */
export async function openMasking(db: Queries, settings: RedactionSettings | null): Promise<Masking | null> {
  return settings === null ? null : { redactor: await workspaceRedactor(db, settings), list: new MaskList() };
}

export type Visit = (text: string, around: Around, where: string) => string;

/** Every text replaced by what `visit` gives back, but those under the keys of `keeps`. */
export function eachText(
  value: unknown,
  visit: Visit,
  at: { field: string; group: string; where: string },
  keeps: ReadonlySet<string> = new Set(),
): unknown {
  const { field, group, where } = at;
  if (typeof value === 'string') return visit(value, { field, group }, where);
  if (Array.isArray(value)) return value.map((one: unknown) => eachText(one, visit, at, keeps));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  const place = (record['place'] ?? record['lineage'] ?? record) as Record<string, unknown>;
  const session = typeof place['sessionId'] === 'string' ? place['sessionId'] : group;
  return Object.fromEntries(
    Object.entries(record).map(([key, one]) => [
      key,
      keeps.has(key) && typeof one === 'string'
        ? one
        : eachText(one, visit, { field: key, group: session, where }, keeps),
    ]),
  );
}

/** A value with everything masked; names are learnt from all of it first. */
export function maskValue<T>(value: T, { redactor, list }: Masking, where: string): T {
  const at = { field: '', group: '', where };
  eachText(
    value,
    (text, around) => {
      redactor.learn(text, around);
      return text;
    },
    at,
  );
  let row = 0;
  return eachText(
    value,
    (text, around) => {
      row += 1;
      const { text: redacted, masked } = redactor.redact(text, around);
      list.add(masked, row, where);
      return redacted;
    },
    at,
  ) as T;
}

/** What was masked, with a second look at the text file that came of it; null where nothing was to be. */
export async function maskedReport(masking: Masking | null, path: string): Promise<RedactionReport | null> {
  if (masking === null) return null;
  const leaks = await lookAtText(path, masking.redactor, path.endsWith('.html'));
  return { counts: masking.list.counts, places: masking.list.places, leaks };
}

/** Masks a JSON file where it lies, keeping everything but texts as it is. */
export async function maskJsonFile(path: string, { redactor, list }: Masking): Promise<void> {
  const { text, masked } = redactor.redact(await readFile(path, 'utf8'));
  list.add(masked, 1, path.slice(path.lastIndexOf('/') + 1));
  await writeFile(path, text);
}
