/** The report and every other way out, over the contract and against real DuckDB: figures lead to rows, hostile text stays text, secrets stay in. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSample } from '../../src/engine/sample/generate';
import type { ReportDocument } from '../../src/shared/model/report';
import { reportParts } from '../../src/shared/model/report';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let bench: TestEngine;

beforeEach(async () => {
  bench = await startEngine();
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
});

const textOf = (handle: string): string => readFileSync(bench.engine.grants.resolve(handle) ?? '', 'utf8');

/** Conversations of the plainest format. */
async function importChats(...chats: readonly (readonly [user: string, agent: string][])[]): Promise<void> {
  const path = join(bench.dir, 'chats.jsonl');
  const records = chats.map((turns) => ({
    messages: turns.flatMap(([user, agent]) => [
      { role: 'user', content: user },
      { role: 'assistant', content: agent },
    ]),
  }));
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await bench.client.workspace.create({ name: 'Audit' });
  await bench.importFiles(path);
}

/** Sorts the corrections found so far, so that there are failure modes with examples. */
async function sortAll(): Promise<string> {
  const { client } = bench;
  const mode = (await client.codebook.get({})).failureModes[0];
  const { items } = await client.correction.list({ limit: 50 });
  const correctionIds = items.map((one) => one.correctionId);
  await client.correction.judge({ correctionIds, verdict: 'confirmed' });
  await client.correction.assign({ correctionIds, failureModeId: mode?.id ?? '' });
  return mode?.name ?? '';
}

const figuresOf = (document: ReportDocument) =>
  document.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => {
      if (block.type === 'figures') return block.items.map((item) => item.figure);
      if (block.type === 'table')
        return block.rows.flatMap((row) => row.flatMap((cell) => ('figure' in cell ? [cell.figure] : [])));
      return [];
    }),
  );

describe('the figures of a report', () => {
  beforeEach(async () => {
    const path = join(bench.dir, 'support.jsonl');
    const { files } = generateSample({ seed: 7, sessions: 24 });
    writeFileSync(path, files.find((file) => file.name.endsWith('.otlp.jsonl'))?.text ?? '');
    await bench.client.workspace.create({ name: 'Audit' });
    await bench.importFiles(path);
  });

  test('each is what the query of its evidence gives, and its places are lines of the source', async () => {
    const { client } = bench;
    const name = await sortAll();
    const { queueId } = await client.review.createQueue({
      name: 'Pass',
      size: 8,
      reviewers: ['Ada', 'Ben'],
      reviewsPerItem: 2,
    });
    for (const reviewer of ['Ada', 'Ben'])
      for (let i = 0; i < 4; i++) {
        const item = await client.review.next({ queueId, reviewer });
        await client.review.complete({
          queueId,
          reviewer,
          sessionId: item?.sessionId ?? '',
          seconds: 5,
          review: {
            intent: i % 2 === 0 ? 'missed' : 'met',
            quality: null,
            missed: [],
            failureModes: [],
            firstSpanId: null,
            expected: '',
            note: '',
          },
        });
      }
    const { document } = await client.report.preview({});
    expect(document.sections.map((section) => section.part)).toEqual(reportParts);
    const byId = new Map(document.evidence.map((one) => [one.id, one]));
    for (const evidence of document.evidence) {
      const run = await client.sql.run({ query: evidence.sql, limit: 10_000 });
      if (run.kind === 'problem') throw new Error(`${evidence.id}: ${run.message}\n${evidence.sql}`);
      expect(run.result.rows, evidence.title).toHaveLength(evidence.rows);
      const at = run.result.columns.findIndex((column) => column.name === 'session_id');
      expect(new Set(run.result.rows.map((row) => row[at])).size).toBe(evidence.sessions);
      for (const place of evidence.places) expect(place.path).toMatch(/support\.jsonl$/);
    }
    const figures = figuresOf(document);
    expect(figures.length).toBeGreaterThan(30);
    for (const figure of figures) {
      const evidence = byId.get(figure.evidence);
      if (evidence === undefined) throw new Error(`No evidence ${figure.evidence}.`);
      if (figure.kind === 'estimate') expect(figure.n).toBeGreaterThan(0);
      else if (figure.kind === 'count') expect(figure.count).toBe(evidence[figure.counts]);
      else {
        expect(figure.share.count).toBe(evidence[figure.counts]);
        if (figure.share.n > 0) expect(figure.share.low).toBeLessThanOrEqual(figure.share.high ?? -1);
      }
    }
    const overview = await client.overview.get();
    const summary = document.sections[0]?.blocks.find((block) => block.type === 'figures');
    const shareOf = (label: string) => {
      const found =
        summary?.type === 'figures' ? summary.items.find((item) => item.label === label) : undefined;
      return found?.figure.kind === 'share' ? found.figure.share : null;
    };
    expect(shareOf('With a user correction')).toEqual(overview.withCorrections);
    expect(shareOf('With a finding')).toEqual(overview.withFindings);
    expect(JSON.stringify(document.sections[1])).toContain(JSON.stringify(name).slice(1, -1));
  });

  test('the data hold every figure, and for each reference as many rows as its evidence says', async () => {
    const { client } = bench;
    await sortAll();
    const { document } = await client.report.preview({});
    const written = await client.report.write({ format: 'data' });
    expect(written.name).toBe('report-data.zip');
    const file = (name: string) => textOf(written.files.find((one) => one.name === name)?.handle ?? '');
    const rows = file('rows.jsonl')
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { reference: string; session_id: string; source_path: string; line: number },
      );
    const lines = readFileSync(join(bench.dir, 'support.jsonl'), 'utf8').split('\n').length;
    for (const evidence of document.evidence)
      expect(
        rows.filter((row) => row.reference === evidence.id),
        evidence.title,
      ).toHaveLength(evidence.rows);
    for (const row of rows) {
      expect(row.line).toBeGreaterThan(0);
      expect(row.line).toBeLessThanOrEqual(lines);
    }
    expect(file('figures.jsonl').trim().split('\n')).toHaveLength(written.figures);
    expect(file('rows.csv').split('\n')[0]).toContain('"source_path"');
    expect(written.files.map((one) => one.name)).toContain('figures.parquet');
  });
});

