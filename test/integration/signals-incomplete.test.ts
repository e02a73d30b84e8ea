/** The search for signals after an import stopped, gone on with and taken up again; and what every way out says meanwhile. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { reportFormats } from '../../src/shared/contract/report';
import { inProcessIntake, removeEngine, startEngine, type TestEngine } from '../support/engine';
import { buildPrograms, type BuiltPrograms } from './build-programs';

const SESSIONS = 60;
/** Two imports' worth of work and every way out twice, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

let bench: TestEngine;
let programs: BuiltPrograms;
/** What looks at sessions: at first threads that never come to an end. */
let detectors: { path: string; givesWay: boolean };

beforeAll(async () => {
  programs = await buildPrograms({
    waiting: 'test/fixtures/programs/detectors-wait.ts',
    working: 'src/engine/detector-worker.ts',
  });
});
afterAll(() => programs.remove());
beforeEach(async () => {
  detectors = { path: programs.path('waiting'), givesWay: true };
  bench = await startEngine(undefined, inProcessIntake, detectors);
  await bench.client.workspace.create({ name: 'Audit' });
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
});

/** Imports conversations that each hold a correction, and stops the search as soon as they can be opened. */
async function importAndStop(): Promise<void> {
  const path = join(bench.dir, 'chats.jsonl');
  const lines = Array.from({ length: SESSIONS }, (_, i) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: `Where is parcel PX${String(i)}?` },
        { role: 'assistant', content: 'It is in Rostock.' },
        { role: 'user', content: `No, that is wrong. Where is parcel PX${String(i)}?` },
        { role: 'assistant', content: 'I am sorry, I cannot help with that.' },
      ],
    }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  for await (const { type } of await bench.client.imports.start({ files: [{ handle: bench.grant(path) }] }))
    if (type === 'done') break;
  await bench.client.signal.stopStage();
}

async function followToItsEnd(): Promise<void> {
  for await (const { type } of await bench.client.signal.run({})) if (type === 'done') break;
}

async function goOn(): Promise<void> {
  detectors.path = programs.path('working');
  await bench.client.signal.startStage();
  await followToItsEnd();
}

const textOf = (handle: string): string => readFileSync(bench.engine.grants.resolve(handle) ?? '', 'utf8');

test(
  'stopped, it stays where it is; gone on with, it comes to its end',
  async () => {
    const { client } = bench;
    await importAndStop();
    const stopped = await client.signal.stage();
    expect(stopped).toMatchObject({ sessions: SESSIONS, isRunning: false, wasStopped: true, problem: null });
    expect(stopped.looked).toBeLessThan(SESSIONS);
    await goOn();
    expect(await client.signal.stage()).toMatchObject({ looked: SESSIONS, wasStopped: false });
    expect((await client.correction.list({})).total).toBe(SESSIONS);
  },
  PATIENCE_MS,
);

test(
  'it is taken up when the workspace is opened again',
  async () => {
    await importAndStop();
    await bench.close();
    bench = await startEngine(bench.dir);
    await bench.engine.openPath(join(bench.dir, 'data', 'workspaces', 'Audit.faultline'));
    await followToItsEnd();
    expect(await bench.client.signal.stage()).toMatchObject({ looked: SESSIONS, sessions: SESSIONS });
  },
  PATIENCE_MS,
);

/** What each way out says of signals that are missing; null where one says nothing. */
async function said(): Promise<Record<string, string | null>> {
  const { client } = bench;
  const sentence = (text: string): string | null => /signals are incomplete[^.<"]*/i.exec(text)?.[0] ?? null;
  const answers: Record<string, string | null> = {};
  const { document } = await client.report.preview({ redact: false });
  answers['report on screen'] = sentence(document.facts.join('; '));
  answers['report, part signals'] = sentence(
    JSON.stringify(document.sections.find(({ part }) => part === 'signals')),
  );
  for (const format of reportFormats) {
    const { files, incomplete } = await client.report.write({ format, redact: false });
    answers[`report as ${format}, answer`] = incomplete;
    const told = files.filter(({ name }) => /\.(html|md)$|^report\.json$/.test(name));
    expect(told).toHaveLength(1);
    answers[`report as ${format}`] = sentence(told.map(({ handle }) => textOf(handle)).join(''));
  }
  const corrections = await client.report.export({ kind: 'corrections', format: 'jsonl', redact: false });
  answers['corrections'] = corrections.incomplete;
  answers['corrections, name'] = /signals-incomplete/.exec(corrections.name)?.[0] ?? null;
  const query = 'SELECT count(*) AS n FROM findings';
  const asked = await client.sql.run({ query });
  answers['console'] = asked.kind === 'result' ? asked.result.incomplete : asked.message;
  answers['console, file'] = (await client.sql.export({ query, format: 'csv', redact: false })).incomplete;
  answers['queue, preview'] = (await client.review.preview({ size: 5 })).incomplete;
  const { queueId } = await client.review.createQueue({ name: 'Pass', size: 5 });
  answers['queue, results'] = sentence((await client.review.results({ queueId })).statement);
  const { setId } = await client.regression.save({
    setId: null,
    name: 'Set',
    note: '',
    cases: [],
    baseline: null,
  });
  answers['regression set'] = (
    await client.regression.export({ setId, format: 'jsonl', redact: false })
  ).incomplete;
  answers['gate'] = sentence((await client.regression.gate({ set: setId })).reason);
  return answers;
}

test(
  'every way out says that signals are incomplete while they are, and nothing once they are not',
  async () => {
    await importAndStop();
    const { looked } = await bench.client.signal.stage();
    for (const [where, answer] of Object.entries(await said()))
      expect(`${where}: ${answer ?? 'nothing'}`).toMatch(
        where === 'corrections, name'
          ? /signals-incomplete/
          : new RegExp(`signals are incomplete: ${String(looked)} of ${String(SESSIONS)} sessions`, 'i'),
      );
    await goOn();
    expect(new Set(Object.values(await said()))).toEqual(new Set([null]));
  },
  PATIENCE_MS,
);
