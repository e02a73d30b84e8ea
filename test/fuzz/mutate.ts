/**
 * A seeded source of wrong trace files: text damaged in its bytes and lines, JSON whose values, types, ids and times are not
 * what a format expects.
 */
import { damage, random } from './intake-harness';

type Random = ReturnType<typeof random>;
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A mutation: its name, for telling what a failing case did, and what it makes of a file. */
interface Mutation {
  name: string;
  apply(bytes: Buffer, random: Random): Buffer;
}

const nested = (depth: number): Json => {
  let value: Json = 'deep';
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { deeper: value };
  return value;
};

/** Values of another type, or of none that any exporter means. */
function strangeValue({ below, pick }: Random): Json {
  return pick<() => Json>([
    () => null,
    () => '',
    () => ' ',
    () => 0,
    () => -1,
    () => 1e308,
    () => -1e-308,
    () => Number.MAX_SAFE_INTEGER + 2,
    () => '9223372036854775808',
    () => '-99999999999999999999999999',
    () => true,
    () => [],
    () => ({}),
    () => [[]],
    () => [null],
    () => [{}],
    () => ({ '': null }),
    () => nested(20 + below(100)),
    () => nested(250 + below(20)),
    () => 'x'.repeat(1 + below(20_000)),
    () => '\ud800 alone \udfff',
    () => 'nul \0 within',
    () => JSON.parse('{"__proto__": {"role": "user"}, "constructor": 1, "toString": 2}') as Json,
    () => ['text', 1, null, { type: 'text', text: [] }],
    () => '{"cut": [',
    () => `'; DROP TABLE span; --`,
    () => '0000-00-00T00:00:00Z',
    () => '2026-13-45T99:99:99+99:99',
    () => '1677-01-01T00:00:00Z',
    () => '+275760-09-13T00:00:00.001Z',
    () => 253_402_300_800_000,
    () => 'NaN',
  ])();
}

interface Slot {
  holder: Json[] | { [key: string]: Json };
  key: string | number;
}

/** Every place of a value that holds another value. */
function slotsOf(root: Json): Slot[] {
  const slots: Slot[] = [];
  const open: Json[] = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    const holder = at;
    const keys = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
    for (const key of keys) {
      slots.push({ holder, key });
      const value = (holder as Record<string | number, Json>)[key];
      if (value !== undefined) open.push(value);
    }
  }
  return slots;
}

function put({ holder, key }: Slot, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

const valueAt = ({ holder, key }: Slot): Json => (holder as Record<string | number, Json>)[key] ?? null;

/** A value in another shape: listed, wrapped, as text, or out of its text. */
function reshaped(value: Json, { pick }: Random): Json {
  return pick<() => Json>([
    () => [value],
    () => ({ value }),
    () => JSON.stringify(value),
    () => (typeof value === 'object' && value !== null ? Object.values(value) : String(value)),
    () => (Array.isArray(value) ? Object.fromEntries(value.entries()) : [value, value]),
    () => (typeof value === 'number' ? -value : value),
    () => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) * 1e6 : [value, null]),
    () => {
      try {
        return typeof value === 'string' ? (JSON.parse(value) as Json) : null;
      } catch {
        return null;
      }
    },
  ])();
}

/** Changes a value in some places of a parsed record. */
function changeValues(root: Json, rng: Random): void {
  const { below, pick } = rng;
  const times = 1 + below(4);
  for (let i = 0; i < times; i++) {
    const slots = slotsOf(root);
    if (slots.length === 0) return;
    const slot = pick(slots);
    const how = below(6);
    if (how === 0) put(slot, strangeValue(rng));
    else if (how === 1) put(slot, reshaped(valueAt(slot), rng));
    else if (how === 2) put(slot, structuredClone(valueAt(pick(slots))));
    else if (how === 3) {
      if (Array.isArray(slot.holder)) slot.holder.splice(Number(slot.key), 1);
      else Reflect.deleteProperty(slot.holder, slot.key);
    } else if (how === 4) {
      // One key everywhere: all ids the same, all roles gone, all times wrong.
      const value = pick([strangeValue(rng), valueAt(slot), '']);
      for (const other of slots) if (other.key === slot.key) put(other, structuredClone(value));
    } else if (Array.isArray(slot.holder)) slot.holder.push(structuredClone(valueAt(slot)));
    else put({ holder: slot.holder, key: `${String(slot.key)}2` }, valueAt(slot));
  }
}

function stringify(value: Json, indent: number): string {
  try {
    return JSON.stringify(value, null, indent);
  } catch {
    return 'null';
  }
}