describe('hostile text in a report', () => {
  const HOSTILE =
    'No, that is wrong. </p><script>alert(1)</script><img src="https://evil.example/x.png" onerror=alert(2)> ![x](https://evil.example/y.png) [click](javascript:alert(3)) | a | b |\n# heading\n```\nbreak out\n```\n<style>*{display:none}</style> \u202etxt.exe';

  beforeEach(async () => {
    await importChats([
      ['Please book the flight to Lisbon.', 'I booked the hotel in Porto <b>for you</b>.'],
      [HOSTILE, 'Sorry.'],
    ]);
    await bench.client.codebook.add({
      name: '<img src=x onerror=alert(4)> | `tick` [l](http://evil.example)',
    });
    const { failureModes } = await bench.client.codebook.get({});
    const { items } = await bench.client.correction.list({ limit: 5 });
    expect(items.length).toBeGreaterThan(0);
    await bench.client.correction.assign({
      correctionIds: items.map((one) => one.correctionId),
      failureModeId: failureModes.at(-1)?.id ?? '',
    });
  });

  test('is text on the page: no element, no address, no style of its own', async () => {
    const { handle } = await bench.client.report.write({ format: 'html', title: '<svg onload=alert(5)>' });
    const page = textOf(handle);
    expect(page).toMatch(/&lt;script&gt;alert\(1\)/);
    expect(page).toContain('&lt;b&gt;for you&lt;/b&gt;');
    expect(page).not.toMatch(/<(?:script|img|iframe|link|object|embed|base|form)\b/i);
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/g))
      expect(tag).not.toMatch(/\s(?:on\w+|src|style|action|srcset|poster)\s*=/i);
    expect(page).not.toMatch(/https?:\/\//i);
    expect(page).not.toMatch(/url\(|@import/i);
    for (const [, address] of page.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^#[\w-]+$/);
    expect(page.match(/<style>/g)).toHaveLength(1);
    expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/=]+'/);
    expect(page).not.toContain('\u202e');
    expect(page).toContain('⟨U+202E⟩');
  });

  test('is code in Markdown, which nothing in it can close', async () => {
    const { handle } = await bench.client.report.write({ format: 'markdown' });
    const text = textOf(handle);
    expect(text).not.toContain('\u202e');
    // What is left once code is taken out holds no markup and no address.
    const rest = text
      .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '')
      .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
    expect(rest).not.toMatch(/https?:|javascript:|<\w|!\[|alert/);
    expect(text).toContain('alert(1)');
    for (const line of rest.split('\n').filter((one) => one.startsWith('#')))
      expect(line).not.toBe('# heading');
  });
});

