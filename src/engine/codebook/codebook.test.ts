import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codebookSchema, type FailureMode } from '../../shared/model/codebook';
import { BadInput, NotFound } from '../workspace/problem';
import { Workspace } from '../workspace/workspace';
import {
  addFailureMode,
  codebookVersions,
  currentCodebook,
  diffCodebooks,
  failureModeNames,
  firstCodebook,
  getCodebook,
  idFor,
  newVersion,
} from './codebook';
import { starters } from './starters';
import { codebookMarkdown, readCodebook, writeCodebook } from './write-codebook';
import { placeUnder } from '../workspace/mode-place';
import { checkLink, crosswalkOf } from './crosswalk';
import { mergeModes, splitMode } from './lineage';
import { readCrosswalk, takeCrosswalk } from './read-crosswalk';
import { crosswalkText } from './write-crosswalk';

let folder: string;
let workspace: Workspace;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fl-codebook-'));
  workspace = await Workspace.create({
    path: join(folder, 'audit.faultline'),
    name: 'Audit',
    firstActs: [{ type: 'codebook.saved', codebook: firstCodebook() }],
    author: () => 'Ada',
    program: 'the tests',
    threads: 1,
    rebuild: () => Promise.resolve(),
  });
});

afterEach(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const modes = () => currentCodebook(workspace.state).failureModes;

/** Saves the failure modes in force after a change. */
async function save(change: (before: FailureMode[]) => FailureMode[], note = '') {
  const { version } = currentCodebook(workspace.state);
  const draft = { basedOn: version, note, failureModes: change(structuredClone(modes())) };
  const codebook = newVersion(workspace.state, draft, 'Ada');
  await workspace.act([{ type: 'codebook.saved', codebook }]);
  return codebook;
}

const assign = (failureModeId: string, ...correctionIds: string[]) =>
  workspace.act([
    { type: 'correction.assigned', correctionIds, failureModeId, codebookVersion: 1, mode: 'set' },
  ]);

describe('the starter', () => {
  it('is version 1 of every workspace, whole and valid, and undo does not reach it', async () => {
    const first = currentCodebook(workspace.state);
    expect(first).toMatchObject({ version: 1, author: 'Faultline' });
    expect(codebookSchema.parse(first)).toEqual(first);
    expect(first.failureModes.map((mode) => mode.name)).toEqual([
      'Reasoning drift',
      'Tool-call failure',
      'Context-window saturation',
      'Goal misalignment',
      'Intent misalignment',
      'Specification drift',
      'Proxy metric collapse',
    ]);
    for (const mode of first.failureModes) {
      for (const text of [mode.definition, mode.include, mode.exclude, mode.source])
        expect(text.length).toBeGreaterThan(20);
      expect(mode.pillar).not.toBeNull();
    }
    expect(await workspace.undo()).toBeNull();
    expect(starters[0]?.failureModes).toEqual(first.failureModes);
  });
});

describe('versions', () => {
  it('follow one another and stay as they were', async () => {
    await save((before) => before.slice(0, 3), 'fewer');
    await save((before) => before.map((mode) => ({ ...mode, severity: 1 })));
    expect(codebookVersions(workspace.state)).toMatchObject([
      { version: 3, author: 'Ada', size: 3 },
      { version: 2, note: 'fewer', size: 3 },
      { version: 1, author: 'Faultline', size: 7 },
    ]);
    expect(getCodebook(workspace.state, 1).failureModes).toHaveLength(7);
    expect(getCodebook(workspace.state).version).toBe(3);
    expect(() => getCodebook(workspace.state, 9)).toThrow(NotFound);
  });

  it('saved by somebody else in between are not written over', async () => {
    const draft = { basedOn: 1, note: '', failureModes: modes() };
    await save((before) => before.slice(1));
    expect(() => newVersion(workspace.state, draft, 'Eve')).toThrow(
      'Ada saved version 2 since you began from version 1',
    );
  });

  it('never share a number, also after undo', async () => {
    await save((before) => before.slice(1));
    await workspace.undo();
    expect(currentCodebook(workspace.state).version).toBe(1);
    expect((await save((before) => before.slice(2))).version).toBe(3);
  });
});

describe('what contradicts itself is refused', () => {
  const changed = (change: (before: FailureMode[]) => FailureMode[]) => () =>
    newVersion(
      workspace.state,
      { basedOn: 1, note: '', failureModes: change(structuredClone(modes())) },
      'Ada',
    );
  const put = (index: number, values: Partial<FailureMode>) => (before: FailureMode[]) =>
    before.map((mode, i) => (i === index ? { ...mode, ...values } : mode));

  it.each<[string, (before: FailureMode[]) => FailureMode[], RegExp]>([
    ['two of an id', put(1, { id: 'reasoning-drift' }), /Two failure modes have the id/],
    ['two of a name', put(1, { name: ' reasoning DRIFT ' }), /Two failure modes are called/],
    ['a parent that is not there', put(1, { parentId: 'nobody' }), /not in the codebook/],
    ['a parent of its own', put(1, { parentId: 'tool-call-failure' }), /cannot be below itself/],
    [
      'a circle of parents',
      (before) => put(1, { parentId: 'reasoning-drift' })(put(0, { parentId: 'tool-call-failure' })(before)),
      /cannot be below itself/,
    ],
  ])('%s', (_what, change, message) => {
    expect(changed(change)).toThrow(BadInput);
    expect(changed(change)).toThrow(message);
  });

  it('a retired one may share its name, and a tree is fine', () => {
    expect(changed(put(1, { name: 'Reasoning drift', isRetired: true }))).not.toThrow();
    expect(changed(put(1, { parentId: 'reasoning-drift' }))).not.toThrow();
  });

  it('one that corrections are sorted under cannot go, but retire', async () => {
    await assign('reasoning-drift', 'c1', 'c2');
    expect(changed((before) => before.slice(1))).toThrow('“Reasoning drift” is on 2 corrections. Retire it');
    expect(changed(put(0, { isRetired: true }))).not.toThrow();
    await assign('tool-call-failure', 'c1', 'c2');
    expect(changed((before) => before.slice(1))).not.toThrow();
  });
});

describe('adding one', () => {
  it('gives an id that no version has used, and leaves open what is not said', async () => {
    const add = async (name: string) => {
      const { codebook, failureModeId } = addFailureMode(workspace.state, { name }, 'Ada');
      await workspace.act([{ type: 'codebook.saved', codebook }]);
      return failureModeId;
    };
    expect(await add('Wrong café, wrong day!')).toBe('wrong-cafe-wrong-day');
    await save((before) => before.slice(0, -1));
    expect(await add('Wrong Cafe: wrong day')).toBe('wrong-cafe-wrong-day-2');
    expect(modes().at(-1)).toMatchObject({ definition: '', severity: 2, pillar: null, isRetired: false });
    expect(() => addFailureMode(workspace.state, { name: 'reasoning drift' }, 'Ada')).toThrow(BadInput);
    expect(failureModeNames(workspace.state).get('wrong-cafe-wrong-day')).toBe('Wrong café, wrong day!');
  });

  it.each([
    ['日付の間違い', '日付の間違い'],
    ['   ', 'failure-mode'],
    ['__proto__', 'proto'],
    ['x'.repeat(200), 'x'.repeat(60)],
  ])('named %j has the id %j', (name, id) => expect(idFor(name, new Set())).toBe(id));
});

describe('what changed', () => {
  it('is told by failure mode and field', async () => {
    const before = currentCodebook(workspace.state);
    await save(([first, second, third, fourth, ...rest]) =>
      [
        { ...first!, name: 'Drift', severity: 4, pillar: null },
        { ...second!, isRetired: true },
        third!,
        ...rest.slice(1),
      ].concat({ ...fourth!, id: 'new', name: 'New' }),
    );
    const changes = diffCodebooks(before, currentCodebook(workspace.state));
    expect(changes).toEqual([
      {
        id: 'reasoning-drift',
        name: 'Drift',
        change: 'changed',
        fields: [
          { field: 'name', before: 'Reasoning drift', after: 'Drift' },
          { field: 'severity', before: '3', after: '4' },
          { field: 'pillar', before: 'llm', after: '' },
        ],
        history: ['renamed from “Reasoning drift”'],
      },
      { id: 'tool-call-failure', name: 'Tool-call failure', change: 'retired', fields: [], history: [] },
      { id: 'new', name: 'New', change: 'added', fields: [], history: [] },
      { id: 'goal-misalignment', name: 'Goal misalignment', change: 'removed', fields: [], history: [] },
      { id: 'intent-misalignment', name: 'Intent misalignment', change: 'removed', fields: [], history: [] },
    ]);
    expect(diffCodebooks(before, before)).toEqual([]);
    await workspace.act([
      {
        type: 'codebook.saved',
        codebook: mergeModes(
          workspace.state,
          { fromIds: ['specification-drift'], intoId: 'context-window-saturation' },
          'Ada',
        ),
      },
    ]);
    const { codebooks } = workspace.state;
    const merged = diffCodebooks(before, currentCodebook(workspace.state), codebooks);
    expect(merged.filter((one) => one.history.length > 0).map((one) => [one.id, one.history])).toEqual([
      ['reasoning-drift', ['renamed from “Reasoning drift”']],
      ['context-window-saturation', ['took in “Specification drift”']],
      ['specification-drift', ['merged into “Context-window saturation”']],
    ]);
    expect(
      diffCodebooks(currentCodebook(workspace.state), before).find((one) => one.id === 'tool-call-failure')
        ?.change,
    ).toBe('restored');
  });
});

describe('the crosswalk', () => {
  const link = (fromId: string, toId: string, relation: 'same' | 'related' | null) =>
    workspace.act([{ type: 'crosswalk.changed', fromId, toId, relation }]);

  it('is the built-in links with what was changed, taken away and added, and undo takes that back', async () => {
    const builtIn = crosswalkOf(workspace.state);
    const [first, second] = builtIn;
    if (first === undefined || second === undefined) throw new Error('There are no built-in links.');
    expect(builtIn.every((one) => one.isBuiltIn && !one.isChanged)).toBe(true);
    const relation = first.relation === 'same' ? 'related' : 'same';
    await link(first.fromId, first.toId, relation);
    await link(second.fromId, second.toId, null);
    await link('goal-misalignment', 'intent-misalignment', 'related');
    const changed = crosswalkOf(workspace.state);
    expect(changed).toHaveLength(builtIn.length);
    expect(changed[0]).toMatchObject({ relation, isBuiltIn: true, isChanged: true });
    expect(changed.some((one) => one.fromId === second.fromId && one.toId === second.toId)).toBe(false);
    expect(changed.at(-1)).toMatchObject({ fromName: 'Goal misalignment', isBuiltIn: false });
    await workspace.undo();
    await workspace.undo();
    await workspace.undo();
    expect(crosswalkOf(workspace.state)).toEqual(builtIn);
  });

  it('refuses what no set holds, and is written with the sets the ends are from', () => {
    expect(() => checkLink(workspace.state, { fromId: 'nobody', toId: 'reasoning-drift' })).toThrow(BadInput);
    expect(() => checkLink(workspace.state, { fromId: 'reasoning-drift', toId: 'reasoning-drift' })).toThrow(
      BadInput,
    );
    const links = crosswalkOf(workspace.state);
    const csv = crosswalkText(links, 'csv').trim().split('\r\n');
    expect(csv).toHaveLength(links.length + 1);
    expect(csv[0]).toBe('fromId,fromName,fromSet,relation,toId,toName,toSet');
    expect(JSON.parse(crosswalkText(links, 'json'))).toEqual({ links });
    expect(crosswalkText(links, 'markdown')).toContain(`| ${links[0]?.fromName ?? ''} (`);
  });

  it('comes back from its own files as it was, and from a file that was edited with what was changed', () => {
    const links = crosswalkOf(workspace.state);
    for (const format of ['csv', 'json'] as const) {
      const placed = readCrosswalk(crosswalkText(links, format), `crosswalk.${format}`);
      expect(placed.map(({ link: one }) => one)).toEqual(
        links.map(({ fromId, toId, relation }) => ({ fromId, toId, relation })),
      );
      expect(takeCrosswalk(workspace.state, placed)).toEqual({
        acts: [],
        added: 0,
        changed: 0,
        known: links.length,
      });
    }
    const [first] = links;
    if (first === undefined) throw new Error('There are no built-in links.');
    const relation = first.relation === 'same' ? 'related' : 'same';
    const edited = `fromId,relation,toId\n${first.fromId},${relation},${first.toId}\ngoal-misalignment,related,intent-misalignment\n`;
    expect(takeCrosswalk(workspace.state, readCrosswalk(edited, 'edited.csv'))).toMatchObject({
      acts: [
        { type: 'crosswalk.changed', fromId: first.fromId, relation },
        { type: 'crosswalk.changed', fromId: 'goal-misalignment' },
      ],
      added: 1,
      changed: 1,
      known: 0,
    });
  });

  it.each([
    ['a.csv', 'fromId,toId\na,b', /^a\.csv, line 1: there is no column “relation”/u],
    ['a.csv', 'fromId,relation,toId\n\ngoal-misalignment,alike,nobody', /^a\.csv, line 3: relation/u],
    [
      'a.csv',
      'fromId,relation,toId\ngoal-misalignment,same,nobody',
      /^a\.csv, line 2: No set holds .*nobody/u,
    ],
    ['a.json', '{"links": [\n{"fromId": }]}', /^a\.json is no JSON: /u],
    [
      'a.json',
      '[{"fromId": "goal-misalignment", "toId": "intent-misalignment"}]',
      /^a\.json, link 1: relation/u,
    ],
    ['a.json', '{}', /^a\.json holds no list/u],
    [
      'a.csv',
      'fromId,relation,toId\ngoal-misalignment,same,intent-misalignment\ngoal-misalignment,related,intent-misalignment',
      /^a\.csv, line 3: .*“same” in a\.csv, line 2/u,
    ],
  ])('says where %s is wrong: %j', (name, text, reason) => {
    expect(() => takeCrosswalk(workspace.state, readCrosswalk(text, name))).toThrow(reason);
  });
});

describe('writing one out', () => {
  it('as JSON is lossless', async () => {
    const codebook = currentCodebook(workspace.state);
    const { path, name, bytes } = await writeCodebook(codebook, 'json', workspace.exportsDir);
    expect(name).toBe('codebook-v1.json');
    const text = readFileSync(path, 'utf8');
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(codebookSchema.parse(JSON.parse(text))).toEqual(codebook);
  });

  it('as Markdown can be read', async () => {
    const codebook = await save((before) =>
      before.slice(0, 1).map((mode) => ({
        ...mode,
        examples: [{ correctionId: null, sessionId: null, text: 'one\ntwo' }],
      })),
    );
    const { path } = await writeCodebook(codebook, 'markdown', workspace.exportsDir);
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(codebookMarkdown(codebook));
    expect(text).toContain('# Codebook, version 2\n');
    expect(text).toContain('\n## Reasoning drift\n');
    expect(text).toContain('severity 3 (major), pillar llm');
    expect(text).toContain('- one two\n');
  });
});

describe('the built-in sets', () => {
  it('have whole modes, ids of their own, a source and a licence', () => {
    const all = starters.flatMap((one) => one.failureModes);
    expect(new Set(all.map((mode) => mode.id)).size).toBe(all.length);
    expect(starters.find((one) => one.id === 'mast')?.failureModes).toHaveLength(14);
    expect(starters.find((one) => one.id === 'trail')?.failureModes).toHaveLength(20);
    for (const { source, licence, failureModes } of starters) {
      expect([source.length > 10, licence.length > 10, failureModes.length > 2]).toEqual([true, true, true]);
      for (const mode of failureModes) expect(mode.definition.length).toBeGreaterThan(20);
    }
    expect(codebookSchema.shape.failureModes.safeParse(all).success).toBe(true);
  });
});

describe('merging and splitting', () => {
  it('are one version each, and a mode is found under every version through them', async () => {
    const act = (codebook: ReturnType<typeof currentCodebook>) =>
      workspace.act([{ type: 'codebook.saved', codebook }]);
    await act(
      mergeModes(workspace.state, { fromIds: ['reasoning-drift'], intoId: 'goal-misalignment' }, 'Ada'),
    );
    await act(
      splitMode(
        workspace.state,
        { fromId: 'tool-call-failure', names: ['Wrong tool', 'Empty result'] },
        'Ada',
      ),
    );
    const { codebooks } = workspace.state;
    expect(currentCodebook(workspace.state)).toMatchObject({ version: 3 });
    expect(modes().find((mode) => mode.id === 'reasoning-drift')?.isRetired).toBe(true);
    expect(placeUnder(codebooks, 1, 'reasoning-drift')).toBe('reasoning-drift');
    expect(placeUnder(codebooks, 2, 'reasoning-drift')).toBe('goal-misalignment');
    expect(placeUnder(codebooks, 3, 'reasoning-drift')).toBe('goal-misalignment');
    expect(placeUnder(codebooks, 3, 'wrong-tool')).toBe('wrong-tool');
    expect(placeUnder(codebooks, 2, 'wrong-tool')).toBe('tool-call-failure');
    expect(placeUnder(codebooks, 3, 'tool-call-failure')).toBe('tool-call-failure');
    expect(placeUnder(codebooks, 1, 'nobody')).toBeNull();
    await workspace.undo();
    expect(currentCodebook(workspace.state).version).toBe(2);
  });

  it('refuse what cannot be', () => {
    const merge = (fromIds: string[], intoId: string) => () =>
      mergeModes(workspace.state, { fromIds, intoId }, 'Ada');
    expect(merge(['reasoning-drift'], 'reasoning-drift')).toThrow(BadInput);
    expect(merge(['nobody'], 'reasoning-drift')).toThrow(BadInput);
    expect(() =>
      splitMode(workspace.state, { fromId: 'reasoning-drift', names: ['One', ' one '] }, 'Ada'),
    ).toThrow(BadInput);
  });
});

describe('a codebook that is written', () => {
  it.each(['json', 'csv'] as const)('comes back from %s as it was', async (format) => {
    const codebook = currentCodebook(workspace.state);
    const { path } = await writeCodebook(codebook, format, folder);
    const back = readCodebook(readFileSync(path, 'utf8'), `codebook.${format}`);
    const bare = (mode: FailureMode) => ({ ...mode, examples: [] });
    expect(back.map(bare)).toEqual(codebook.failureModes.map(bare));
  });

  it('has no markup of its own in the page', async () => {
    await save((before) => before.map((mode) => ({ ...mode, name: `${mode.name} <b>&"` })));
    const { path } = await writeCodebook(currentCodebook(workspace.state), 'html', folder);
    const page = readFileSync(path, 'utf8');
    expect(page).toContain('&lt;b&gt;&amp;&quot;');
    expect(page).not.toContain('<b>');
  });

  it('says what is wrong with a file that is none', () => {
    expect(() => readCodebook('{"a":', 'x.json')).toThrow(/x\.json/);
    expect(() => readCodebook('name,severity\nSlow,9\n', 'x.csv')).toThrow(/x\.csv, line 2/);
    expect(() => readCodebook('colour\nred\n', 'x.csv')).toThrow(/name/);
  });
});
