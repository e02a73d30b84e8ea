/**
 * Records inside others: what a log store, a search, a queue or a table of one JSON column puts around the records that a
 * program wrote. Owns the way to them, found by looking at some records; which way is taken is decided in look-inside.ts.
 */
import { asArray, isObject } from '../../shared/trace/json';
import type { IntakeLimits } from './limits';
import { recordIn } from './log-line';

/** The way into a record: keys, and `*` for each item of a list; JSON in a text is read on the way. */
export type Envelope = readonly string[];

export interface Inner {
  value: object;
  /** JSON pointer to it, or to the text that holds it. */
  pointer: string;
  /** It stands in a text, whose lines are not those of the file. */
  isText: boolean;
}

/** Names under which log stores, searches, queues and loggers keep what they were given. */
const ENVELOPE_NAMES = new Set(
  (
    'log log_processed message msg @message MESSAGE Message LogMessage log_s logmessage textPayload jsonPayload json_payload protoPayload ' +
    '_raw raw result results hits _source _doc doc document logEvents events event records Records record entries entry item items rows row ' +
    'line lines body Body payload Payload data Data value values content streams Sns detail kinesis properties Properties json JSON ' +
    'fields _airbyte_data _raw_data RawData RAW_DATA SRC src variant VARIANT v V'
  ).split(' '),
);

const MAX_DEPTH = 7;
const MAX_WAYS = 80;
const RECORDS_LOOKED_AT = 8;
const ITEMS_LOOKED_AT = 8;
const KEYS_LOOKED_AT = 80;
const ITEM = '*';

/** Whether each key of the way is one that stores use for what they were given. */
export function isKnownWay(way: Envelope): boolean {
  return way.every((step) => step === ITEM || ENVELOPE_NAMES.has(step));
}

/** How a way is said to a person: `hits.hits[]._source`. */
export function wayWords(way: Envelope): string {
  return way.map((step, i) => (step === ITEM ? '[]' : i === 0 ? step : `.${step}`)).join('');
}

interface Broken {
  pointer: string;
  reason: string;
  excerpt: string;
}

/** The object or list that a text is, or holds behind a prefix; undefined where there is none. */
function inText(
  text: string,
  limits: IntakeLimits,
  onBroken?: (why: Omit<Broken, 'pointer'>) => void,
): object | undefined {
  if (text.length < 2 || !/[{[]/.test(text)) return undefined;
  const found = recordIn(text, limits);
  if (found?.ok === false) onBroken?.(found);
  if (found?.ok !== true) return undefined;
  return typeof found.value === 'object' && found.value !== null ? found.value : undefined;
}

/** The records a value holds on a way, in their order; `onBroken` is told of texts that begin one and do not end it. */
export function innerRecords(
  value: unknown,
  way: Envelope,
  limits: IntakeLimits,
  onBroken?: (broken: Broken) => void,
): Inner[] {
  const found: Inner[] = [];
  const follow = (at: unknown, step: number, pointer: string, isText: boolean): void => {
    const inside = typeof at === 'string' ? inText(at, limits, (why) => onBroken?.({ ...why, pointer })) : at;
    const isInText = isText || typeof at === 'string';
    if (typeof inside !== 'object' || inside === null) return;
    const key = way[step];
    if (key === undefined) found.push({ value: inside, pointer, isText: isInText });
    else if (key === ITEM)
      asArray(inside).forEach((item, i) => {
        follow(item, step + 1, isInText ? pointer : `${pointer}/${String(i)}`, isInText);
      });
    else if (isObject(inside) && Object.hasOwn(inside, key))
      follow(inside[key], step + 1, isInText ? pointer : `${pointer}/${escaped(key)}`, isInText);
  };
  follow(value, 0, '', false);
  return found;
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The ways into some records at whose ends there are objects, the short ones first. */
export function waysInto(records: readonly unknown[], limits: IntakeLimits): Envelope[] {
  const ways = new Map<string, Envelope>();
  let level: { value: unknown; way: Envelope }[] = records
    .slice(0, RECORDS_LOOKED_AT)
    .map((value) => ({ value, way: [] }));
  for (let depth = 0; depth < MAX_DEPTH && ways.size < MAX_WAYS; depth++) {
    const next: typeof level = [];
    for (const { value, way } of level) {
      const inside = typeof value === 'string' ? inText(value, limits) : value;
      if (typeof inside !== 'object' || inside === null) continue;
      const name = way.join('\0');
      if (way.length > 0 && !ways.has(name)) {
        if (ways.size >= MAX_WAYS) break;
        ways.set(name, way);
      }
      if (Array.isArray(inside))
        for (const item of inside.slice(0, ITEMS_LOOKED_AT)) next.push({ value: item, way: [...way, ITEM] });
      else
        for (const [key, below] of Object.entries(inside).slice(0, KEYS_LOOKED_AT))
          if (typeof below === 'string' || (typeof below === 'object' && below !== null))
            next.push({ value: below, way: [...way, key] });
    }
    level = next;
  }
  return [...ways.values()];
}
