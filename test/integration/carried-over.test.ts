/**
 * What an analyst said of sessions, turns and spans is kept where a later import joins these with others: nothing of it may hang in
 * the air. Everything that can be said is said after each import, over all scenarios of files that belong together.
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Scenario } from '../support/belonging/dialogue';
import { agentScenarios } from '../support/belonging/agent-scenarios';
import { otelScenarios } from '../support/belonging/otel-scenarios';
import { platformScenarios } from '../support/belonging/platform-scenarios';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { rowsOf } from '../support/sql-rows';
import type { Database } from '../../src/engine/workspace/database';
import { openDatabase } from '../../src/engine/workspace/duckdb';

const only = process.env['ONLY'];
const scenarios: Scenario[] = [...otelScenarios(), ...platformScenarios(), ...agentScenarios()].filter(
  ({ name }) => only === undefined || only.split(',').includes(name),
);

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Carried' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

function write(files: Readonly<Record<string, string | Uint8Array>>): string[] {
  return Object.entries(files).map(([name, content]) => {
    const path = join(engine.dir, 'files', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  });
}

const idsOf = async (query: string): Promise<string[]> =>
  (await rowsOf(engine, query)).map((row) => String(Object.values(row)[0]));

/** Looks into a copy of the index, as it was when the workspace was closed; the workspace is opened again. */
async function lookInto<R>(look: (index: Database) => Promise<R>): Promise<R> {
  const { client } = engine;
  const path = (await client.workspace.current())?.path ?? '';
  await client.workspace.close();
  const copy = join(engine.dir, 'copy.duckdb');
  for (const end of ['', '.wal'])
    if (existsSync(join(path, `index.duckdb${end}`)))
      copyFileSync(join(path, `index.duckdb${end}`), `${copy}${end}`);
  const index = await openDatabase({ path: copy, allowedDirs: [] });
  try {
    return await look(index);
  } finally {
    await index.close();
    await client.workspace.open({ handle: engine.grant(path) });
  }
}

/** Every table that says something of a session, span, correction or finding, and the rows of it whose target is not there. */
const HANGING: Record<string, string> = {
  'verdicts on sessions':
    'SELECT session_id FROM session_verdict WHERE session_id NOT IN (SELECT session_id FROM session)',
  reviews: 'SELECT session_id FROM review WHERE session_id NOT IN (SELECT session_id FROM session)',
  'failure modes of reviews':
    'SELECT session_id FROM review_mode WHERE session_id NOT IN (SELECT session_id FROM session)',
  'first spans of reviews':
    'SELECT first_span_id FROM review WHERE first_span_id IS NOT NULL AND (session_id, first_span_id) NOT IN (SELECT (session_id, span_id) FROM span)',
  'corrections judged':
    'SELECT correction_id FROM judgement WHERE correction_id NOT IN (SELECT correction_id FROM correction)',
  'corrections sorted':
    'SELECT correction_id FROM assignment WHERE correction_id NOT IN (SELECT correction_id FROM correction)',
  'corrections coded':
    'SELECT correction_id FROM coding WHERE correction_id NOT IN (SELECT correction_id FROM correction)',
  annotations:
    'SELECT session_id FROM annotation WHERE session_id IS NOT NULL AND session_id NOT IN (SELECT session_id FROM session)',
  'spans of annotations':
    'SELECT span_id FROM annotation WHERE span_id IS NOT NULL AND (session_id, span_id) NOT IN (SELECT (session_id, span_id) FROM span)',
  'results of evaluations':
    'SELECT session_id FROM objective_result WHERE session_id NOT IN (SELECT session_id FROM session)',
};

const SAID = [
  'session_verdict',
  'review',
  'review_mode',
  'judgement',
  'assignment',
  'coding',
  'annotation',
  'objective_result',
];

let pass = 0;

