/**
 * A fact as a line of journal.jsonl and back. Owns the wording of a line and its hash; touches no file.
 * The hash covers the text of the line as it stands, so that it can be checked without knowing the act.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { actSchema, type Act, type Fact } from '../../shared/model/journal';
import { jsonDepth, MAX_DEPTH } from '../../shared/trace/json';

/** A fact before it is chained to the line before it. */
export type Draft = Omit<Fact, 'hash' | 'previous' | 'seq'>;

/** What is true of every line, whatever its act. */
export interface Link {
  seq: number;
  hash: string;
  previous: string;
}

export type ReadLine =
  | { kind: 'fact'; fact: Fact; isIntact: boolean }
  /** A whole line of a later version, or with an act that breaks this version's rules: kept, not applied. */
  | { kind: 'unknown'; link: Link; isIntact: boolean; problem: string }
  | { kind: 'bad'; problem: string };

const linkSchema = z.object({
  seq: z.number().int().min(1),
  factId: z.string().min(1),
  at: z.string(),
  author: z.string(),
  act: z.looseObject({ type: z.string() }),
  previous: z.string(),
  hash: z.string(),
});

const HASH_TAIL = /,"hash":"([0-9a-f]{64})"\}$/;

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The line (without its newline) and the fact, chained to the line before. */
export function writeLine(draft: Draft, seq: number, previous: string): { line: string; fact: Fact } {
  const { factId, at, author, act } = draft;
  const body = JSON.stringify({ seq, factId, at, author, act, previous });
  const hash = sha256(body);
  return {
    line: `${body.slice(0, -1)},"hash":"${hash}"}`,
    fact: { seq, factId, at, author, act, previous, hash },
  };
}

/** Reads a line. `isIntact` says whether the line is as it was written, by its own hash. */
export function readLine(line: string): ReadLine {
  if (jsonDepth(line) > MAX_DEPTH) return { kind: 'bad', problem: 'is nested deeper than 256 levels' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'bad', problem: 'is not JSON' };
  }
  const link = linkSchema.safeParse(value);
  if (!link.success) return { kind: 'bad', problem: 'is not a fact' };
  const tail = HASH_TAIL.exec(line);
  const isIntact = tail !== null && sha256(`${line.slice(0, tail.index)}}`) === link.data.hash;
  const act = actSchema.safeParse(link.data.act);
  if (act.success) return { kind: 'fact', fact: { ...link.data, act: act.data }, isIntact };
  return { kind: 'unknown', link: link.data, isIntact, problem: whyUnknown(link.data.act.type, act.error) };
}

function whyUnknown(type: string, error: z.ZodError): string {
  const known: readonly string[] = actSchema.options.map(
    (option) => option.shape.type.value satisfies Act['type'],
  );
  const name = JSON.stringify(type.slice(0, 60));
  if (!known.includes(type)) return `holds an act this version does not know (${name})`;
  const first = error.issues[0];
  return `holds an act ${name} that cannot be used (${first ? `${first.path.join('.')}: ${first.message}` : 'no reason'})`;
}
