/**
 * Damaged copies of the formats' fixtures, run through all of intake: it never throws, every line is accounted for, and
 * the good lines around a broken one give the spans they give without it. Seeded, so that a failure can be repeated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lookAt } from '../../src/engine/intake/look';
import type { Source } from '../../src/shared/model/source';
import { Bench, damage, random, type Row } from './intake-harness';

const FIXTURES = join(import.meta.dirname, '../fixtures/formats');

function fixtures(extension: string): { format: string; path: string; name: string }[] {
  return readdirSync(FIXTURES).flatMap((format) =>
    readdirSync(join(FIXTURES, format))
      .filter((name) => extname(name) === extension && !name.endsWith('.profile.json'))
      .map((name) => ({ format, name: `${format}/${name}`, path: join(FIXTURES, format, name) })),
  );
}

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

/** All that spans say, but for what is made of the file's bytes. */
function told(spans: readonly Row[], sources: readonly Source[], at: number): string[] {
  const unnamed = (row: string): string =>
    sources.reduce((text, { sha256 }, i) => text.replaceAll(sha256.slice(0, 12), `#${String(i)}`), row);
  return spans
    .filter((span) => span['source_id'] === sources[at]?.sourceId)
    .map(({ source_id: _source, ...span }) => unnamed(JSON.stringify(span)))
    .sort();
}

const SEEDS = 3;

const TEXTS = [...fixtures('.jsonl'), ...fixtures('.json')];

describe('bytes of text files', () => {
  // The files of a format are imported at once: an import takes longer to begin than to read one of them.
  test.each([...new Set(TEXTS.map(({ format }) => format))])('of %s', async (format) => {
    const texts = TEXTS.filter((one) => one.format === format);
    const paths = texts.flatMap(({ path, name }) => {
      const bytes = readFileSync(path);
      return Array.from({ length: SEEDS }, (_, seed) =>
        bench.write(`${String(seed)}-${name.replace('/', '-')}`, damage(bytes, seed * 7919 + bytes.length)),
      );
    });
    const { sources, files } = await bench.import(paths, format === 'generic' ? {} : { format });
    expect(sources).toHaveLength(paths.length);
    expect(files.sort()).toEqual(['label.parquet', 'manifest.json', 'reject.parquet', 'span.parquet']);
    for (const source of sources) {
      expect(source.state, source.reason).toMatch(/^(imported|unrecognised|duplicate)$/);
      const look = await lookAt(bench.path(source.name), source.name);
      if (source.state === 'imported' && look.container === 'lines')
        expect(source.records + source.rejected + source.blank, source.name).toBe(source.lines);
    }
  });
});

const BROKEN_LINES = [
  '{"cut off": [1, 2',
  'no JSON at all',
  '"a text alone"',
  '{"a": 1}}',
  '[1,]',
  '{"nul": "\0"}',
  '42',
  '{"key": nAn}',
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
];

const LINES = fixtures('.jsonl').filter(({ format }) => format !== 'generic');

/** The lines of a fixture with broken ones among them, and with blank ones in their place: every good line has the same number in both. */
function dirtied(path: string, name: string): { dirty: string[]; clean: string[]; broken: number } {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const { below, pick } = random(lines.length * 31 + name.length);
  const dirty = [...lines];
  const broken = 3 + below(3);
  for (let i = 0; i < broken; i++) dirty.splice(1 + below(dirty.length), 0, pick(BROKEN_LINES));
  for (let i = 0; i < 2; i++) dirty.splice(1 + below(dirty.length), 0, pick(['', '  \t', '\r']));
  return { dirty, clean: dirty.map((line) => (BROKEN_LINES.includes(line) ? '' : line)), broken };
}

describe('broken lines among good ones', () => {
  test.each([...new Set(LINES.map(({ format }) => format))])('of %s', async (format) => {
    const made = LINES.filter((one) => one.format === format).map(({ path, name }) => {
      const { dirty, clean, broken } = dirtied(path, name);
      const write = (way: string, lines: string[]): string =>
        bench.write(`${way}-${name.replace('/', '-')}`, `${lines.join('\n')}\n`);
      return {
        name,
        broken,
        lines: dirty.length,
        dirty: write('dirty', dirty),
        clean: write('clean', clean),
      };
    });
    const [before, after] = [
      await bench.import(
        made.map(({ clean }) => clean),
        { format },
      ),
      await bench.import(
        made.map(({ dirty }) => dirty),
        { format },
      ),
    ];
    made.forEach(({ name, broken, lines }, i) => {
      const [was, is] = [before.sources[i], after.sources[i]];
      expect(is?.state, name).toBe('imported');
      expect(is?.blank, name).toBe(2);
      expect(is?.lines, name).toBe(lines);
      expect(is?.rejected, name).toBe((was?.rejected ?? 0) + broken);
      expect((is?.records ?? 0) + (is?.rejected ?? 0) + (is?.blank ?? 0), name).toBe(is?.lines);
      expect(told(after.spans, after.sources, i), name).toEqual(told(before.spans, before.sources, i));
    });
  });
});

describe('Parquet', () => {
  test.each(fixtures('.parquet'))(
    '$name, damaged, is read, partly read or reported',
    async ({ path, name }) => {
      const bytes = readFileSync(path);
      const good = bench.write(
        `good-${name.replace('/', '-')}.jsonl`,
        readFileSync(join(FIXTURES, 'otlp/collector.jsonl')),
      );
      const paths = Array.from({ length: 16 }, (_, seed) =>
        bench.write(`${String(seed)}-${name.replace('/', '-')}`, damage(bytes, seed * 104_729 + 11)),
      );
      const { sources, spans } = await bench.import([...paths, good]);
      expect(sources).toHaveLength(paths.length + 1);
      for (const source of sources) if (source.state !== 'imported') expect(source.reason).not.toBe('');
      // A file that ruins DuckDB's own state may not take its neighbours with it.
      const neighbour = sources.at(-1);
      expect(neighbour?.state).toBe('imported');
      expect(spans.filter((span) => span['source_id'] === neighbour?.sourceId).length).toBe(neighbour?.spans);
    },
  );
});