/** Says everything there is to say, of everything there is. */
async function sayEverything(): Promise<void> {
  const { client } = engine;
  pass += 1;
  const mode = (await client.codebook.get({})).failureModes[0]?.id ?? '';
  const users = await rowsOf(
    engine,
    "SELECT session_id, span_id FROM spans WHERE kind = 'user' ORDER BY ALL",
  );
  for (const { session_id, span_id } of users.filter((_, i) => i % 16 === pass % 16))
    await client.correction.add({ sessionId: String(session_id), spanId: String(span_id) });
  const correctionIds = await idsOf('SELECT correction_id FROM corrections ORDER BY ALL');
  await client.correction.judge({ correctionIds, verdict: 'confirmed' });
  await client.correction.assign({ correctionIds, failureModeId: mode });
  await client.code.apply({ correctionIds, code: `heard in pass ${String(pass)}` });
  const sessionIds = await idsOf('SELECT session_id FROM sessions ORDER BY ALL');
  await client.session.judge({ sessionIds, failed: true });
  const { queueId } = await client.review.createQueue({
    name: `Pass ${String(pass)}`,
    size: sessionIds.length,
    sampling: { kind: 'random' },
  });
  // A few of them: a verdict puts all scores in step again.
  for (const sessionId of sessionIds.filter((_, i) => i % 4 === pass % 4)) {
    const [last] = await idsOf(
      `SELECT span_id FROM spans WHERE session_id = '${sessionId}' ORDER BY position DESC LIMIT 1`,
    );
    const review = {
      intent: 'missed' as const,
      quality: null,
      missed: [],
      failureModes: [{ failureModeId: mode, severity: 2 }],
      firstSpanId: last ?? null,
      expected: '',
      note: `said of ${sessionId} in pass ${String(pass)}`,
    };
    await client.review.complete({ queueId, sessionId, reviewer: 'Ada', review, seconds: 1 });
    await client.review.settle({ queueId, sessionId, review });
  }
  const { objectiveId } = await client.objective.save({
    objectiveId: null,
    name: `Short in pass ${String(pass)}`,
    statement: 'The user needs few turns.',
    decides: 'intent',
    appliesTo: {},
    combine: 'all',
    checks: [{ kind: 'number', of: 'turnCount', least: null, most: 2 }],
    note: '',
  });
  for await (const { type } of await client.objective.evaluate({ objectiveId })) if (type === 'done') break;
  const notes = users.map(({ session_id, span_id }) => ({
    record: 'faultline.annotation',
    annotationId: `note-${String(pass)}-${String(session_id)}-${String(span_id)}`,
    kind: 'remark',
    value: 'odd',
    sessionId: session_id,
    spanId: span_id,
  }));
  const [path = ''] = write({
    [`notes-${String(pass)}.jsonl`]: notes.map((one) => `${JSON.stringify(one)}\n`).join(''),
  });
  await client.report.importAnnotations({ handle: engine.grant(path) });
}

async function expectNothingHangs(): Promise<void> {
  const hanging = await lookInto(async (index) =>
    Promise.all(
      Object.entries(HANGING).map(async ([what, query]) => [what, await index.all(query)] as const),
    ),
  );
  expect(Object.fromEntries(hanging)).toEqual(
    Object.fromEntries(Object.keys(HANGING).map((what) => [what, []])),
  );
}

test.each<[string, (part: number, count: number) => number]>([
  ['the earlier half first', (part, count) => (part < count / 2 ? 0 : 1)],
  ['the later half first', (part, count) => (part < count / 2 ? 1 : 0)],
])('nothing hangs in the air, %s', { timeout: 300_000 }, async (_, plan) => {
  const imports: string[][] = [[], []];
  for (const { parts } of scenarios)
    parts.forEach((files, i) => imports[plan(i, parts.length)]?.push(...write(files)));
  await engine.importFiles(...(imports[0] ?? []));
  await sayEverything();
  const before = await saidIn();
  await engine.importFiles(...(imports[1] ?? []));
  await expectNothingHangs();
  expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([]);
  const { items } = await engine.client.workspace.history({ offset: 0, limit: 5 });
  expect(items[0]?.sentence).toMatch(/^Carried over into the sessions that import .* joined: .*\d+ × review/);
});

function saidIn(): Promise<Record<string, number>> {
  return lookInto(async (index) => {
    const counts = await Promise.all(
      SAID.map((table) => index.one<{ n: number }>(`SELECT count(*)::INTEGER AS n FROM ${table}`)),
    );
    return Object.fromEntries(SAID.map((table, i) => [table, counts[i]?.n ?? 0]));
  });
}

/** A call of a model in a trace of its own, in a session that it names or not. */
const call = (trace: number, asked: string, session?: string): object => ({
  trace_id: String(trace).repeat(32),
  span_id: String(trace).repeat(16),
  parent_span_id: null,
  name: 'chat small-model',
  start_time: (1_790_000_000 + trace * 60) * 1e9,
  end_time: (1_790_000_002 + trace * 60) * 1e9,
  attributes: {
    'gen_ai.operation.name': 'chat',
    ...(session === undefined ? {} : { 'gen_ai.conversation.id': session }),
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: asked }] }]),
    'gen_ai.output.messages': JSON.stringify([
      { role: 'assistant', parts: [{ type: 'text', content: `About: ${asked}` }] },
    ]),
  },
  status: { code: 'OK' },
  span_events: [],
});

/** A span beside the call that says which session the trace is of. */
const naming = (trace: number, session: string): object => ({
  ...call(trace, '', session),
  span_id: `${String(trace).repeat(15)}a`,
  name: 'invoke_agent helper',
  attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.conversation.id': session },
});

const asLines = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

