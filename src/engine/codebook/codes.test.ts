import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SingleAct } from '../../shared/model/journal';
import { listCorrections, saturation } from '../corrections/list-corrections';
import { BadInput } from '../workspace/problem';
import { Workspace } from '../workspace/workspace';
import { currentCodebook, firstCodebook } from './codebook';
import { codingActs, listCodes, placingActs, promotingActs, renamingActs } from './codes';
import { countUnder } from './counts';
import { mergeModes } from './lineage';

let folder: string;
let workspace: Workspace;
const IDS = ['c1', 'c2', 'c3', 'c4'];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fl-codes-'));
  workspace = await Workspace.create({
    path: join(folder, 'audit.faultline'),
    name: 'Audit',
    firstActs: [{ type: 'codebook.saved', codebook: firstCodebook() }],
    author: () => 'Ada',
    program: 'the tests',
    threads: 1,
    rebuild: () => Promise.resolve(),
  });
  await workspace.db.transaction((tx) =>
    tx.run(
      `INSERT INTO correction (correction_id, session_id, span_id, turn_no, text, agent_text, cue_kind, kind, score, reasons)
       SELECT unnest($1::VARCHAR[]), 's1', unnest($1::VARCHAR[]), 2, 'no, the other file', '', 'negation', 'intent', 0.9, []`,
      [IDS],
    ),
  );
});

