/**
 * Masks what gives people and secrets away before anything leaves the workspace. Equal values get equal pseudonyms, made
 * with a key that stays on this machine, so that what was said of one person can still be followed. Finding nothing is
 * no proof that nothing is there: every caller says so.
 */
import { createHmac } from 'node:crypto';
import type { MaskKind } from '../../../shared/model/redaction';
import { maskKinds, type Finder, type Hit } from './kinds';
import { findAccounts, findCards, findIbans, findIps, findPhones } from './numbers';
import { findAddresses, findEmails, findPaths, findPeople } from './people';
import { findCredentials, findKeys } from './secrets';

const finders: readonly Finder[] = [
  findCredentials,
  findKeys,
  findEmails,
  findIbans,
  findCards,
  findIps,
  findPaths,
  findAccounts,
  findPhones,
  findAddresses,
  findPeople,
];

/** A pattern of the analyst's own: plain text, found regardless of case. */
export interface OwnTerm {
  text: string;
}

export interface RedactionSettings {
  /** Kinds that are masked; the others are left as they are. */
  kinds: ReadonlySet<MaskKind>;
  ownTerms: readonly OwnTerm[];
  /** Secret of this machine; pseudonyms of another key cannot be compared. */
  key: Uint8Array;
}

/** One masked place; where it was is the caller's to say. */
export interface Masked {
  kind: MaskKind;
  pseudonym: string;
  /** Offset in the text before masking. */
  start: number;
  length: number;
}

/** Longest piece that is looked at as one; longer texts are cut at white space, so that time stays linear. */
const PIECE = 64_000;
/** Names shorter than this are not looked for again elsewhere: they are words too often. */
const LEAST_NAME = 4;

/** Where kinds overlap, the earlier in the list wins; then the longer. */
function chooseHits(hits: readonly Hit[]): Hit[] {
  const rank = (hit: Hit): number => maskKinds.indexOf(hit.kind);
  const inOrder = [...hits].sort(
    (a, b) => rank(a) - rank(b) || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const taken: Hit[] = [];
  for (const hit of inOrder) {
    if (hit.end > hit.start && !taken.some((one) => hit.start < one.end && one.start < hit.end))
      taken.push(hit);
  }
  return taken.sort((a, b) => a.start - b.start);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * Redacts texts that belong together: a name that one of them introduces is masked in the later ones too.
 */
export class Redactor {
  readonly #settings: RedactionSettings;
  readonly #names = new Map<string, string>();
  #namePattern: RegExp | null = null;
  readonly #terms: RegExp | null;

  constructor(settings: RedactionSettings) {
    this.#settings = settings;
    const terms = settings.ownTerms.map((one) => one.text.trim()).filter((text) => text !== '');
    this.#terms = terms.length === 0 ? null : new RegExp(terms.map(escapeForRegExp).join('|'), 'giu');
  }

  /** The places in a text that would be masked, in order, none overlapping. */
  find(text: string): Hit[] {
    const hits: Hit[] = [];
    for (const { piece, offset } of piecesOf(text)) {
      const found = [...this.#ownHits(piece), ...finders.flatMap((finder) => finder(piece))].filter((hit) =>
        this.#settings.kinds.has(hit.kind),
      );
      this.#learnNames(chooseHits(found), piece);
      const chosen = chooseHits(
        this.#settings.kinds.has('person') ? [...found, ...this.#knownNames(piece)] : found,
      );
      hits.push(...chosen.map((hit) => ({ ...hit, start: hit.start + offset, end: hit.end + offset })));
    }
    return hits;
  }

  /** The text with every place replaced by its pseudonym, and the list of what was masked. */
  redact(text: string): { text: string; masked: Masked[] } {
    const masked: Masked[] = [];
    let out = '';
    let from = 0;
    for (const hit of this.find(text)) {
      const pseudonym = this.pseudonymOf(hit);
      out += text.slice(from, hit.start) + pseudonym;
      from = hit.end;
      masked.push({ kind: hit.kind, pseudonym, start: hit.start, length: hit.end - hit.start });
    }
    return { text: out + text.slice(from), masked };
  }

  /** `[email 3f9a2c]`: the kind and what is left of the value, keyed. */
  pseudonymOf(hit: Pick<Hit, 'kind' | 'value'>): string {
    const value = hit.kind === 'person' ? (this.#names.get(hit.value) ?? hit.value) : hit.value;
    const mac = createHmac('sha256', this.#settings.key).update(`${hit.kind}\0${value}`).digest('hex');
    return `[${hit.kind} ${mac.slice(0, 6)}]`;
  }

  #ownHits(text: string): Hit[] {
    if (this.#terms === null) return [];
    return [...text.matchAll(this.#terms)].map((match) => ({
      kind: 'custom',
      start: match.index,
      end: match.index + match[0].length,
      value: match[0].toLowerCase(),
    }));
  }

  #learnNames(hits: readonly Hit[], text: string): void {
    let isNew = false;
    for (const hit of hits) {
      if (hit.kind !== 'person') continue;
      const name = text.slice(hit.start, hit.end);
      const parts = [name, ...(name.includes(' ') ? [name.slice(name.lastIndexOf(' ') + 1)] : [])];
      for (const part of parts) {
        if (part.length < LEAST_NAME || this.#names.has(part.toLowerCase())) continue;
        this.#names.set(part.toLowerCase(), hit.value);
        isNew = true;
      }
    }
    if (isNew) this.#namePattern = null;
  }

  #knownNames(text: string): Hit[] {
    if (this.#names.size === 0) return [];
    this.#namePattern ??= new RegExp(
      `(?<![\\p{L}\\p{N}_])(?:${[...this.#names.keys()]
        .sort((a, b) => b.length - a.length)
        .map(escapeForRegExp)
        .join('|')})(?![\\p{L}\\p{N}_])`,
      'giu',
    );
    return [...text.matchAll(this.#namePattern)]
      .filter((match) => /^\p{Lu}/u.test(match[0]))
      .map((match) => ({
        kind: 'person',
        start: match.index,
        end: match.index + match[0].length,
        value: match[0].toLowerCase(),
      }));
  }
}

function* piecesOf(text: string): Generator<{ piece: string; offset: number }> {
  for (let offset = 0; offset < text.length;) {
    let end = Math.min(text.length, offset + PIECE);
    if (end < text.length) {
      const space = text.slice(offset, end).search(/\s\S{0,2000}$/u);
      if (space > 0) end = offset + space + 1;
    }
    yield { piece: text.slice(offset, end), offset };
    offset = end;
  }
}