describe('redaction on every way out', () => {
  const SECRETS = [
    'mirela.vandenberg@post.example',
    'Vandenberg',
    '4111 1111 1111 1111',
    'sk-proj-9fQ2vT7mXb1LkZ8cRw4Ny6HdPs3A',
    '203.0.113.47',
    'TCK-88213',
  ];

  beforeEach(async () => {
    await importChats(
      [
        [
          'My name is Mirela Vandenberg, mail mirela.vandenberg@post.example. Book the early train.',
          'Booked the late train.',
        ],
        [
          'No, that is wrong: Vandenberg wanted the EARLY train. Card 4111 1111 1111 1111, ticket TCK-88213.',
          'Sorry.',
        ],
      ],
      [
        ['Deploy from 203.0.113.47 with sk-proj-9fQ2vT7mXb1LkZ8cRw4Ny6HdPs3A', 'Deployed to staging.'],
        ['No, I said production! Write to mirela.vandenberg@post.example, ticket TCK-88213', 'Sorry.'],
      ],
    );
    await sortAll();
    const choice = await bench.client.redaction.get();
    await bench.client.redaction.set({ ...choice, ownPatterns: [{ name: 'ticket', pattern: 'TCK-\\d{5}' }] });
  });

  const expectClean = (text: string): void => {
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  };

  test('the report, in each of its formats, under one pseudonym', async () => {
    const { client } = bench;
    const plain = textOf((await client.report.write({ format: 'html' })).handle);
    expect(plain).toContain('mirela.vandenberg@post.example');
    const seen = new Set<string>();
    for (const format of ['html', 'markdown', 'data'] as const) {
      const written = await client.report.write({ format, redact: true });
      expect(written.redaction?.leaks).toEqual([]);
      expect(written.redaction?.places.length).toBeGreaterThan(0);
      for (const file of written.files) {
        const text = textOf(file.handle);
        if (!file.name.endsWith('.parquet')) expectClean(text);
        for (const [pseudonym] of text.matchAll(/\[email [0-9a-f]{8}\]/g)) seen.add(pseudonym);
      }
      expect(written.name).toContain('redacted');
    }
    expect(seen.size).toBe(1);
    expect(textOf((await client.report.write({ format: 'html', redact: true })).handle)).toMatch(
      /\[ticket [0-9a-f]{8}\]/,
    );
  });

  test('exports and the console', async () => {
    const { client } = bench;
    for (const kind of ['corrections', 'annotations', 'findings', 'sessions'] as const)
      for (const format of ['jsonl', 'csv'] as const) {
        const written = await client.report.export({ kind, format, redact: true });
        expectClean(textOf(written.handle));
        expect(written.redaction?.leaks).toEqual([]);
      }
    const query =
      "SELECT s.session_id, t.text AS what, t.raw, {a: t.text} AS nested, TIMESTAMP '2026-03-04 05:06:07' AS at, 1.25::DECIMAL(9, 2) AS price FROM span_texts AS t JOIN spans AS s USING (session_id, span_id)";
    const open = await client.sql.export({ query, format: 'csv' });
    expect(textOf(open.handle)).toContain('Vandenberg');
    const written = await client.sql.export({ query, format: 'csv', redact: true });
    expectClean(textOf(written.handle));
    expect(written.redaction?.leaks).toEqual([]);
    expect(written.rows).toBe(open.rows);
    expect(textOf(written.handle).match(/"2026-03-04 05:06:07","1\.25"/g)).toHaveLength(written.rows);
  });

  test('a queue for a colleague, a regression set, and the codebook with its examples', async () => {
    const { client } = bench;
    const { queueId } = await client.review.createQueue({ name: 'Pass', size: 5, reviewers: ['Ada'] });
    const queue = await client.review.exportQueue({ queueId, redact: true });
    expect(queue.redaction?.leaks).toEqual([]);
    expect(queue.redaction?.counts.map((one) => one.kind)).toEqual(
      expect.arrayContaining(['email', 'person', 'custom']),
    );
    const packed = bench.engine.grants.resolve(queue.handle) ?? '';

    const { items } = await client.correction.list({ limit: 1 });
    const target = { kind: 'correction' as const, correctionId: items[0]?.correctionId ?? '' };
    const { draft } = await client.regression.draft({ target, setId: null });
    const { setId } = await client.regression.save({
      setId: null,
      name: 'Set',
      note: '',
      cases: [draft],
      baseline: null,
    });
    for (const format of ['jsonl', 'promptfoo', 'pytest'] as const) {
      const written = await client.regression.export({ setId, format, redact: true });
      expectClean(textOf(written.handle));
      expect(written.redaction?.leaks).toEqual([]);
    }
    const { version, failureModes } = await client.codebook.get({});
    const [first, ...others] = failureModes;
    if (first === undefined) throw new Error('There is no failure mode.');
    const example = {
      correctionId: null,
      sessionId: null,
      text: 'Mirela Vandenberg, mirela.vandenberg@post.example, TCK-88213',
    };
    await client.codebook.save({
      basedOn: version,
      note: '',
      failureModes: [{ ...first, examples: [example] }, ...others],
    });
    for (const format of ['json', 'markdown', 'html'] as const) {
      expect(textOf((await client.codebook.export({ format })).handle)).toContain('Vandenberg');
      expectClean(textOf((await client.codebook.export({ format, redact: true })).handle));
    }

    // As the colleague sees it: the same sessions under the same ids, with pseudonyms in their texts.
    const before = (await client.session.list({})).items.map((one) => one.sessionId).sort();
    await client.workspace.open({ handle: bench.grant(packed) });
    expect((await client.session.list({})).items.map((one) => one.sessionId).sort()).toEqual(before);
    const seen = await client.sql.run({
      query: 'SELECT text, input, output, attributes, raw FROM span_texts',
    });
    expectClean(JSON.stringify(seen));
    expect(JSON.stringify(seen)).toMatch(/\[email [0-9a-f]{8}\]/);
  });

  test('a pattern that cannot be read is refused with its name, and one that would hang elsewhere does not', async () => {
    const { client } = bench;
    const choice = await client.redaction.get();
    await expect(
      client.redaction.set({ ...choice, ownPatterns: [{ name: 'odd', pattern: '(unclosed' }] }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('odd') });
    await expect(
      client.redaction.set({ ...choice, ownPatterns: [{ name: 'all', pattern: 'x*' }] }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await client.redaction.set({ ...choice, ownPatterns: [{ name: 'slow', pattern: '(a+)+$' }] });
    const written = await client.sql.export({
      query: "SELECT repeat('a', 50000) || '!' AS text",
      format: 'jsonl',
      redact: true,
    });
    expect(written.rows).toBe(1);
  });
});

describe('a report of little', () => {
  test('an empty workspace, and one session', async () => {
    await bench.client.workspace.create({ name: 'Empty' });
    const empty = await bench.client.report.write({ format: 'html' });
    expect(textOf(empty.handle)).toContain('no sessions yet');
    expect((await bench.client.report.write({ format: 'data' })).files.length).toBeGreaterThan(3);
    await importChats([['Hello', 'Hi.']]);
    const one = await bench.client.report.write({ format: 'markdown' });
    expect(textOf(one.handle)).toContain('1 session');
  });
});
