/**
 * Inputs that no screen sends, to every procedure of the contract: of no schema, and of the right schema with values that mean
 * nothing. Each is refused in the contract's words or answered; what was accepted does not keep the workspace from opening again.
 * `FUZZ_ROUNDS` and `FUZZ_SEED` try more of them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ORPCError } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { inContractWords } from '../../src/engine/routes/implementer';
import { generateSample } from '../../src/engine/sample/generate';
import { contract } from '../../src/shared/contract';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { random } from './intake-harness';

const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 1);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261);

type Random = ReturnType<typeof random>;
interface Procedure {
  name: string;
  schema: z.ZodType | undefined;
  call: (input: unknown) => Promise<unknown>;
}

/** Procedures of a contract by their dotted names. */
function* proceduresOf(node: object, client: object, path: string[] = []): Generator<Procedure> {
  for (const [key, child] of Object.entries(node) as [string, object][]) {
    const own = (client as Record<string, object>)[key] as object;
    if ('~orpc' in child) {
      const { inputSchema } = child['~orpc'] as { inputSchema?: z.ZodType };
      yield { name: [...path, key].join('.'), schema: inputSchema, call: own as Procedure['call'] };
    } else yield* proceduresOf(child, own, [...path, key]);
  }
}

type Schema = Shape | boolean;
interface Shape {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  propertyNames?: Schema;
  additionalProperties?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
}

const TEXTS = [
  '',
  'x',
  '\0',
  '../../../etc/passwd',
  "'; DROP TABLE span; --",
  '\ud800',
  '__proto__',
  '🦄'.repeat(40),
];

/** Text of the length asked for, else of any. */
function textFor(
  { minLength = 0, maxLength = Infinity }: Shape,
  known: readonly string[],
  rng: Random,
): string {
  const text = rng.pick([...TEXTS, ...known, 'long '.repeat(rng.below(5000))]);
  return text.slice(0, maxLength).padEnd(minLength, 'y');
}

function numberFor({ type, minimum = -1e15, maximum = 1e15 }: Shape, { pick, below }: Random): number {
  const value = Math.min(maximum, Math.max(minimum, pick([0, 1, -1, 7, minimum, maximum, below(1e6), 0.5])));
  return type === 'integer' ? Math.trunc(value) : value;
}

/** A value of the schema that means nothing, or one that is known in the workspace. */
function valueFor(shape: Schema, known: readonly string[], rng: Random, depth = 0): unknown {
  if (typeof shape === 'boolean') return null;
  const { pick, below } = rng;
  if ('const' in shape) return shape.const;
  if (shape.enum) return pick(shape.enum);
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return valueFor(pick(choices), known, rng, depth);
  if (shape.allOf)
    return Object.assign({}, ...shape.allOf.map((one) => valueFor(one, known, rng, depth))) as unknown;
  switch (shape.type) {
    case 'string':
      return textFor(shape, known, rng);
    case 'number':
    case 'integer':
      return numberFor(shape, rng);
    case 'boolean':
      return below(2) === 0;
    case 'null':
      return null;
    case 'array': {
      const length = Math.max(shape.minItems ?? 0, depth > 4 ? 0 : below(4));
      return Array.from({ length }, () => valueFor(shape.items ?? {}, known, rng, depth + 1));
    }
    case 'object':
      return objectFor(shape, known, rng, depth);
    case undefined:
    default:
      return pick<unknown>([null, 'x', 7, [], {}]);
  }
}

function objectFor(shape: Shape, known: readonly string[], rng: Random, depth: number): unknown {
  const { properties = {}, required = [], additionalProperties } = shape;
  const entries = Object.entries(properties)
    .filter(([key]) => required.includes(key) || rng.below(2) === 0)
    .map(([key, one]): [string, unknown] => [key, valueFor(one, known, rng, depth + 1)]);
  if (typeof additionalProperties === 'object' && depth < 5)
    for (let i = rng.below(3); i > 0; i--)
      entries.push([
        String(valueFor(shape.propertyNames ?? { type: 'string' }, known, rng, depth + 1)),
        valueFor(additionalProperties, known, rng, depth + 1),
      ]);
  return Object.fromEntries(entries);
}

/** Of no schema of ours. */
const SENSELESS: readonly unknown[] = [
  undefined,
  null,
  0,
  Number.NaN,
  'text',
  true,
  [],
  [{}],
  {},
  { sessionId: 5, filter: 7, offset: -1, limit: 1e300, items: [[[[]]]] },
  { sessionId: { toString: 'x' }, ['__proto__']: null },
  new Date(Number.NaN),
  new Map([[1, 2]]),
  10n ** 40n,
];

