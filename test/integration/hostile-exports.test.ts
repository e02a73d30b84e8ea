/**
 * A session full of what could act in whatever opens a file of ours (markup, addresses, formulas, hidden and broken characters,
 * one huge word) goes out every way there is: nothing of it is code, a link or an instruction there, and nothing is lost of it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvRecords } from '../../src/engine/codebook/csv-records';
import { setFormats } from '../../src/engine/regression/export-set';
import { codebookFormats } from '../../src/shared/contract/codebook';
import { exportFormats, exportKinds } from '../../src/shared/contract/report';
import { buildCli, faultlineIn } from './cli-run';
import type { BuiltPrograms } from './build-programs';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const OUTSIDE = 'http://outside.invalid';
const ATTACKS = [
  '<script>alert(1)</script>',
  `<img src="${OUTSIDE}/p.png" onerror=alert(1)>`,
  `![picture](${OUTSIDE}/p.png)`,
  '[link](javascript:alert(1))',
  `www.outside.invalid @team`,
  ']]></failure><x>',
  '\u202egnp.exe\u202c \u200b\u0000\u001b[31m',
  '--><!--',
  '```',
  '| cell |',
].join('\n');
const HOSTILE = `=HYPERLINK("${OUTSIDE}","x") ${ATTACKS}`;
const WORD = 'x'.repeat(1_000_000);
/** What starts a formula, seen or unseen characters before it. */
const FORMULA = /^[\s\u0000-\u0020\u200b-\u202e]*[=+\-@＝＋－＠]/u;

let bench: TestEngine;
let programs: BuiltPrograms;
let setId = '';
let queueId = '';

const textOf = (handle: string): string => readFileSync(bench.engine.grants.resolve(handle) ?? '', 'utf8');

beforeAll(async () => {
  programs = await buildCli();
  bench = await startEngine();
  const { client } = bench;
  await client.workspace.create({ name: `=1+1 ${ATTACKS}`.slice(0, 60).replace(/[\u0000-\u001f]/gu, ' ') });
  const said = (content: string) => JSON.stringify(content);
  const lines = ['a', 'b'].map((id) =>
    [
      `{"id":${said(`=${id} <b>\u202e`)},"user_id":"+1","messages":[{"role":"user","content":${said(HOSTILE)}}`,
      `{"role":"assistant","content":${said(`${ATTACKS} ${WORD}`)}}`,
      // Half of a character, as some writers leave it.
      `{"role":"user","content":"\\t=1+1 No, that is wrong. I wanted a table. \\ud800 ${said(ATTACKS).slice(1)}}`,
      `{"role":"assistant","content":"-2+3","tool_calls":[{"id":"c","type":"function","function":{"name":"@SUM(A1)","arguments":"{}"}}]}]}`,
    ].join(','),
  );
  const path = join(bench.dir, '=cmd \u202e.jsonl');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const record = await bench.importFiles(path);
  expect(record.sources[0]).toMatchObject({ state: 'imported', records: 2, rejected: 0 });

  const { version, failureModes } = await client.codebook.get({});
  const [first, ...others] = failureModes;
  if (first === undefined) throw new Error('there is no failure mode');
  const hostileMode = {
    ...first,
    name: `=1+1 <script>alert(1)</script> ![p](${OUTSIDE}/p.png)`,
    definition: `＝1+1 ${ATTACKS}`,
    include: '\u00a0@SUM(A1)',
    examples: [{ correctionId: null, sessionId: null, text: HOSTILE }],
  };
  await client.codebook.save({ basedOn: version, note: ATTACKS, failureModes: [hostileMode, ...others] });
  const { items } = await client.correction.list({ limit: 10 });
  expect(items.length).toBeGreaterThan(0);
  const correctionIds = items.map((one) => one.correctionId);
  await client.correction.judge({ correctionIds, verdict: 'confirmed' });
  await client.correction.assign({ correctionIds, failureModeId: first.id });
  const { draft } = await client.regression.draft({
    target: { kind: 'correction', correctionId: correctionIds[0] ?? '' },
  });
  ({ setId } = await client.regression.save({
    setId: null,
    name: '=Set <b>',
    note: ATTACKS,
    cases: [draft],
    baseline: null,
  }));
  ({ queueId } = await client.review.createQueue({ name: '=Queue', size: 2, sampling: { kind: 'random' } }));
});
afterAll(async () => {
  await bench.close();
  removeEngine(bench);
  await programs.remove();
});

