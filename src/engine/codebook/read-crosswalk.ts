/** The crosswalk from a file that `writeCrosswalk` or a person wrote, and what taking it in changes. Owns no links itself. */
import { crosswalkLinkSchema, type CrosswalkLink } from '../../shared/model/codebook';
import type { SingleAct } from '../../shared/model/journal';
import { BadInput } from '../workspace/problem';
import type { Projection } from '../workspace/projection';
import { checkLink, crosswalkOf } from './crosswalk';
import { plainCell } from '../workspace/csv-cell';
import { csvRecords } from './csv-records';

/** A link of a file, and in words where it stands there: `file, line 3`. */
export type PlacedLink = { link: CrosswalkLink; where: string };

const wanted = ['fromId', 'relation', 'toId'] as const;

function linkFrom(record: unknown, where: string): PlacedLink {
  const parsed = crosswalkLinkSchema.safeParse(record);
  if (parsed.success) return { link: parsed.data, where };
  const [issue] = parsed.error.issues;
  throw new BadInput(`${where}: ${issue?.path.join('.') || 'a link'}: ${issue?.message ?? 'not readable'}`);
}

function fromJson(text: string, name: string): PlacedLink[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadInput(`${name} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list = value !== null && typeof value === 'object' && 'links' in value ? value.links : value;
  if (!Array.isArray(list)) throw new BadInput(`${name} holds no list of links.`);
  return list.map((one: unknown, i) => linkFrom(one, `${name}, link ${String(i + 1)}`));
}

function fromCsv(text: string, name: string): PlacedLink[] {
  const [header, ...records] = csvRecords(text.replace(/^\ufeff/u, ''));
  const columns = header?.fields.map((field) => field.trim()) ?? [];
  const missing = wanted.find((column) => !columns.includes(column));
  if (missing !== undefined) throw new BadInput(`${name}, line 1: there is no column “${missing}”.`);
  return records.map(({ line, fields }) =>
    linkFrom(
      Object.fromEntries(columns.map((column, i) => [column, plainCell(fields[i] ?? '').trim()])),
      `${name}, line ${String(line)}`,
    ),
  );
}

/** Links of a file: CSV by its name, else JSON, as a list or below `links`. @throws BadInput with file, line and reason */
export function readCrosswalk(text: string, name: string): PlacedLink[] {
  return name.toLowerCase().endsWith('.csv') ? fromCsv(text, name) : fromJson(text, name);
}

/**
 * What taking the links in would do: those not there are added, those with another relation changed, the others left. Links that
 * the file does not hold stay. @throws BadInput with the place in the file where an end is in no set, or two lines contradict each other
 */
export function takeCrosswalk(
  state: Projection,
  placed: readonly PlacedLink[],
): { acts: SingleAct[]; added: number; changed: number; known: number } {
  const inForce = new Map(
    crosswalkOf(state).map(({ fromId, toId, relation }) => [JSON.stringify([fromId, toId]), relation]),
  );
  const read = new Map<string, PlacedLink>();
  const counts = { added: 0, changed: 0, known: 0 };
  const acts: SingleAct[] = [];
  for (const one of placed) {
    const { link, where } = one;
    const key = JSON.stringify([link.fromId, link.toId]);
    try {
      checkLink(state, link);
    } catch (error) {
      throw error instanceof BadInput ? new BadInput(`${where}: ${error.message}`) : error;
    }
    const earlier = read.get(key);
    if (earlier !== undefined && earlier.link.relation !== link.relation)
      throw new BadInput(
        `${where}: “${link.fromId}” and “${link.toId}” stand to each other as “${link.relation}” here, as “${earlier.link.relation}” in ${earlier.where}.`,
      );
    if (earlier !== undefined) continue;
    read.set(key, one);
    const before = inForce.get(key);
    counts[before === undefined ? 'added' : before === link.relation ? 'known' : 'changed']++;
    if (before !== link.relation) acts.push({ type: 'crosswalk.changed', ...link });
  }
  return { acts, ...counts };
}