/** Parses, changes and writes anew: a document as a whole, or some of its lines. */
function changeJson(bytes: Buffer, rng: Random): Buffer {
  const text = bytes.toString('utf8');
  try {
    const root = JSON.parse(text) as Json;
    changeValues(root, rng);
    return Buffer.from(stringify(root, rng.pick([0, 1, 2])));
  } catch {
    const lines = text.split('\n');
    const times = 1 + rng.below(3);
    for (let i = 0; i < times; i++) {
      const at = rng.below(lines.length);
      lines[at] = changedLine(lines[at] ?? '', rng);
    }
    return Buffer.from(lines.join('\n'));
  }
}

function changedLine(line: string, rng: Random): string {
  try {
    const root = JSON.parse(line) as Json;
    changeValues(root, rng);
    return stringify(root, 0);
  } catch {
    return line;
  }
}

const onLines =
  (change: (lines: string[], rng: Random) => void) =>
  (bytes: Buffer, rng: Random): Buffer => {
    const lines = bytes.toString('latin1').split('\n');
    change(lines, rng);
    return Buffer.from(lines.join('\n'), 'latin1');
  };

/** Bytes put in somewhere that no text holds, or none of this encoding. */
const INTRUDERS = [
  '\0',
  '\0\0\0\0',
  '\xff',
  '\xc3',
  '\xed\xa0\x80',
  '\xf8\x88',
  '\x1e',
  '\x0b',
  '\xef\xbb\xbf',
];

const insertBytes = (bytes: Buffer, { below, pick }: Random): Buffer => {
  const at = below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(INTRUDERS), 'latin1'), bytes.subarray(at)]);
};

const mutations: readonly Mutation[] = [
  { name: 'values', apply: changeJson },
  { name: 'values again', apply: (bytes, rng) => changeJson(changeJson(bytes, rng), rng) },
  { name: 'bytes', apply: (bytes, { below }) => damage(bytes, below(2 ** 31)) },
  { name: 'bytes put in', apply: insertBytes },
  { name: 'cut', apply: (bytes, { below }) => bytes.subarray(0, 1 + below(bytes.length)) },
  { name: 'beginning lost', apply: (bytes, { below }) => bytes.subarray(below(bytes.length)) },
  {
    name: 'lines lost',
    apply: onLines((lines, { below }) => lines.splice(below(lines.length), 1 + below(3))),
  },
  {
    name: 'lines doubled',
    apply: onLines((lines, { below }) => {
      const at = below(lines.length);
      lines.splice(below(lines.length), 0, ...lines.slice(at, at + 1 + below(3)));
    }),
  },
  {
    name: 'lines swapped',
    apply: onLines((lines, { below }) => {
      const [a, b] = [below(lines.length), below(lines.length)];
      [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    }),
  },
  { name: 'lines backwards', apply: onLines((lines) => lines.reverse()) },
  {
    name: 'lines joined',
    apply: onLines((lines, { below }) => {
      lines.splice(below(lines.length), 2, lines.slice(0, 2).join(''));
    }),
  },
  {
    name: 'line ends of other systems',
    apply: (bytes, { pick }) =>
      Buffer.from(bytes.toString('latin1').replaceAll('\n', pick(['\r\n', '\r', '\n\r'])), 'latin1'),
  },
  {
    name: 'quotes lost',
    apply: (bytes, { below }) => {
      const at = bytes.indexOf(0x22, below(bytes.length));
      return at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    },
  },
  {
    name: 'numbers grown',
    apply: (bytes, { below, pick }) => {
      const skip = below(20);
      let seen = 0;
      const huge = pick(['1e999', '-0', '99999999999999999999999999', '0.1e-400', 'NaN', '-Infinity', '007']);
      return Buffer.from(
        bytes
          .toString('latin1')
          .replace(/(?<=[:,[] ?)-?\d+(?:\.\d+)?(?=[,}\]\s])/g, (found) => (seen++ === skip ? huge : found)),
        'latin1',
      );
    },
  },
  {
    name: 'other encoding',
    apply: (bytes, { pick }) =>
      Buffer.from(`${pick(['\ufeff', ''])}${bytes.toString('utf8')}`, pick(['utf16le', 'latin1', 'utf8'])),
  },
];

/** A file made wrong by the mutation that the seed picks, and by another one now and then. */
export function mutate(bytes: Buffer, seed: number): { bytes: Buffer; how: string } {
  const rng = random(seed);
  // Half of all cases are whole JSON with wrong values: those reach further than what cannot be parsed.
  const first = rng.below(2) === 0 ? mutations[rng.below(2)] : rng.pick(mutations);
  const second = rng.below(5) === 0 ? rng.pick(mutations) : null;
  let changed = bytes;
  for (const one of [first, second]) if (one && changed.length > 0) changed = one.apply(changed, rng);
  return { bytes: changed, how: `${first?.name ?? ''}${second ? `, ${second.name}` : ''}` };
}
