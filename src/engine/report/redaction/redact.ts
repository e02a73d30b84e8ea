/**
 * Masks what gives people and secrets away before anything leaves the workspace. Equal values get equal pseudonyms, made
 * with a key that stays on this machine, so that what was said of one person can still be followed. Finding nothing is
 * no proof that nothing is there: every caller says so.
 */
import { createHmac } from 'node:crypto';
import type { MaskKind } from '../../../shared/model/redaction';
import { isIdField, kindByField } from './fields';
import { jsonPieces, looksLikeJson } from './json-strings';
import { maskKinds, type Finder, type Hit } from './kinds';
import { findAccounts, findCards, findIbans, findIps, findPhones } from './numbers';
import { ownFinder, type OwnPattern } from './own-patterns';
import { findAddresses, findEmails, findPaths, findPeople, isCommonWord } from './people';
import { PhraseIndex } from './phrase-index';
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
/** All that is looked for in ids, which are random by nature and must stay apart from each other. */
const ID_KINDS: ReadonlySet<MaskKind> = new Set(['custom', 'credentials', 'email', 'path', 'person']);

/** A term of the analyst's own: plain text, found regardless of case. */
export interface OwnTerm {
  text: string;
}

export interface RedactionSettings {
  /** Kinds that are masked; the others are left as they are. */
  kinds: ReadonlySet<MaskKind>;
  ownTerms: readonly OwnTerm[];
  ownPatterns?: readonly OwnPattern[];
  /** Names by which the sources call users, masked as people wherever they stand. */
  people?: readonly string[];
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

/** Where a text stands. */
export interface Around {
  /** What it belongs to: a name that one text of a session introduces is looked for in the others of it. */
  group?: string;
  /** Name of the column or key it is the value of. */
  field?: string;
}

/** Longest piece that is looked at as one; longer texts are cut at white space, so that time stays linear. */
const PIECE = 64_000;
/** Parts of a name shorter than this are not looked for elsewhere: they are words too often. */
const LEAST_NAME = 3;
/** JSON within strings of JSON is followed so deep. */
const DEPTH = 4;
/** Values that a second look searches for; more are found by the rules alone. */
const MAX_VALUES = 200_000;

/** Where kinds overlap, the earlier in the list wins; then the longer. */
function chooseHits(hits: readonly Hit[], length: number): Hit[] {
  if (hits.length < 2) return [...hits];
  const rank = (hit: Hit): number => maskKinds.indexOf(hit.kind);
  const inOrder = [...hits].sort(
    (a, b) => rank(a) - rank(b) || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const isTaken = new Uint8Array(length);
  const taken = inOrder.filter(({ start, end }) => {
    if (end <= start || isTaken.subarray(start, end).includes(1)) return false;
    isTaken.fill(1, start, end);
    return true;
  });
  return taken.sort((a, b) => a.start - b.start);
}

/** As an escaped string reads once its line breaks and tabs are undone; of the same length. */
function withoutEscapes(text: string): string {
  return text.replace(/\\\\|\\[nrt"]/g, (one) => (one === '\\\\' ? one : ' \n'));
}

/**
 * Redacts texts that belong together: a name that one of them introduces is masked in the others of its group. Call `learn`
 * with all of them first where earlier ones are to be masked by what later ones say.
 */
export class Redactor {
  readonly #settings: RedactionSettings;
  /** Whole names, with the value that decides their pseudonym. */
  readonly #names = new PhraseIndex<string>();
  /** Parts of names by group: a surname alone means that person in that session only. */
  readonly #parts = new Map<string, PhraseIndex<string>>();
  readonly #people = new PhraseIndex<string>();
  readonly #own: Finder;
  /** What was masked, for looking whether it still stands somewhere. */
  readonly #values = new PhraseIndex<MaskKind>();

  constructor(settings: RedactionSettings) {
    this.#settings = settings;
    this.#own = ownFinder(
      settings.ownTerms.map((one) => one.text),
      settings.ownPatterns ?? [],
    );
    // A word of letters alone is no handle but a word.
    for (const one of settings.people ?? [])
      if (/[\d_@.-]|\p{L}\s\p{L}/u.test(one) && one.length > LEAST_NAME)
        this.#people.add(one, one.toLowerCase());
  }

  /** Takes in the names a text introduces. */
  learn(text: string, around: Around = {}): void {
    if (this.#settings.kinds.has('person')) this.find(text, around);
  }

  /** As `learn`, by the rules for people alone: for many texts that are not to be masked themselves. */
  learnPeople(text: string, group: string): void {
    const pieces = looksLikeJson(text) ? [...jsonPieces(text)] : [{ text, field: '', isKey: false }];
    for (const { text: piece, field, isKey } of pieces) {
      const whole = isKey || kindByField(field, piece) !== 'person' ? [] : [wholeHit('person', piece)];
      this.#learnNames(whole.length > 0 ? whole : chooseHits(findPeople(piece), piece.length), piece, group);
    }
  }

  /** The places in a text that would be masked, in order, none overlapping. */
  find(text: string, around: Around = {}): Hit[] {
    return this.#within(text, around.field ?? '', around.group ?? '', 0).filter(
      (hit) => hit.end <= text.length,
    );
  }

  /** The text with every place replaced by its pseudonym, and the list of what was masked. */
  redact(text: string, around: Around = {}): { text: string; masked: Masked[] } {
    const masked: Masked[] = [];
    let out = '';
    let from = 0;
    for (const hit of this.find(text, around)) {
      const pseudonym = this.pseudonymOf(hit);
      out += text.slice(from, hit.start) + (hit.isNumber === true ? `"${pseudonym}"` : pseudonym);
      this.#keep(text.slice(hit.start, hit.end), hit.kind);
      from = hit.end;
      masked.push({ kind: hit.kind, pseudonym, start: hit.start, length: hit.end - hit.start });
    }
    return { text: out + text.slice(from), masked };
  }

  /** `[email 3f9a2c81]`: the kind and what is left of the value, keyed. 32 bits: of 9,000 values two are alike once in a hundred times. */
  pseudonymOf({ kind, value, label }: Pick<Hit, 'kind' | 'value' | 'label'>): string {
    const mac = createHmac('sha256', this.#settings.key).update(`${kind}\0${value}`).digest('hex');
    return `[${label ?? kind} ${mac.slice(0, 8)}]`;
  }

  /** What a finished text still gives away: by the rules, and by values that were masked elsewhere. */
  secondLook(text: string, around: Around = {}): Hit[] {
    const left = text.replace(/\[[\p{L}\p{N} ]{1,40} [0-9a-f]{8}\]/gu, '[]');
    const again = this.#values
      .find(left)
      .map(({ start, end, value }): Hit => ({ kind: value, start, end, value: left.slice(start, end) }));
    return chooseHits([...this.find(left, around), ...again], left.length);
  }

  /** Short values, and names of one word, stand for other things too often to be searched for. */
  #keep(value: string, kind: MaskKind): void {
    const isTelling =
      value.length >= 6 && (kind !== 'person' && kind !== 'path' ? true : /[\s\d_@.]/.test(value));
    if (isTelling && this.#values.size < MAX_VALUES) this.#values.add(value, kind);
  }

  #within(text: string, field: string, group: string, depth: number): Hit[] {
    if (depth < DEPTH && looksLikeJson(text)) return this.#inJson(text, group, depth);
    const isWanted = (hit: Hit): boolean =>
      this.#settings.kinds.has(hit.kind) && (!isIdField(field) || ID_KINDS.has(hit.kind));
    const byField = kindByField(field, text);
    if (byField !== null && this.#settings.kinds.has(byField)) {
      const whole = wholeHit(byField, text);
      const own = this.#own(text).filter(isWanted);
      if (byField === 'person') this.#learnNames([whole], text, group);
      return chooseHits([...own, whole], text.length);
    }
    const hits: Hit[] = [];
    for (const { piece, offset } of piecesOf(text)) {
      const found = this.#inPiece(piece, group).filter(isWanted);
      for (const hit of chooseHits(found, piece.length))
        hits.push({ ...hit, start: hit.start + offset, end: hit.end + offset });
    }
    return hits;
  }

  #inPiece(piece: string, group: string): Hit[] {
    const look = (text: string): Hit[] => [...this.#own(text), ...finders.flatMap((finder) => finder(text))];
    const found = look(piece);
    if (/\\[nrt"]/.test(piece)) found.push(...look(withoutEscapes(piece)));
    if (!this.#settings.kinds.has('person')) return found;
    this.#learnNames(
      chooseHits(
        found.filter((hit) => this.#settings.kinds.has(hit.kind)),
        piece.length,
      ),
      piece,
      group,
    );
    return [...found.map((hit) => this.#asKnown(hit, group)), ...this.#knownNames(piece, group)];
  }

  /** A name said in part has the pseudonym of the whole. */
  #asKnown(hit: Hit, group: string): Hit {
    if (hit.kind !== 'person') return hit;
    const whole = this.#parts
      .get(group)
      ?.find(hit.value)
      .find((one) => one.end - one.start === hit.value.length);
    return whole ? { ...hit, value: whole.value } : hit;
  }

  #inJson(text: string, group: string, depth: number): Hit[] {
    const hits: Hit[] = [];
    for (const piece of jsonPieces(text)) {
      if (piece.text === '') continue;
      // With its field before it, a number says what it is; alone, the rules for numbers in prose hold.
      const lead = piece.isNumber ? `${piece.field.replace(/[_-]+/g, ' ')}: ` : '';
      const field = piece.isKey ? '' : piece.field;
      const inner =
        piece.isNumber && kindByField(field, piece.text) === null
          ? this.#within(lead + piece.text, '', group, depth + 1).map((hit) => ({
              ...hit,
              start: hit.start - lead.length,
              end: hit.end - lead.length,
            }))
          : this.#within(piece.text, field, group, depth + 1);
      for (const hit of inner) {
        if (hit.start < 0) continue;
        const place = { start: piece.placeOf(hit.start), end: piece.placeOf(hit.end) };
        if (!piece.isNumber) hits.push({ ...hit, ...place });
        else
          hits.push({
            ...hit,
            start: piece.placeOf(0),
            end: piece.placeOf(piece.text.length),
            isNumber: true,
          });
      }
    }
    return chooseHits(hits, text.length);
  }

  #learnNames(hits: readonly Hit[], text: string, group: string): void {
    for (const hit of hits) {
      if (hit.kind !== 'person') continue;
      const name = text.slice(hit.start, hit.end);
      const words = name.split(/\s+/);
      if (!/^\p{Lu}/u.test(name)) continue;
      if (words.length > 1) this.#names.add(name, hit.value);
      let parts = this.#parts.get(group);
      if (!parts) this.#parts.set(group, (parts = new PhraseIndex()));
      for (const part of new Set([name, words[0] ?? '', words.at(-1) ?? '']))
        if (part.length >= LEAST_NAME && /^\p{Lu}/u.test(part) && !isCommonWord(part))
          parts.add(part, hit.value);
    }
  }

  #knownNames(text: string, group: string): Hit[] {
    const hit =
      (kind: MaskKind) =>
      ({ start, end, value }: { start: number; end: number; value: string }): Hit => ({
        kind,
        start,
        end,
        value,
      });
    const names = [...this.#names.find(text), ...(this.#parts.get(group)?.find(text) ?? [])].filter(
      ({ start }) => /^\p{Lu}/u.test(text.slice(start, start + 2)),
    );
    return [...names, ...this.#people.find(text)].map(hit('person'));
  }
}

function wholeHit(kind: MaskKind, text: string): Hit {
  const start = text.length - text.trimStart().length;
  return { kind, start, end: text.trimEnd().length, value: valueOf(kind, text.trim()) };
}

/** What decides the pseudonym of a whole value: spelling and separators do not. */
function valueOf(kind: MaskKind, text: string): string {
  if (kind === 'key') return text;
  if (kind === 'phone' || kind === 'card') return text.replace(/\D/g, '');
  return text.toLowerCase().replace(/\s+/g, ' ');
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
