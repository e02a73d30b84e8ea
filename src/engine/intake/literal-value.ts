/**
 * Values that programs print instead of writing JSON: Python's `repr` and `pprint`, JavaScript's `util.inspect`, and the
 * `Name(field=…)` of data classes. What the program left out (`[Object]`, `...`) is told, never guessed.
 * https://docs.python.org/3/library/functions.html#repr and https://nodejs.org/api/util.html#utilinspectobject-options
 */
import { TextCursor } from '../../shared/trace/text-cursor';

interface LiteralValue {
  value: unknown;
  /** The first sign that the program left something out; null where all is there. */
  cut: string | null;
}

const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?n?/y;
const DATE = /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/y;
const WORD = /[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/y;
const QUOTED = /[bBuUrRfF]{0,2}(["'`])/y;
/** `[Object]`, `[Array]`, `[Circular *1]`, `[Function: run]` and the like. */
const INSPECTED =
  /\[(?:Object|Array|Circular|Getter|Setter|Getter\/Setter|(?:Async)?(?:Generator)?Function|class|\.\.\.)(?:[ :*(][^\]\n]{0,100})?\]/y;
const MORE = /\.\.\.(?: \d+ more (?:items?|properties|property|characters?|entries))?/y;
const PROTOTYPE = /\[[\w$]+: null prototype\]\s*/y;
const ANGLED = /<([^<>\n]{1,200})>/y;
const SIZE = /\(\d+\)\s*(?=[[{])/y;
const SYMBOL_KEY = /\[Symbol\([^)\n]*\)\]|\[[\w$ .-]+\](?=\s*:)/y;

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
  ['undefined', null],
  ['NaN', null],
  ['nan', null],
  ['Infinity', null],
  ['inf', null],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  0: '\0',
  '\n': '',
};
const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})|([\s\S]))/g;

/** Thrown inside this file where the text is no such value. */
class NoLiteral extends Error {}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    ESCAPE,
    (_all, x?: string, u?: string, braced?: string, long?: string, one?: string) => {
      const code = x ?? u ?? braced ?? long;
      if (code === undefined) return ESCAPES[one ?? ''] ?? one ?? '';
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    },
  );
}

function twoDigits(value: unknown): string {
  return String(Number(value ?? 0)).padStart(2, '0');
}

/** `datetime.datetime(2026, 3, 1, 10, 0, tzinfo=…)` as the text of a time; zones other than UTC are left out with it. */
function dateText(parts: readonly unknown[], zone: unknown): string {
  const [year, month, day, hour, minute, second, micro] = parts;
  const fraction = Number(micro ?? 0) === 0 ? '' : `.${String(Number(micro)).padStart(6, '0')}`;
  const isUtc = zone !== undefined && /utc/i.test(JSON.stringify(zone));
  const date = `${String(Number(year))}-${twoDigits(month)}-${twoDigits(day)}`;
  return parts.length <= 3
    ? date
    : `${date}T${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${fraction}${isUtc ? 'Z' : ''}`;
}

function isPair(value: unknown): value is [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}

class Literal extends TextCursor {
  cut: string | null = null;
  private depth = 0;

  constructor(
    text: string,
    private readonly maxDepth: number,
  ) {
    super(text);
  }

  whole(): unknown {
    const value = this.value();
    this.skipSpace();
    if (this.text[this.at] === ';' || this.text[this.at] === ',') this.at += 1;
    this.skipSpace();
    if (this.at < this.text.length) throw new NoLiteral();
    return value;
  }

  private leftOut(what: string): null {
    this.cut ??= what.slice(0, 60);
    return null;
  }

  private value(): unknown {
    if (++this.depth > this.maxDepth) throw new NoLiteral();
    this.skipSpace();
    const value = this.oneOf();
    this.depth -= 1;
    return value;
  }

  private oneOf(): unknown {
    const text = this.string();
    if (text !== null) return text;
    const inspected = this.take(INSPECTED) ?? this.take(MORE);
    if (inspected) return this.leftOut(inspected[0]);
    this.take(PROTOTYPE);
    this.skipSpace();
    if (this.isNext('{')) return this.braces();
    if (this.isNext('[')) return this.items(']');
    if (this.isNext('(')) return this.tuple();
    const date = this.take(DATE);
    if (date) return date[0];
    const number = this.take(NUMBER);
    if (number) {
      const digits = number[0].replace(/n$/, '');
      const value = Number(digits);
      return Number.isInteger(value) && !Number.isSafeInteger(value) && /^[+-]?\d+$/.test(digits)
        ? digits
        : value;
    }
    const angled = this.take(ANGLED);
    if (angled) return this.angled(angled[1] ?? '');
    const word = this.take(WORD)?.[0];
    if (word === undefined) {
      if (this.text[this.at] === '-' && this.text.slice(this.at + 1, this.at + 4) === 'inf') {
        this.at += 4;
        return null;
      }
      throw new NoLiteral();
    }
    return CONSTANTS.has(word) ? CONSTANTS.get(word) : this.named(word);
  }

