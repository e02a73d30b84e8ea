/** The main job over the contract: import, read, judge, cluster, sort, undo, export, take back in; against real DuckDB. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSample } from '../../src/engine/sample/generate';
import { tokenize } from '../../src/shared/text/tokenize';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let test1: TestEngine;
let supportFile = '';

beforeEach(async () => {
  test1 = await startEngine();
  const { files } = generateSample({ seed: 7, sessions: 40 });
  const support = files.find((file) => file.name.endsWith('.otlp.jsonl'));
  supportFile = join(test1.dir, 'support.jsonl');
  writeFileSync(supportFile, support?.text ?? '');
  await test1.client.workspace.create({ name: 'Audit' });
});
afterEach(async () => {
  await test1.close();
  removeEngine(test1);
});

async function firstCorrections(count: number): Promise<string[]> {
  const { items } = await test1.client.correction.list({ limit: count });
  expect(items.length).toBe(count);
  return items.map((item) => item.correctionId);
}

describe('importing', () => {
  test('the same bytes twice adds nothing and says so', async () => {
    const first = await test1.importFiles(supportFile);
    const before = await test1.client.overview.summary();
    const again = await test1.importFiles(supportFile);
    expect(first.sources[0]?.state).toBe('imported');
    expect(again.sources[0]?.state).toBe('duplicate');
    expect(again.sources[0]?.reason).toMatch(/already in the workspace/);
    expect(await test1.client.overview.summary()).toEqual(before);
  });

  test('a file that grew replaces the spans it held before', async () => {
    const lines = readFileSync(supportFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const shorter = join(test1.dir, 'shorter.jsonl');
    writeFileSync(shorter, `${lines.slice(0, -20).join('\n')}\n`);
    await test1.importFiles(shorter);
    await test1.importFiles(supportFile);
    const both = await test1.client.overview.summary();
    const fresh = await startEngine();
    await fresh.client.workspace.create({ name: 'Fresh' });
    await fresh.importFiles(supportFile);
    const alone = await fresh.client.overview.summary();
    await fresh.close();
    removeEngine(fresh);
    expect({ sessions: both.sessions, spans: both.spans, turns: both.turns }).toEqual({
      sessions: alone.sessions,
      spans: alone.spans,
      turns: alone.turns,
    });
  });

  test('bad lines are named with their place, and the good ones are all there', async () => {
    const lines = readFileSync(supportFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const dirty = join(test1.dir, 'dirty.jsonl');
    writeFileSync(
      dirty,
      [lines[0], '{"resourceSpans": [', '', ...lines.slice(1), 'nonsense', '7'].join('\n'),
    );
    const record = await test1.importFiles(dirty);
    expect(record.sources[0]).toMatchObject({
      state: 'imported',
      rejected: 3,
      blank: 1,
      records: lines.length,
    });
    const { items } = await test1.client.imports.rejects({});
    expect(items.map((item) => item.line)).toEqual([2, lines.length + 3, lines.length + 4]);
    expect(items[0]?.reason).toMatch(/cut off/);
  });

  test('cancelling leaves no trace behind', async () => {
    const stop = new AbortController();
    const events = await test1.client.imports.start(
      { files: [{ handle: test1.grant(supportFile) }] },
      { signal: stop.signal },
    );
    stop.abort(new DOMException('stopped', 'AbortError'));
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('progress');
    }).rejects.toThrow();
    const workspace = await test1.client.workspace.current();
    expect(workspace?.importCount).toBe(0);
    expect(readdirSync(join(workspace?.path ?? '', 'imports'))).toEqual([]);
    expect(
      existsSync(join(workspace?.path ?? '', 'staging'))
        ? readdirSync(join(workspace?.path ?? '', 'staging'))
        : [],
    ).toEqual([]);
  });
});

describe('what an analyst does', () => {
  beforeEach(async () => {
    await test1.importFiles(supportFile);
  });

  test('survives the index being deleted, down to the clusters', async () => {
    const [a = '', b = '', c = ''] = await firstCorrections(3);
    await test1.client.correction.judge({ correctionIds: [a], verdict: 'rejected' });
    await test1.client.correction.assign({ correctionIds: [b], failureModeId: 'specification-drift' });
    await test1.client.correction.setAside({ correctionIds: [c], isSetAside: true });
    for await (const event of await test1.client.cluster.run({ count: 4 }))
      expect(event.type).not.toBe('failed');
    const clusters = await test1.client.cluster.list();
    const [first, second] = clusters.filter((cluster) => !cluster.isOutliers);
    expect(second).toBeDefined();
    await test1.client.cluster.name({ clusterId: first?.clusterId ?? '', name: 'Fees' });
    await test1.client.cluster.merge({
      clusterIds: [first?.clusterId ?? '', second?.clusterId ?? ''],
      intoId: first?.clusterId ?? '',
    });
    const before = {
      list: await test1.client.correction.list({ limit: 1000 }),
      clusters: await test1.client.cluster.list(),
      summary: await test1.client.overview.summary(),
    };
    const path = (await test1.client.workspace.current())?.path ?? '';
    await test1.close();
    rmSync(join(path, 'index.duckdb'));
    rmSync(join(path, 'index.duckdb.wal'), { force: true });
    const again = await startEngine(test1.dir);
    await again.engine.openPath(path);
    expect((await again.client.workspace.current())?.rebuilt).toMatch(/\S/);
    expect({
      list: await again.client.correction.list({ limit: 1000 }),
      clusters: await again.client.cluster.list(),
      summary: await again.client.overview.summary(),
    }).toEqual(before);
    await again.close();
  });

  test('is found again by the groups its numbers are told apart by', async () => {
    const ids = await firstCorrections(6);
    for (const correctionId of ids)
      await test1.client.correction.assign({
        correctionIds: [correctionId],
        failureModeId: 'specification-drift',
      });
    for (const by of ['source', 'model', 'cohort', 'week'] as const) {
      const { groups } = await test1.client.numbers.modes({ by });
      expect(groups.reduce((sum, group) => sum + group.sorted, 0)).toBe(ids.length);
      for (const { value, modes } of groups) {
        const filter = { failureModeId: 'specification-drift', groups: [{ by, value }] };
        const { total } = await test1.client.correction.list({ filter });
        expect(total).toBe(modes[0]?.share.count);
      }
    }
    const nobody = [{ by: 'source' as const, value: 'nobody.jsonl' }];
    expect((await test1.client.correction.list({ filter: { groups: nobody } })).total).toBe(0);
    const { groups } = await test1.client.correction.facets({ filter: { groups: nobody } });
    const { total } = await test1.client.correction.list({});
    const sources = groups.filter((group) => group.by === 'source');
    expect(sources.reduce((sum, group) => sum + group.count, 0)).toBe(total);
    expect(groups.filter((group) => group.by === 'model')).toEqual([]);
  });

  test('of which the later holds where two statements contradict each other, and undo brings the earlier back', async () => {
    const [a = '', b = '', c = ''] = await firstCorrections(3);
    const link = (correctionIds: string[], kind: 'must' | 'cannot') =>
      test1.client.cluster.link({ correctionIds, link: kind });
    expect(await link([a, b], 'must')).toEqual({ contradicted: [] });
    expect(await link([b, c], 'must')).toEqual({ contradicted: [] });
    expect(await link([a, c], 'cannot')).toEqual({
      contradicted: [{ correctionIds: [a, b].toSorted(), link: 'must' }],
    });
    expect(await test1.client.cluster.links()).toHaveLength(2);
    await test1.client.workspace.undo();
    expect((await test1.client.cluster.links()).map((one) => one.link)).toEqual(['must', 'must']);
  });

  test('holds in the next clustering where it was said of a pair, and no longer when undone', async () => {
    const cluster = async () => {
      for await (const event of await test1.client.cluster.run({ count: 4 }))
        if (event.type === 'done') expect(event.run.features).toMatch(/what the user said: TF-IDF/);
      const { items } = await test1.client.correction.list({ limit: 1000 });
      return new Map(items.map((item) => [item.correctionId, item.clusterId]));
    };
    const before = await cluster();
    const clusters = (await test1.client.cluster.list()).filter((one) => !one.isOutliers);
    const pair = clusters.slice(0, 2).map((one) => one.exemplarIds[0] ?? '');
    expect(before.get(pair[0] ?? '')).not.toBe(before.get(pair[1] ?? ''));
    await test1.client.cluster.link({ correctionIds: pair, link: 'must' });
    expect(await test1.client.cluster.links()).toEqual([{ correctionIds: pair.toSorted(), link: 'must' }]);
    const after = await cluster();
    expect(after.get(pair[0] ?? '')).toBe(after.get(pair[1] ?? ''));
    const { items } = await test1.client.correction.list({ limit: 1000 });
    const wordsOf = (id: string) =>
      tokenize(items.find((item) => item.correctionId === id)?.text ?? '').join(' ');
    const linked = new Set(pair.map(wordsOf));
    // What is worded as one of the pair is goes with it.
    for (const [id, home] of after) if (!linked.has(wordsOf(id))) expect(home).toBe(before.get(id));
    const [first = '', second = ''] = [...after]
      .filter(([, home]) => home === after.get(pair[0] ?? ''))
      .map(([id]) => id);
    await test1.client.cluster.link({ correctionIds: [first, second], link: 'cannot' });
    const apart = await cluster();
    expect(apart.get(first)).not.toBe(apart.get(second));
    await test1.client.workspace.undo();
    await test1.client.workspace.undo();
    expect(await test1.client.cluster.links()).toHaveLength(1);
  });

  test('opens a cluster into parts that hold each of its corrections once', async () => {
    for await (const event of await test1.client.cluster.run({ count: 2 })) expect(event.type).toBeTruthy();
    const [largest] = await test1.client.cluster.list();
    const { items } = await test1.client.correction.list({
      limit: 1000,
      filter: { clusterId: largest?.clusterId ?? '' },
    });
    const parts = await test1.client.cluster.parts({ clusterId: largest?.clusterId ?? '' });
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap((part) => part.correctionIds).toSorted()).toEqual(
      items.map((item) => item.correctionId).toSorted(),
    );
    for (const part of parts.filter((one) => !one.isOutliers)) {
      expect(part.keywords.length).toBeGreaterThan(0);
      expect(part.correctionIds).toEqual(expect.arrayContaining(part.exemplarIds));
    }
  });

  test('is undone and done again, one act at a time', async () => {
    const [a = ''] = await firstCorrections(1);
    await test1.client.correction.assign({ correctionIds: [a], failureModeId: 'intent-misalignment' });
    const sorted = async () => (await test1.client.correction.summary()).sorted;
    expect(await sorted()).toBe(1);
    expect((await test1.client.workspace.undo()).sentence).toMatch(/\S/);
    expect(await sorted()).toBe(0);
    await test1.client.workspace.redo();
    expect(await sorted()).toBe(1);
  });

  test('moves a tool to another pillar, and the timeline follows', async () => {
    const tools = await test1.client.pillar.tools();
    const tool = tools[0];
    const target = tool?.pillar === 'memory' ? 'tools' : 'memory';
    await test1.client.pillar.setTool({ toolName: tool?.toolName ?? '', pillar: target });
    const after = (await test1.client.pillar.tools()).find((one) => one.toolName === tool?.toolName);
    expect(after).toMatchObject({ pillar: target, isChanged: true });
    await test1.client.workspace.undo();
    expect((await test1.client.pillar.tools()).find((one) => one.toolName === tool?.toolName)).toEqual(tool);
  });

  test('goes out with the free codes of a correction, in their order', async () => {
    const [a = '', b = ''] = await firstCorrections(2);
    for (const code of ['fee missed', 'asked twice'])
      await test1.client.code.apply({ correctionIds: [a], code });
    const { handle } = await test1.client.report.export({ kind: 'corrections', format: 'jsonl' });
    const records = readFileSync(test1.engine.grants.resolve(handle) ?? '', 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { correctionId: string; codes: string[] });
    const codesOf = (id: string) => records.find((record) => record.correctionId === id)?.codes;
    expect(codesOf(a)).toEqual(['fee missed', 'asked twice']);
    expect(codesOf(b)).toEqual([]);
  });

  test('is taken back in from an export without loss, and twice adds nothing', async () => {
    const [a = '', b = '', c = ''] = await firstCorrections(3);
    const { failureModeId } = await test1.client.codebook.add({ name: 'Ignored the fee limit' });
    await test1.client.correction.judge({ correctionIds: [a], verdict: 'rejected' });
    await test1.client.correction.assign({ correctionIds: [b], failureModeId });
    await test1.client.correction.setAside({ correctionIds: [c], isSetAside: true });
    const written = await test1.client.report.export({ kind: 'corrections', format: 'jsonl' });
    const file = join(test1.dir, 'taken.jsonl');
    writeFileSync(file, readFileSync(test1.engine.grants.resolve(written.handle) ?? ''));
    const exported = await test1.client.correction.list({ limit: 1000 });
    const lines = readFileSync(file, 'utf8');

    await test1.client.workspace.create({ name: 'Second' });
    await test1.importFiles(supportFile);
    const read = await test1.client.report.importAnnotations({ handle: test1.grant(file) });
    expect(read).toMatchObject({ read: exported.total, added: 3, unmatched: 0 });
    expect(await test1.client.correction.list({ limit: 1000 })).toEqual(exported);
    expect(
      (await test1.client.codebook.get({})).failureModes.find((mode) => mode.id === failureModeId)?.name,
    ).toBe('Ignored the fee limit');
    // Who sorted it and when comes back too; only the import's id is this workspace's own.
    const back = await test1.client.report.export({ kind: 'corrections', format: 'jsonl' });
    const withoutImport = (text: string) => text.replace(/"importId":"[^"]*"/g, '');
    const sortedNow = (text: string) => withoutImport(text).replace(/"codebookVersion":\d+/g, '');
    expect(sortedNow(readFileSync(test1.engine.grants.resolve(back.handle) ?? '', 'utf8'))).toBe(
      sortedNow(lines),
    );
    const again = await test1.client.report.importAnnotations({ handle: test1.grant(file) });
    expect(again).toMatchObject({ added: 0, known: exported.total, unmatched: 0 });
  });

  test('annotations of sessions that are not here are kept and exported again', async () => {
    const [a = ''] = await firstCorrections(1);
    await test1.client.correction.judge({ correctionIds: [a], verdict: 'confirmed' });
    const written = await test1.client.report.export({ kind: 'annotations', format: 'jsonl' });
    const file = join(test1.dir, 'taken.jsonl');
    writeFileSync(file, readFileSync(test1.engine.grants.resolve(written.handle) ?? ''));
    await test1.client.workspace.create({ name: 'Empty' });
    expect(await test1.client.report.importAnnotations({ handle: test1.grant(file) })).toMatchObject({
      read: 1,
      added: 0,
      unmatched: 1,
    });
    expect((await test1.client.report.export({ kind: 'annotations', format: 'jsonl' })).rows).toBe(1);
  });

  test('an import that is no export of ours is refused with the line', async () => {
    const file = join(test1.dir, 'other.jsonl');
    writeFileSync(file, '{"record": "faultline.finding", "findingId": "x", "signal": "y"}\n{"hello": 1}\n');
    await expect(test1.client.report.importAnnotations({ handle: test1.grant(file) })).rejects.toThrow(
      /Line 2/,
    );
  });

  test('cells that a spreadsheet would run are made harmless', async () => {
    const { failureModeId } = await test1.client.codebook.add({ name: '=cmd|calc' });
    const [a = ''] = await firstCorrections(1);
    await test1.client.correction.assign({ correctionIds: [a], failureModeId });
    const written = await test1.client.report.export({ kind: 'annotations', format: 'csv' });
    const csv = readFileSync(test1.engine.grants.resolve(written.handle) ?? '', 'utf8');
    expect(csv).toContain(`"'=cmd|calc"`);
    expect(csv).not.toMatch(/"[=+@-]/);
  });
});

describe('a damaged workspace', () => {
  test('opens without the import whose file is damaged, and says which', async () => {
    const record = await test1.importFiles(supportFile);
    const path = (await test1.client.workspace.current())?.path ?? '';
    const other = join(test1.dir, 'other.jsonl');
    writeFileSync(
      other,
      `${JSON.stringify({
        messages: [
          { role: 'user', content: 'hello' },
          { role: 'assistant', content: 'hi' },
        ],
      })}\n`,
    );
    await test1.importFiles(other);
    await test1.close();
    rmSync(join(path, 'index.duckdb'));
    writeFileSync(
      join(path, 'imports', record.importId, 'span.parquet'),
      'PAR1 this is no Parquet file PAR1',
    );
    const again = await startEngine(test1.dir);
    await again.engine.openPath(path);
    expect((await again.client.overview.summary()).sessions).toBe(1);
    const damaged = (await again.client.imports.list()).find((one) => one.importId === record.importId);
    expect(damaged?.sources[0]).toMatchObject({ state: 'failed' });
    expect(damaged?.sources[0]?.reason).toMatch(/span\.parquet/);
    await again.close();
  });
});
