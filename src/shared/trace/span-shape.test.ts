/**
 * A shape's meaning against the reading it stands for: every attribute that `understand` asks for, with every word its sources
 * know, means what a shape without that word says. So a key whose value decides anything must be among DECIDING_KEYS.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newBag, type AttributeBag } from './attribute-bag';
import { CONTEXT_NAMES } from './genai-context';
import { understand, type Understood } from './genai';
import type { SpanSource } from './genai-span';
import { DECIDING_KEYS, meaningOfShape, TEXT_FIELDS, type Origin, type ShapeMeaning } from './span-shape';

const folder = import.meta.dirname;
const sources = readdirSync(folder)
  .filter((name) => name.startsWith('genai') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

/** Words that the readers compare values with, look up or have between the bars of a pattern. */
const words = [
  ...new Set(
    [
      ...sources.matchAll(/(?:[!=]==|case|startsWith\(|includes\() ?'([A-Za-z][\w/-]*)'/g),
      ...sources.matchAll(/^ +'?([A-Za-z][\w-]*)'?: '[a-z]+',$/gm),
      ...sources.matchAll(/[(|^/]([A-Za-z][A-Za-z_-]{2,})(?=[|)$/])/g),
    ].map(([, word]) => word ?? ''),
  ),
];

/** Attributes that are there whatever else is, for readers that only look where they know the kind. */
const BASES: Readonly<Record<string, string>>[] = [
  {},
  { 'gen_ai.operation.name': 'chat' },
  { 'gen_ai.operation.name': 'execute_tool' },
  { 'gen_ai.operation.name': 'invoke_agent' },
  { 'openinference.span.kind': 'RETRIEVER' },
  { 'db.system': 'redis' },
];

function read(attributes: AttributeBag): Understood {
  const source: SpanSource = {
    spanId: 's',
    parentSpanId: 'p',
    traceId: 't',
    name: 'work',
    startNs: 1n,
    endNs: 2n,
    status: 'unset',
    statusMessage: null,
    attributes,
    resource: newBag(),
    scope: null,
    events: [],
    raw: null,
    type: null,
  };
  return understand(source);
}

function bagOf(entries: Readonly<Record<string, string>>): AttributeBag {
  return Object.assign(newBag(), entries);
}

/** The attributes that the readers ask a span for by name, and those they look for among its own. */
function keysAskedFor(entries: Readonly<Record<string, string>>): string[] {
  const asked = new Set<string>(CONTEXT_NAMES);
  read(
    new Proxy(bagOf(entries), {
      get(bag, key) {
        if (typeof key === 'string') asked.add(key);
        return Reflect.get(bag, key) as unknown;
      },
    }),
  );
  return [...asked];
}

function told(origin: Origin | null | undefined, values: readonly string[]): string | null {
  if (!origin) return null;
  return 'at' in origin ? (values[origin.at] ?? null) : origin.is;
}

function isDeciding(key: string): boolean {
  return (DECIDING_KEYS as readonly string[]).includes(key);
}

/** What a span of these attributes means by its shape; null where shapes say nothing. */
function meaningOf(entries: Readonly<Record<string, string>>): ShapeMeaning | null {
  return meaningOfShape({
    name: 'work',
    status: 'unset',
    hasStatusMessage: false,
    hasParent: true,
    type: null,
    attributes: Object.entries(entries).map(([key, value]) => ({
      key,
      tag: 's',
      said: isDeciding(key) ? value : null,
    })),
    resource: newBag(),
    scope: null,
  });
}

/** Where the reading of a span differs from what its shape means. */
function differences(meaning: ShapeMeaning, entries: Readonly<Record<string, string>>): string[] {
  const values = Object.values(entries);
  const { span, session } = read(bagOf(entries));
  const pairs: [string, unknown, unknown][] = [
    ['kind', meaning.kind, span.kind],
    ['status', meaning.status, span.status ?? 'unset'],
    ['session', told(meaning.session, values), session?.sessionId ?? null],
    ...TEXT_FIELDS.map((field): [string, unknown, unknown] => [
      field,
      told(meaning.texts[field], values),
      span[field] ?? null,
    ]),
  ];
  return pairs.flatMap(([field, meant, found]) =>
    meant === found ? [] : [`${field}: ${String(meant)} in SQL, ${String(found)} by the readers`],
  );
}

test('a value decides nothing but under the keys known to decide', { timeout: 120_000 }, () => {
  expect(words).toEqual(expect.arrayContaining(['execute_tool', 'embedding', 'error']));
  const problems = new Set<string>();
  const done = new Set<string>();
  for (const base of BASES)
    // What is asked for whatever the kind of a span is compared once.
    for (const key of keysAskedFor(base).filter((one) => !(one in base) && !done.has(one))) {
      done.add(key);
      const shared = isDeciding(key) ? null : meaningOf({ ...base, [key]: 'word' });
      if (!shared && !isDeciding(key)) continue;
      for (const word of words) {
        const entries = { ...base, [key]: word };
        const meaning = shared ?? meaningOf(entries);
        for (const one of meaning ? differences(meaning, entries) : [])
          problems.add(`${key} = ${word}: ${one}`);
      }
    }
  expect([...problems]).toEqual([]);
  expect([...done]).toEqual(
    expect.arrayContaining(['gen_ai.operation.name', 'gen_ai.tool.status', 'session.id']),
  );
});