  /** A text, put together of those that follow one another; null where there is none. */
  private string(): string | null {
    let whole: string | null = null;
    for (;;) {
      const before = this.at;
      this.skipSpace();
      if (whole !== null && this.text[this.at] === '+') this.at += 1;
      this.skipSpace();
      const quote = this.take(QUOTED);
      if (!quote) {
        this.at = before;
        return whole;
      }
      const mark = quote[1] ?? '';
      let end = this.at;
      while (end < this.text.length && this.text[end] !== mark) end += this.text[end] === '\\' ? 2 : 1;
      if (end >= this.text.length) throw new NoLiteral();
      const body = this.text.slice(this.at, end);
      whole = (whole ?? '') + (/r/i.test(quote[0].slice(0, -1)) ? body : unescaped(body));
      this.at = end + 1;
      const more = /\.\.\. \d+ more characters?/y;
      const rest = this.take(more);
      if (rest) this.leftOut(rest[0]);
    }
  }

  /** What stands between braces: an object, a map of JavaScript, or a set of either. */
  private braces(): unknown {
    const entries: [string, unknown][] = [];
    const set: unknown[] = [];
    while (!this.isNext('}')) {
      const more = this.take(MORE);
      if (more) this.leftOut(more[0]);
      else {
        const key = this.take(SYMBOL_KEY)?.[0] ?? this.value();
        if (this.isNext(':') || this.isNext('=>'))
          entries.push([typeof key === 'string' ? key : JSON.stringify(key), this.value()]);
        else set.push(key);
      }
      if (!this.isNext(',') && this.text[this.at] !== '}') throw new NoLiteral();
    }
    return set.length > 0 && entries.length === 0 ? set : Object.fromEntries(entries);
  }

  private items(close: string): unknown[] {
    const items: unknown[] = [];
    while (!this.isNext(close)) {
      const more = this.take(MORE);
      if (more) this.leftOut(more[0]);
      else items.push(this.value());
      if (!this.isNext(',') && this.text[this.at] !== close && !this.isArrayGoingOn()) throw new NoLiteral();
    }
    return items;
  }

  /** Whether a dict follows a dict without a comma, as arrays of NumPy print them, a line each. */
  private isArrayGoingOn(): boolean {
    return this.text[this.at] === '{' && /\}\s*$/.test(this.text.slice(Math.max(0, this.at - 20), this.at));
  }

  /** A tuple; what stands in parentheses alone, without a comma, is itself. */
  private tuple(): unknown {
    const from = this.at;
    const items = this.items(')');
    const isAlone = items.length === 1 && !/,\s*\)$/.test(this.text.slice(from, this.at));
    return isAlone ? items[0] : items;
  }

  /** `<Role.USER: 'user'>` is its value, `<ref *1>` stands before one; other such texts hold nothing. */
  private angled(inside: string): unknown {
    if (/^ref \*\d+$/.test(inside)) return this.value();
    const value = /^[\w.]+: ([\s\S]+)$/.exec(inside)?.[1];
    if (value !== undefined) {
      const read = literalValue(value, this.maxDepth);
      if (read) return read.value;
    }
    return this.leftOut(`<${inside}>`);
  }

  /** What follows a name: the arguments of a call, or the fields of an object of a class; else the name is the value. */
  private named(name: string): unknown {
    const sized = this.take(SIZE);
    const before = this.at;
    this.take(/[ \t]+/y);
    if (this.text[this.at] === '{' || (sized && this.text[this.at] === '[')) return this.value();
    this.at = before;
    if (this.text[this.at] !== '(') return name;
    this.at += 1;
    return this.call(name);
  }

  private call(name: string): unknown {
    const fields: [string, unknown][] = [];
    const positional: unknown[] = [];
    while (!this.isNext(')')) {
      const start = this.at;
      const key = this.take(WORD)?.[0];
      if (key !== undefined && this.text[this.at] === '=') {
        this.at += 1;
        fields.push([key, this.value()]);
      } else {
        this.at = start;
        positional.push(this.value());
      }
      if (!this.isNext(',') && this.text[this.at] !== ')') throw new NoLiteral();
    }
    if (/(?:^|\.)(?:datetime|date)$/.test(name) && positional.length >= 3)
      return dateText(positional, fields.find(([key]) => key === 'tzinfo')?.[1]);
    // NumPy says beside the items of a list what they are: `array([…], dtype=object)`.
    if (/(?:^|\.)array$/.test(name) && Array.isArray(positional[0])) return positional[0];
    if (fields.length > 0) return Object.fromEntries(fields);
    const last = positional.at(-1);
    if (Array.isArray(last) && last.length > 0 && last.every(isPair)) return Object.fromEntries(last);
    return positional.length > 1 && (typeof last !== 'object' || last === null) ? positional : (last ?? {});
  }
}

/** How a value begins that was printed and is no JSON: a key or a text in single quotes, a bare key, or a name with fields. */
export const LITERAL_START =
  /^(?:[[({]\s*)*(?:[[({]\s*(?:'|[A-Za-z_$][\w$]*\s*:|\{)|[A-Z][\w.$]*(?:\(\s*[A-Za-z_]\w*=|\s\{\s*[\w$']+:))/;

/**
 * The value of a text that Python or JavaScript printed, as JSON would have it: tuples and sets are lists, objects of classes
 * their fields, times texts, what JSON does not know null. Null where the text is no such value, or nested deeper than `maxDepth`.
 */
export function literalValue(text: string, maxDepth: number): LiteralValue | null {
  const reading = new Literal(text, maxDepth);
  try {
    const value = reading.whole();
    return { value, cut: reading.cut };
  } catch (error) {
    if (error instanceof NoLiteral) return null;
    throw error;
  }
}