test(
  'what was said of two sessions that become one is kept of both, until somebody speaks of the whole',
  { timeout: 300_000 },
  async () => {
    const { client } = engine;
    const [apart = '', names = ''] = write({
      'apart.jsonl': asLines([call(1, 'Where is my parcel?'), call(2, 'No, the other parcel!')]),
      'names.jsonl': asLines([naming(1, 'desk'), naming(2, 'desk')]),
    });
    await engine.importFiles(apart);
    const [first = '', second = ''] = await idsOf('SELECT session_id FROM sessions ORDER BY start_ms');
    const mode = (await client.codebook.get({})).failureModes[0]?.id ?? '';
    const { queueId } = await client.review.createQueue({
      name: 'All',
      size: 2,
      sampling: { kind: 'random' },
    });
    const review = (intent: 'met' | 'missed', note: string) => ({
      intent,
      quality: null,
      missed: [],
      failureModes: intent === 'missed' ? [{ failureModeId: mode, severity: 3 }] : [],
      firstSpanId: intent === 'missed' ? '2'.repeat(16) : null,
      expected: '',
      note,
    });
    const complete = (sessionId: string, intent: 'met' | 'missed', note: string) =>
      client.review.complete({
        queueId,
        sessionId,
        reviewer: 'Ada',
        review: review(intent, note),
        seconds: 5,
      });
    await complete(second, 'missed', 'the wrong parcel');
    await complete(first, 'met', 'answered well');
    await client.session.judge({ sessionIds: [second], failed: true });
    await client.session.judge({ sessionIds: [first], failed: false });
    const [user = ''] = await idsOf(
      `SELECT span_id FROM spans WHERE kind = 'user' AND session_id = '${second}'`,
    );
    const { correctionId } = await client.correction.add({ sessionId: second, spanId: user });
    await client.correction.assign({ correctionIds: [correctionId], failureModeId: mode });

    await engine.importFiles(names);
    const own = () => client.review.get({ queueId, sessionId: 'desk', reviewer: 'Ada' });
    const expectCarried = async (): Promise<void> => {
      expect(await idsOf('SELECT session_id FROM sessions')).toEqual(['desk']);
      expect((await own()).own).toMatchObject({
        intent: 'missed',
        firstSpanId: '2'.repeat(16),
        note: 'the wrong parcel\nanswered well',
        seconds: 10,
      });
      const { items } = await client.review.items({ queueId, reviewer: 'Ada' });
      expect(items).toMatchObject([{ sessionId: 'desk', state: 'completed', isMissing: false }]);
      const sorted = await rowsOf(engine, 'SELECT session_id, failure_mode_id FROM assignments');
      expect(sorted).toEqual([{ session_id: 'desk', failure_mode_id: mode }]);
      const verdicts = await lookInto((index) => index.all('SELECT session_id, failed FROM session_verdict'));
      expect(verdicts).toEqual([{ session_id: 'desk', failed: true }]);
    };
    await expectCarried();

    const { items: imports } = { items: await client.imports.list() };
    const importId = imports.find(({ sources }) => sources[0]?.name === 'names.jsonl')?.importId ?? '';
    await client.imports.remove({ importId });
    expect((await client.review.get({ queueId, sessionId: first, reviewer: 'Ada' })).own?.note).toBe(
      'answered well',
    );
    await client.workspace.undo();
    await expectCarried();

    await complete('desk', 'met', 'well in the end');
    await client.session.judge({ sessionIds: ['desk'], failed: false });
    const [, carried] = await lookInto(async (index) => [
      0,
      await index.all('SELECT session_id, failed FROM session_verdict'),
    ]);
    expect(carried).toEqual([{ session_id: 'desk', failed: false }]);
    expect((await own()).own).toMatchObject({ intent: 'met', note: 'well in the end', seconds: 5 });
  },
);

test('a verdict on a finding and a regression case follow their session', { timeout: 300_000 }, async () => {
  const { client } = engine;
  const asked = 'Please book the train to Ghent for nine people on Monday morning.';
  const [apart = '', names = ''] = write({
    'apart.jsonl': asLines([
      { ...call(1, asked), status: { code: 'ERROR', message: 'overloaded' } },
      call(2, 'Something else'),
    ]),
    'names.jsonl': asLines([naming(1, 'desk')]),
  });
  await engine.importFiles(apart);
  const findings = await rowsOf(engine, 'SELECT finding_id, session_id, signal FROM findings');
  expect(findings).not.toEqual([]);
  const findingIds = findings.map((row) => String(row['finding_id']));
  await client.signal.judge({ findingIds, verdict: 'right' });
  const target = { kind: 'finding' as const, findingId: findingIds[0] ?? '' };
  const { draft } = await client.regression.draft({ target });
  const set = { setId: null, name: 'Errors', note: '', cases: [draft], baseline: null };
  const { setId } = await client.regression.save(set);
  await engine.importFiles(names);
  const [verdicts, there] = await lookInto(async (index) => [
    await index.all<{ id: string }>('SELECT finding_id AS id FROM finding_verdict ORDER BY ALL'),
    await index.all<{ id: string }>(
      'SELECT finding_id AS id FROM finding WHERE session_id IN (SELECT session_id FROM session) ORDER BY ALL',
    ),
  ]);
  const { cases } = await client.regression.get({ setId });
  expect(cases[0]?.lineage).toMatchObject({ sessionId: 'desk', spanId: draft.lineage.spanId });
  expect(there.map(({ id }) => id)).toContain(cases[0]?.lineage.label.id);
  const known = new Set(there.map(({ id }) => id));
  expect(verdicts).toHaveLength(findingIds.length);
  expect(verdicts.filter(({ id }) => !known.has(id))).toEqual([]);
});