/** No element but those of ours, no address, nothing hidden. */
function expectTamePage(page: string): void {
  expect(page).not.toMatch(/<(?:script|img|iframe|link|object|embed|base|form|x)\b/i);
  expect(page).not.toMatch(/https?:\/\/|javascript:[^<]*"|url\(|@import/i);
  expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'/);
  expect(page).not.toMatch(/[\u202a-\u202e\u200b\u0000\u001b]/);
}

/** What readers of Markdown make links, images or elements of, once what is code is put aside. */
function expectTameMarkdown(text: string): void {
  const prose = text.replace(/^(`{3,})text\n[^]*?\n\1$/gmu, '').replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/gu, '');
  expect(prose).not.toMatch(/(?<!\\)!\[|(?<!\\)\]\(|(?<!\\)<[a-z!/]|https?:\/\/|www\.|(?<![\w.])@\w/iu);
  expect(text).not.toMatch(/[\u202a-\u202e\u200b\u0000\u001b]/);
}

function expectTameCsv(text: string): void {
  const [head, ...records] = csvRecords(text);
  expect(head?.fields.length).toBeGreaterThan(1);
  expect(records.length).toBeGreaterThan(0);
  for (const { fields } of records)
    for (const field of fields)
      if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/u.test(field)) expect(field.slice(0, 80)).not.toMatch(FORMULA);
}

describe('what is hostile goes out', () => {
  test.each(exportKinds.flatMap((kind) => exportFormats.map((format) => [kind, format] as const)))(
    'in %s as %s: readable, and harmless to a spreadsheet',
    async (kind, format) => {
      const { handle, rows } = await bench.client.report.export({ kind, format, redact: false });
      const path = bench.engine.grants.resolve(handle) ?? '';
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      try {
        if (format === 'csv' && rows > 0) expectTameCsv(readFileSync(path, 'utf8'));
        if (format === 'jsonl')
          for (const line of readFileSync(path, 'utf8').trim().split('\n')) if (line !== '') JSON.parse(line);
        if (format === 'parquet') {
          const read = await connection.runAndReadAll(
            `SELECT count(*)::INTEGER FROM '${path.replaceAll("'", "''")}'`,
          );
          expect(read.getRowsJson()[0]?.[0]).toBe(rows);
        }
      } finally {
        connection.closeSync();
      }
    },
  );

  test('whole: the text of a correction is in the lossless forms as it was said', async () => {
    const { handle } = await bench.client.report.export({
      kind: 'corrections',
      format: 'jsonl',
      redact: false,
    });
    const texts = textOf(handle)
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text);
    expect(texts[0]).toContain('<script>alert(1)</script>');
    expect(texts[0]).toContain('\u202egnp.exe');
    expect(texts[0]?.isWellFormed()).toBe(true);
  });

  test.each(codebookFormats)('in the codebook as %s', async (format) => {
    const text = textOf((await bench.client.codebook.export({ format, redact: false })).handle);
    expect(text).toContain('alert(1)');
    if (format === 'html') expectTamePage(text);
    if (format === 'markdown') expectTameMarkdown(text);
    if (format === 'csv') expectTameCsv(text);
    if (format === 'json') expect(JSON.stringify(JSON.parse(text))).toContain('\u202e');
  });

  test('in the report', async () => {
    const page = textOf(
      (await bench.client.report.write({ format: 'html', title: HOSTILE.slice(0, 200) })).handle,
    );
    expectTamePage(page);
    expectTameMarkdown(
      textOf((await bench.client.report.write({ format: 'markdown', title: HOSTILE.slice(0, 200) })).handle),
    );
    const data = await bench.client.report.write({ format: 'data', title: '' });
    const tables = data.files.filter(({ name }) => name.endsWith('.csv')).map((file) => textOf(file.handle));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) if (csvRecords(table).length > 1) expectTameCsv(table);
  });

  test.each(setFormats)('in a regression set as %s', async (format) => {
    const text = textOf((await bench.client.regression.export({ setId, format })).handle);
    if (format === 'pytest' || format === 'vitest') expect(text).toMatch(/^[\n -~]*$/u);
    else if (format === 'promptfoo') JSON.parse(text);
    else for (const line of text.trim().split('\n')) JSON.parse(line);
  });

  test('in the verdict of the gate', async () => {
    const verdict = await bench.client.regression.gate({ set: setId });
    const { text: markdown } = await bench.client.regression.gateReport({ verdict, format: 'markdown' });
    expectTameMarkdown(markdown);
    const { text: junit } = await bench.client.regression.gateReport({ verdict, format: 'junit' });
    expect(junit).not.toMatch(
      /<(?!\/?(?:testsuites|testsuite|testcase|failure|skipped|system-out)\b|\?xml )/u,
    );
    expect(junit).not.toMatch(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e]|&(?!(?:amp|lt|gt|quot);)/u,
    );
  });

  test('in a queue for a colleague, who can read it', async () => {
    const packed = await bench.client.review.exportQueue({ queueId });
    const colleague = await startEngine();
    try {
      await colleague.client.workspace.open({
        handle: colleague.grant(bench.engine.grants.resolve(packed.handle) ?? ''),
      });
      const { items } = await colleague.client.session.list({});
      expect(items).toHaveLength(2);
      const whole = await colleague.client.session.spans({
        sessionId: items[0]?.sessionId ?? '',
        offset: 0,
        limit: 50,
      });
      expect(whole.items.some((span) => span.textLength > WORD.length)).toBe(true);
    } finally {
      await colleague.close();
      removeEngine(colleague);
    }
  });

  test('on a terminal as what can be seen, and into a file as it is', async () => {
    const path = (await bench.client.workspace.current())?.path ?? '';
    await bench.close();
    const faultline = faultlineIn(bench.dir, programs);
    const query = 'SELECT session_id, user_text FROM turns ORDER BY ALL';
    const asked = [
      ['sql', query, '-w', path, '--csv'],
      ['sql', query, '-w', path],
      ['sql', query, '-w', path, '--json'],
      ['export', 'corrections', '-w', path, '-o', '-'],
      ['sessions', '-w', path],
      ['corrections', '-w', path],
    ];
    for (const args of asked) {
      const { stdout, stderr, code } = await faultline(args, { isTTY: true });
      expect([args[0], code]).toEqual([args[0], 0]);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e]/u);
      expect(stderr.replaceAll('\r\u001b[2K', '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
    }
    const piped = await faultline(asked[0] ?? []);
    expect(piped.stdout).toContain('\u202egnp.exe');
    bench = await startEngine(bench.dir);
  }, 120_000);
});
