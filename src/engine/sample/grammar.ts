/**
 * Turns phrase templates into sentences: `[a|b|]` is a choice (nests, may be empty), `{slot}` a value, `{Slot}` the same
 * value with a capital. A template may start with a register mark: `t~` terse, `p~` polite, `a~` angry.
 * Owns wording only; which sentence is said when is decided by the conversations.
 */
import type { Rng } from './rng';
import { withTypingErrors } from './typing-errors';
import { present } from './present';

export type Slots = Readonly<Record<string, string | number>>;
export type Templates = readonly string[];
export type Register = 'plain' | 'terse' | 'polite' | 'angry' | 'hasty';

const marks: Readonly<Record<string, Register>> = { t: 'terse', p: 'polite', a: 'angry' };
const wanted: Readonly<Record<Register, Register | null>> = {
  plain: null,
  terse: 'terse',
  hasty: 'terse',
  polite: 'polite',
  angry: 'angry',
};

/** Fills in one template. Throws on an unknown slot: a hole in a sentence must never reach the sample. */
export function expand(template: string, slots: Slots, rng: Rng): string {
  return fill(chosen(template, rng), slots);
}

function chosen(template: string, rng: Rng): string {
  return template.includes('[') ? choose(template, rng) : template;
}

function fill(template: string, slots: Slots): string {
  const filled = template.includes('{')
    ? template.replace(/\{(\w+)\}/g, (_, name: string) => slotValue(name, slots, template))
    : template;
  return filled
    .replace(/ {2,}/g, ' ')
    .replace(/ ([,.])/g, '$1')
    .trim();
}

function slotValue(name: string, slots: Slots, template: string): string {
  const exact = slots[name];
  if (exact !== undefined) return String(exact);
  const lower = slots[name.charAt(0).toLowerCase() + name.slice(1)];
  if (lower === undefined) throw new Error(`no value for {${name}} in "${template}"`);
  return isCode(String(lower)) ? String(lower) : capitalised(String(lower));
}

function choose(template: string, rng: Rng): string {
  let text = '';
  for (let i = 0; i < template.length; i++) {
    if (template[i] !== '[') {
      text += template.charAt(i);
      continue;
    }
    const { options, end } = readOptions(template, i);
    text += choose(rng.pick(options), rng);
    i = end;
  }
  return text;
}

function readOptions(template: string, start: number): { options: string[]; end: number } {
  const options = [''];
  let depth = 0;
  for (let i = start; i < template.length; i++) {
    const char = template.charAt(i);
    if (char === '[' && ++depth === 1) continue;
    if (char === ']' && --depth === 0) return { options, end: i };
    if (char === '|' && depth === 1) options.push('');
    else options.push(`${options.pop() ?? ''}${char}`);
  }
  throw new Error(`unclosed [ in "${template}"`);
}

/** A file, a function, a booking code: never changed for the sake of a sentence. */
function isCode(text: string): boolean {
  const word = /^\S+/.exec(text)?.[0] ?? '';
  return /[A-Z]/.test(word.slice(1)) || /[\d_/€`]|\w\.\w/.test(word);
}

/** With a small first letter, as far as that is possible in English. */
export function uncapitalised(text: string): string {
  return isCode(text) || /^I\b/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Chooses templates so that the ones used least come first: over a whole sample nothing is said twice before all is said once. */
export class Wording {
  /** By first template: lists written inline are new arrays at every call. */
  private readonly uses = new Map<string, number[]>();
  private readonly turns = new Map<string, number>();

  /** A sentence of the agent: no register, no typing errors. */
  neutral(templates: Templates, slots: Slots, rng: Rng): string {
    return expand(this.take(templates, null, rng), slots, rng);
  }

  /** A sentence of a user who writes in `register`. */
  spoken(templates: Templates, slots: Slots, register: Register, rng: Rng): string {
    const template = chosen(this.take(templates, wanted[register], rng), rng);
    // Slips are made in the template: what fills it are facts, pasted errors and names.
    const typed = register === 'hasty' ? withTypingErrors(template, rng) : template;
    return inRegister(fill(typed, slots), register, rng);
  }

  /** One of `items`, those that came up least first. `keyOf` tells them apart, `rotation` one set from another. */
  next<T>(rotation: string, items: readonly T[], keyOf: (item: T) => string, rng: Rng): T {
    const countOf = (item: T): number => this.turns.get(`${rotation} ${keyOf(item)}`) ?? 0;
    const least = Math.min(...items.map(countOf));
    const item = rng.pick(items.filter((one) => countOf(one) === least));
    this.turns.set(`${rotation} ${keyOf(item)}`, least + 1);
    return item;
  }

  private take(templates: Templates, register: Register | null, rng: Rng): string {
    const marked = register === null ? [] : indexesOf(templates, register);
    const plain = indexesOf(templates, null);
    const pool = marked.length > 0 && (plain.length === 0 || rng.chance(0.65)) ? marked : plain;
    const index = this.leastUsed(templates, pool.length > 0 ? pool : templates.map((_, i) => i), rng);
    return present(templates[index]).replace(/^[tpa]~/, '');
  }

  private leastUsed(templates: Templates, pool: readonly number[], rng: Rng): number {
    const key = `${templates.length} ${templates[0]}`;
    let counts = this.uses.get(key);
    if (counts === undefined) this.uses.set(key, (counts = templates.map(() => 0)));
    const least = Math.min(...pool.map((i) => counts[i] ?? 0));
    const index = rng.pick(pool.filter((i) => counts[i] === least));
    counts[index] = least + 1;
    return index;
  }
}

function indexesOf(templates: Templates, register: Register | null): number[] {
  const found: number[] = [];
  templates.forEach((template, i) => {
    const mark = /^([tpa])~/.exec(template)?.[1];
    if ((mark === undefined ? null : marks[mark]) === register) found.push(i);
  });
  return found;
}

function inRegister(text: string, register: Register, rng: Rng): string {
  if (register === 'hasty') return rng.chance(0.75) ? uncapitalised(text) : text;
  if (register !== 'terse' || !rng.chance(0.6)) return text;
  return uncapitalised(text).replace(/\.$/, '');
}