/** One value of a good input gone wrong. */
function spoiled(input: unknown, { pick }: Random): unknown {
  if (typeof input !== 'object' || input === null) return pick(SENSELESS);
  const keys = Object.keys(input);
  if (keys.length === 0) return pick(SENSELESS);
  return { ...input, [pick(keys)]: pick(SENSELESS) };
}

let bench: TestEngine;
beforeAll(async () => {
  bench = await startEngine();
  await bench.client.workspace.create({ name: 'Inputs' });
  const { files } = generateSample({ seed: 3, sessions: 12 });
  const path = join(bench.dir, 'support.jsonl');
  writeFileSync(path, files.find(({ name }) => name.endsWith('.otlp.jsonl'))?.text ?? '');
  await bench.importFiles(path);
});
afterAll(async () => {
  await bench.close();
  removeEngine(bench);
});

/** Ids and names of the workspace, which get further than any made up. */
async function knownTexts(): Promise<string[]> {
  const { client } = bench;
  const { items } = await client.session.list({ limit: 3 });
  const [first] = items;
  const spans = first ? (await client.session.spans({ sessionId: first.sessionId })).items : [];
  const corrections = await client.correction.list({ limit: 3 });
  const codebook = await client.codebook.get({});
  return [
    ...items.map(({ sessionId }) => sessionId),
    ...spans.slice(0, 3).map(({ spanId }) => spanId),
    ...corrections.items.map(({ correctionId }) => correctionId),
    ...codebook.failureModes.slice(0, 3).map(({ id }) => id),
    ...(await client.imports.list()).map(({ importId }) => importId),
    ...(await client.signal.list()).slice(0, 5).map(({ id }) => id),
    bench.grant(join(bench.dir, 'support.jsonl')),
    bench.grant(bench.dir),
    bench.grant(join(bench.dir, 'nowhere')),
  ];
}

/** Calls that put another workspace in place of this one. */
const LEAVES = /^workspace\.(create|open|openRecent|openSample|close|saveAs|rebuild)/;
const REFUSALS = ['BAD_REQUEST', 'BAD_INPUT', 'NOT_FOUND', 'NO_WORKSPACE', 'LOCKED'];

/** What came of a call: null where it was answered or refused in the contract's words. */
async function problemOf(procedure: Procedure, input: unknown): Promise<string | null> {
  try {
    const output = await procedure.call(input);
    if (typeof output === 'object' && output !== null && Symbol.asyncIterator in output)
      for await (const event of output as AsyncIterable<unknown>) expect(event).toBeDefined();
    return null;
  } catch (thrown) {
    // What a stream fails with is put into the contract's words by the process that hosts the engine.
    const error = inContractWords(thrown);
    if (error instanceof ORPCError && REFUSALS.includes(String(error.code))) return null;
    const shown = inspect(input, { depth: 6, maxStringLength: 80, breakLength: Infinity });
    const cause = error instanceof Error && error.cause instanceof Error ? `; ${error.cause.message}` : '';
    return `${procedure.name}(${shown}): ${String(error)}${cause}`;
  }
}

test(
  'each is refused in words or answered, and the workspace opens again',
  { timeout: 900_000 },
  async () => {
    const procedures = [...proceduresOf(contract, bench.client)];
    expect(procedures.length).toBeGreaterThan(100);
    const staying = procedures.filter(({ name }) => !LEAVES.test(name));
    const known = await knownTexts();
    const problems: string[] = [];
    for (const [i, procedure] of staying.entries())
      for (let round = 0; round < ROUNDS; round++) {
        const rng = random(SEED + i * 1000 + round);
        const shape =
          procedure.schema &&
          (z.toJSONSchema(procedure.schema, { io: 'input', unrepresentable: 'any' }) as Shape);
        const good = shape && valueFor(shape, known, rng);
        for (const input of [good, spoiled(good, rng), rng.pick(SENSELESS)]) {
          const problem = await problemOf(procedure, input);
          if (problem !== null) problems.push(problem);
        }
      }
    expect.soft(problems).toEqual([]);
    const { path, factCount } = (await bench.client.workspace.current()) ?? {};
    await bench.client.workspace.close();
    await bench.engine.openPath(path ?? '', { create: false });
    expect(await bench.client.workspace.current()).toMatchObject({ factCount, rebuilt: null });
    await bench.client.workspace.close();
    for (const procedure of procedures) expect.soft(await problemOf(procedure, undefined)).toBeNull();
  },
);