afterEach(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const asOne = (acts: SingleAct[]) => workspace.act([{ type: 'acts.grouped', acts }]);
const code = (text: string, ...correctionIds: string[]) =>
  asOne(codingActs(workspace.state, { correctionIds, code: text, mode: 'add' }));
const uncode = (text: string, ...correctionIds: string[]) =>
  asOne(codingActs(workspace.state, { correctionIds, code: text, mode: 'remove' }));
const place = (text: string, mode: string | null) => asOne(placingActs(workspace.state, text, mode));
const modesOf = async () => {
  const { items } = await listCorrections(workspace.db, {
    filter: {},
    order: 'session',
    offset: 0,
    limit: 10,
  });
  return Object.fromEntries(items.map((one) => [one.correctionId, one.failureModeIds]));
};
const codesOf = async () =>
  (await listCodes(workspace.db, workspace.state)).map((one) => [one.code, one.count, one.failureModeId]);

describe('open coding', () => {
  it('puts codes on corrections, which confirms them, and takes them off', async () => {
    await code('wrong file', 'c1', 'c2');
    await code('  Wrong   FILE ', 'c3');
    await code('too long', 'c3');
    expect(await codesOf()).toEqual([
      ['wrong file', 3, null],
      ['too long', 1, null],
    ]);
    const { items } = await listCorrections(workspace.db, {
      filter: { code: 'wrong file' },
      order: 'session',
      offset: 0,
      limit: 10,
    });
    expect(items.map((one) => [one.correctionId, one.state, one.codes])).toEqual([
      ['c1', 'confirmed', ['wrong file']],
      ['c2', 'confirmed', ['wrong file']],
      ['c3', 'confirmed', ['wrong file', 'too long']],
    ]);
    await uncode('wrong file', 'c1');
    await workspace.act([{ type: 'correction.judged', correctionIds: ['c2'], verdict: 'rejected' }]);
    expect(await codesOf()).toEqual([
      ['too long', 1, null],
      ['wrong file', 1, null],
    ]);
    expect(await modesOf()).toEqual({ c1: [], c2: [], c3: [], c4: [] });
  });
});

describe('axial coding', () => {
  it('brings the corrections of a code under its failure mode, later ones too, as one step of undo', async () => {
    await code('wrong file', 'c1', 'c2');
    await place('wrong file', 'reasoning-drift');
    await code('wrong file', 'c3');
    expect(await modesOf()).toMatchObject({
      c1: ['reasoning-drift'],
      c2: ['reasoning-drift'],
      c3: ['reasoning-drift'],
    });
    await uncode('wrong file', 'c3');
    await place('wrong file', 'tool-call-failure');
    expect(await modesOf()).toEqual({
      c1: ['tool-call-failure'],
      c2: ['tool-call-failure'],
      c3: [],
      c4: [],
    });
    await workspace.undo();
    expect(await modesOf()).toMatchObject({ c1: ['reasoning-drift'], c2: ['reasoning-drift'] });
    expect(await codesOf()).toEqual([['wrong file', 2, 'reasoning-drift']]);
    await workspace.redo();
    await place('wrong file', null);
    expect(await modesOf()).toEqual({ c1: [], c2: [], c3: [], c4: [] });
    expect(await codesOf()).toEqual([['wrong file', 2, null]]);
  });

  it('leaves what was sorted directly, or comes there by another code, where it is', async () => {
    await workspace.act([
      {
        type: 'correction.assigned',
        correctionIds: ['c1'],
        failureModeId: 'reasoning-drift',
        codebookVersion: 1,
        mode: 'set',
      },
    ]);
    await code('wrong file', 'c1', 'c2', 'c3');
    await code('not asked for', 'c3');
    await place('not asked for', 'reasoning-drift');
    await place('wrong file', 'reasoning-drift');
    await place('wrong file', null);
    expect(await modesOf()).toEqual({ c1: ['reasoning-drift'], c2: [], c3: ['reasoning-drift'], c4: [] });
    await place('not asked for', null);
    expect(await modesOf()).toMatchObject({ c1: ['reasoning-drift'], c3: [] });
  });

  it('follows merges of failure modes, and takes out what it brought before them', async () => {
    await code('wrong file', 'c1');
    await place('wrong file', 'reasoning-drift');
    const merged = mergeModes(
      workspace.state,
      { fromIds: ['reasoning-drift'], intoId: 'tool-call-failure' },
      'Ada',
    );
    await workspace.act([{ type: 'codebook.saved', codebook: merged }]);
    await code('wrong file', 'c2');
    expect(await codesOf()).toEqual([['wrong file', 2, 'tool-call-failure']]);
    // What the sorting table shows and counts goes by what modes are called today.
    expect(await modesOf()).toMatchObject({ c1: ['tool-call-failure'], c2: ['tool-call-failure'] });
    expect(await saturation(workspace.db)).toEqual([
      { sorted: 1, modes: 1 },
      { sorted: 2, modes: 1 },
    ]);
    const counts = await countUnder(workspace.db, workspace.state);
    expect(
      counts.modes.find((mode) => mode.failureModeId === 'tool-call-failure')?.corrections,
    ).toMatchObject({ count: 2, n: 2 });
    await place('wrong file', null);
    expect(await modesOf()).toEqual({ c1: [], c2: [], c3: [], c4: [] });
  });

  it('makes a failure mode of a code, and renames codes into one another', async () => {
    await code('wrong file', 'c1', 'c2');
    const { acts, failureModeId } = promotingActs(workspace.state, 'wrong file', 'Ada');
    await asOne(acts);
    expect(currentCodebook(workspace.state).failureModes.at(-1)).toMatchObject({
      id: failureModeId,
      name: 'wrong file',
    });
    await code('file mixed up', 'c3');
    await asOne(renamingActs(workspace.state, 'file mixed up', 'Wrong file'));
    expect(await codesOf()).toEqual([['wrong file', 3, failureModeId]]);
    expect(await modesOf()).toMatchObject({ c3: [failureModeId] });
    await asOne(renamingActs(workspace.state, 'wrong file', 'edited the wrong file'));
    expect(await codesOf()).toEqual([['edited the wrong file', 3, failureModeId]]);
    expect(await modesOf()).toEqual({
      c1: [failureModeId],
      c2: [failureModeId],
      c3: [failureModeId],
      c4: [],
    });
    expect(() => placingActs(workspace.state, 'edited the wrong file', 'no-such')).toThrow(BadInput);
    expect(() => renamingActs(workspace.state, 'nobody said this', 'x')).toThrow(BadInput);
  });
});
