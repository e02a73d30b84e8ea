/**
 * Fields of an unknown export told by their values alone, where their names say nothing: who speaks, when, which records
 * belong together, which text was said. Proposes no field where the values leave it open.
 */
import type { MappingProfile } from '../model/source';
import { roleKey } from './chat-spans';
import { kindOfRole } from './mapped-values';
import { ANY_OTHER, ROLE_WORDS } from './role-words.data';
import { plainName } from './plain-name';
import { epochUnit, isSheetDay, slashedDate, timeOf, type TimeUnit } from './time';

/** A field of a sample with the values it has in its records. */
export interface SeenField {
  path: string;
  values: unknown[];
}

type Fields = MappingProfile['fields'];

export function isFilled(value: unknown): boolean {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return value !== null && value !== undefined && value !== '' && !(isEmpty && !(value instanceof Date));
}

/** Fewer records than this tell nothing by how values repeat. */
const LEAST_RECORDS = 4;
const MOST_ROLES = 8;
/** Times of agents lie within these years; other numbers of that size are ids. */
const [EARLIEST_NS, LATEST_NS] = [Date.UTC(2015, 0), Date.UTC(2040, 0)].map(
  (ms) => BigInt(ms) * 1_000_000n,
) as [bigint, bigint];
/** A text that somebody said is longer than a word, most of the time. */
const LEAST_TEXT = 12;

const texts = ({ values }: SeenField): string[] =>
  values
    .filter(isFilled)
    .flatMap((value) => (['string', 'number', 'bigint'].includes(typeof value) ? [String(value)] : []));
const distinct = (field: SeenField): number => new Set(texts(field)).size;

/** Words of at least two speakers, and hardly any others. */
function isRole(field: SeenField): boolean {
  const words = [...new Set(texts(field))];
  if (words.length === 0 || words.length > MOST_ROLES) return false;
  const kinds = words.map((word) => kindOfRole(word, ROLE_WORDS)).filter((kind) => kind !== null);
  return new Set(kinds).size >= 2 && kinds.length * 2 >= words.length;
}

/** A day with its hours as a spreadsheet keeps it; whole numbers of that size are more often ids. */
export function isSheetTime(value: unknown): boolean {
  const isWritten = typeof value === 'string' && /^\s*\d+[.,]\d+\s*$/.test(value);
  const days = isWritten ? Number(value.replace(',', '.')) : typeof value === 'number' ? value : 0;
  return isSheetDay(days) && !Number.isInteger(days);
}

function isTime(field: SeenField): boolean {
  const filled = field.values.filter(isFilled);
  return (
    filled.length > 0 &&
    filled.every((value) => {
      if (typeof value === 'string' && slashedDate(value) !== null) return true;
      if (isSheetTime(value)) return true;
      const ns = typeof value === 'string' && value.trim().length < 8 ? null : timeOf(value);
      return ns !== null && ns >= EARLIEST_NS && ns <= LATEST_NS;
    })
  );
}

/** Names of what sorts records, whose values come in groups too and are no ids. */
const OF_A_SORT =
  /(?:^|_)(?:type|kind|status|state|role|level|channel|language|lang|locale|country|currency|source|event|model|version|typ|art|tipo|estado|statut|canal|kanal|sprache|langue|idioma)$/;

/** An id that several records share, which stand together: groups of a size, not one value for all and not one each. */
function groupSize(field: SeenField, records: number): number {
  if (OF_A_SORT.test(plainName(field.path.split('.').at(-1) ?? ''))) return 0;
  const ids = texts(field);
  const groups = new Set(ids).size;
  if (ids.length < records * 0.9 || groups < 2 || groups > ids.length / 2) return 0;
  if (ids.some((id) => id.length > 64 || /\s{2}|[.!?] /.test(id))) return 0;
  let changes = 1;
  for (let i = 1; i < ids.length; i++) if (ids[i] !== ids[i - 1]) changes += 1;
  // Each group in one piece, but for a few that interleave.
  return changes <= groups * 1.5 ? ids.length / groups : 0;
}

/** Characters of a text; a sign of a script that writes words with one or two counts as three. */
function lengthOf(text: string): number {
  return (
    text.length + 2 * (text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0)
  );
}

function meanLength(field: SeenField): number {
  const all = field.values.filter((value): value is string => typeof value === 'string' && value !== '');
  return all.length * 2 < field.values.length
    ? 0
    : all.reduce((sum, text) => sum + lengthOf(text), 0) / all.length;
}

/** Adds role, start, session and text to `fields` where no name told them and the values of a field do. */
export function proposeByValues(
  seen: readonly SeenField[],
  records: number,
  fields: Partial<Record<keyof Fields, string>>,
  taken: Set<string>,
): void {
  if (records < LEAST_RECORDS) return;
  const propose = (field: keyof Fields, score: (one: SeenField) => number): void => {
    if (fields[field] !== undefined) return;
    const best = seen
      .filter(({ path }) => !taken.has(path))
      .map((one) => ({ path: one.path, score: score(one) }))
      .filter((one) => one.score > 0)
      .sort((a, b) => b.score - a.score)[0];
    if (!best) return;
    fields[field] = best.path;
    taken.add(best.path);
  };
  propose('role', (one) => (isRole(one) ? 1 : 0));
  propose('start', (one) => (isTime(one) ? distinct(one) : 0));
  propose('session', (one) => groupSize(one, records));
  if (fields.input === undefined && fields.output === undefined)
    propose('text', (one) =>
      !isTime(one) && meanLength(one) >= LEAST_TEXT && distinct(one) > records / 2 ? meanLength(one) : 0,
    );
}

