/** Sentence models in a folder: read, run for real by ONNX Runtime, and clustered by, in this thread and in one of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterInThread, tryModelInThread } from '../../src/engine/corrections/cluster-thread';
import { openSentenceModel } from '../../src/engine/corrections/sentence-model';
import { generateSample } from '../../src/engine/sample/generate';
import { makeSentenceModel, meanings } from '../fixtures/sentence-model/make-model';
import { removeEngine, startEngine } from '../support/engine';
import { buildPrograms, type BuiltPrograms } from './build-programs';

let dir: string;
let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms({ 'cluster-worker': 'src/engine/corrections/cluster-worker.ts' });
  dir = mkdtempSync(join(tmpdir(), 'faultline-model-'));
  makeSentenceModel(join(dir, 'tiny'));
});
afterAll(async () => {
  await programs.remove();
  rmSync(dir, { recursive: true, force: true });
});

function cosine(vectors: Float32Array, width: number, a: number, b: number): number {
  const row = (i: number) => vectors.subarray(i * width, (i + 1) * width);
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(row(a), row(b)) / Math.sqrt(dot(row(a), row(a)) * dot(row(b), row(b)));
}

test('gives one vector a text, alike where the words mean the same to it', async () => {
  const model = await openSentenceModel(join(dir, 'tiny'));
  expect(model).toMatchObject({ name: 'tiny', dimensions: 5 });
  const vectors = await model.embed(['Invoice wrong', 'the bill is false', 'agenda', 'diary delayed'], {});
  expect(vectors).toHaveLength(20);
  expect(cosine(vectors, 5, 0, 1)).toBeGreaterThan(0.95);
  expect(cosine(vectors, 5, 0, 2)).toBeLessThan(0.1);
  expect(cosine(vectors, 5, 2, 3)).toBeGreaterThan(0.6);
  await model.close();
});

const [invoices = [], wrong = [], calendars = [], late = []] = meanings;
const said = [
  ...invoices.flatMap((noun) => wrong.map((word) => `${noun} ${word}`)),
  ...calendars.flatMap((noun) => late.map((word) => `${noun} ${word}`)),
].map((text, i) => ({ id: `c${String(i)}`, text }));

/** Which of the two meanings each cluster's members have. */
function mixed(clusters: readonly { memberIds: string[] }[]): boolean[] {
  return clusters.map(
    ({ memberIds }) => new Set(memberIds.map((id) => Number(id.slice(1)) < said.length / 2)).size > 1,
  );
}

test('clusters what means the same and shares no word, in a thread of its own as in this one', async () => {
  const modelFolder = join(dir, 'tiny');
  const steps = new Set<string>();
  const found = await clusterInThread(programs.path('cluster-worker'), said, {
    k: 2,
    modelFolder,
    onProgress: ({ stage }) => steps.add(stage),
  });
  expect(found.clusters.map(({ memberIds }) => memberIds.length)).toEqual([16, 16]);
  expect(mixed(found.clusters)).toEqual([false, false]);
  expect(await clusterInThread(null, said, { k: 2, modelFolder })).toEqual(found);
  const quick = await clusterInThread(null, said, { k: 2, modelFolder, effort: 'quick' });
  expect(mixed(quick.clusters)).toEqual([false, false]);
});

test('counts what a correction answers, by the model and by wording', async () => {
  const answers = said.map(({ id }, i) => ({
    id,
    text: 'wrong',
    about: i % 2 === 0 ? 'Your invoice is attached.' : 'I moved the calendar entry.',
  }));
  for (const modelFolder of [join(dir, 'tiny'), undefined]) {
    const found = await clusterInThread(null, answers, { k: 2, modelFolder });
    expect(found.clusters).toHaveLength(2);
    for (const { memberIds } of found.clusters)
      expect(new Set(memberIds.map((id) => Number(id.slice(1)) % 2)).size).toBe(1);
  }
});

test.each([
  ['an empty folder', {}, /tokenizer\.json cannot be read/u],
  ['no model', { 'model.onnx': null }, /holds no model: none of model\.onnx/u],
  ['a model that is none', { 'model.onnx': 'hello' }, /model\.onnx cannot be loaded as an ONNX model/u],
  ['a tokenizer that is no JSON', { 'tokenizer.json': '{' }, /tokenizer\.json is not what it should be/u],
  [
    'a tokenizer of an unknown sort',
    { 'tokenizer.json': '{"model": {"type": "Sieve"}}' },
    /tokenizer\.json/u,
  ],
])('names the file where there is %s', async (name, files, expected) => {
  const folder = join(dir, name.replaceAll(' ', '-'));
  mkdirSync(folder);
  if (Object.keys(files).length > 0) makeSentenceModel(folder);
  for (const [file, content] of Object.entries(files)) {
    if (content === null) rmSync(join(folder, file));
    else writeFileSync(join(folder, file), content);
  }
  await expect(tryModelInThread(programs.path('cluster-worker'), folder)).rejects.toThrow(expected);
});

test('is chosen for this machine, said with each run, and refused by name where it cannot be used', async () => {
  const bench = await startEngine();
  try {
    const { client } = bench;
    await client.workspace.create({ name: 'Model' });
    const trace = join(bench.dir, 'support.jsonl');
    const { files } = generateSample({ seed: 7, sessions: 40 });
    writeFileSync(trace, files.find((file) => file.name.endsWith('.otlp.jsonl'))?.text ?? '');
    await bench.importFiles(trace);
    const run = async () => {
      for await (const event of await client.cluster.run({ basis: 'model' }))
        if (event.type === 'done') return event.run;
      return null;
    };
    await expect(run()).rejects.toThrow(/No sentence model is chosen/u);
    expect(await client.cluster.model()).toMatchObject({ folder: null, problem: null });
    await expect(client.cluster.chooseModel({ handle: bench.grant(bench.dir) })).rejects.toThrow(
      /tokenizer\.json/u,
    );
    const chosen = await client.cluster.chooseModel({ handle: bench.grant(join(dir, 'tiny')) });
    expect(chosen).toMatchObject({ name: 'tiny', dimensions: 5, problem: null });
    expect(await run()).toMatchObject({
      comparedBy: { basis: 'model', withAnswered: false, modelName: 'tiny' },
      features: 'what the user said: vectors of the sentence model tiny',
    });
    const [largest] = await client.cluster.list();
    expect(await client.cluster.parts({ clusterId: largest?.clusterId ?? '' })).not.toHaveLength(0);
    expect((await client.correction.summary()).run?.comparedBy.modelName).toBe('tiny');
    await client.app.setAuthor({ author: 'Somebody' });
    await bench.close();
    const again = await startEngine(bench.dir);
    expect(await again.client.cluster.model()).toEqual(chosen);
    expect(await again.client.cluster.chooseModel({ handle: null })).toMatchObject({ folder: null });
    await again.close();
  } finally {
    removeEngine(bench);
  }
});