/** Names of times in languages that write the day before the month. */
const DAY_FIRST =
  /(?:^|_)(?:heure|date_heure|horodatage|fecha|hora|datum|zeit|zeitpunkt|zeitstempel|uhrzeit|beginn|data|ora|tijd|jour|dia|envoye|recu)(?:_|$)/;

/** Whether the day or the month comes first in dates with slashes; null where neither they nor the name of their field tell. */
export function dateOrder(texts: readonly string[], path: string): TimeUnit | null {
  const dates = texts.map((text) => slashedDate(text)).filter((date) => date !== null);
  if (dates.length < texts.length) return null;
  if (dates.some(([first]) => first > 12)) return 'day-first';
  if (dates.some(([, second]) => second > 12) || texts.some((text) => /[ap]\.?m\.?$/i.test(text)))
    return 'month-first';
  return DAY_FIRST.test(plainName(path)) ? 'day-first' : null;
}

/** The unit of a time field: `iso` for texts, that of the numbers where they agree, `auto` otherwise. */
export function unitOf(values: readonly unknown[], path = ''): TimeUnit {
  const filled = values.filter(isFilled);
  const texts = filled.filter((value) => typeof value === 'string');
  const order = texts.length > 0 && texts.length === filled.length ? dateOrder(texts, path) : null;
  if (order !== null) return order;
  const numbers = filled.flatMap((value) =>
    typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()))
      ? [Number(value)]
      : [],
  );
  if (filled.length === 0) return 'auto';
  const asDecimals = filled.filter((value) => isSheetTime(value)).length;
  if (asDecimals * 2 >= filled.length && numbers.every(isSheetDay)) return 'sheet-days';
  if (numbers.length === 0) return filled.every((value) => typeof value === 'string') ? 'iso' : 'auto';
  const units = new Set(numbers.map(epochUnit));
  return numbers.length === filled.length && units.size === 1 ? ([...units][0] ?? 'auto') : 'auto';
}

/** Share of messages that may be told to be the other side's by being nobody else's. */
const LEAST_OTHER = 0.2;

/** The side that words of no known meaning are, where the other one is known and this one is not: customers by their number. */
function otherSide(
  values: readonly unknown[],
  own: MappingProfile['values'],
  kinds: ReadonlySet<string | null>,
): 'user' | 'llm' | null {
  const unknown = values.filter(
    (value) => isFilled(value) && (kindOfRole(value, own) ?? kindOfRole(value, ROLE_WORDS)) === null,
  ).length;
  if (unknown < values.length * LEAST_OTHER || kinds.has('user') === kinds.has('llm')) return null;
  return kinds.has('user') ? 'llm' : 'user';
}

/** The words of a role field that are known to name a speaker, added to a profile's own lists. */
export function roleWordsOf(
  values: readonly unknown[],
  own: MappingProfile['values'],
): MappingProfile['values'] {
  const words = [...new Set(values.filter((value): value is string => typeof value === 'string'))].map(
    (word) => word.trim(),
  );
  const unknown = words.filter((word) => word !== '' && kindOfRole(word, own) === null);
  const of = (kind: string): string[] => unknown.filter((word) => kindOfRole(word, ROLE_WORDS) === kind);
  const kinds = new Set(words.map((word) => kindOfRole(word, own) ?? kindOfRole(word, ROLE_WORDS)));
  const isSystem = (word: string): boolean => kindOfRole(word, ROLE_WORDS) === 'system';
  const bySystem = values.filter((value) => typeof value === 'string' && isSystem(value.trim())).length;
  // Help desks call their staff users, and whom they help contacts.
  const isContact = (word: string): boolean => /^(?:contact|visitor|end[ _-]?user)$/i.test(word);
  if (!kinds.has('llm') && words.some(isContact) && words.some((word) => /^user$/i.test(word)))
    return {
      ...own,
      userRoles: [...own.userRoles.filter((word) => word !== 'user'), ...words.filter(isContact)],
      assistantRoles: [...own.assistantRoles, 'user'],
    };
  // Dialogues in research have a user and a "system", which is the machine that answers.
  if (kinds.has('user') && !kinds.has('llm') && bySystem * 4 >= values.length)
    return {
      ...own,
      userRoles: [...own.userRoles, ...of('user')],
      assistantRoles: [...own.assistantRoles, ...words.filter(isSystem)],
      systemRoles: own.systemRoles.filter((word) => !words.some((one) => roleKey(one) === roleKey(word))),
    };
  const other = otherSide(values, own, kinds);
  return {
    ...own,
    userRoles: [...own.userRoles, ...of('user'), ...(other === 'user' ? [ANY_OTHER] : [])],
    assistantRoles: [...own.assistantRoles, ...of('llm'), ...(other === 'llm' ? [ANY_OTHER] : [])],
    toolRoles: [...own.toolRoles, ...of('tool')],
    systemRoles: [...own.systemRoles, ...of('system')],
  };
}
