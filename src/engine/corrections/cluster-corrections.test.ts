import { describe, expect, it } from 'vitest';
import { clusterCorrections, type CorrectionText } from './cluster-corrections';
import { foldNearDuplicates } from './near-duplicates';
import { tokenize } from '../../shared/text/tokenize';

const themes = {
  tests: [
    'you deleted the failing tests',
    'why did you remove my unit tests',
    'put the tests back that you deleted',
    'do not delete tests to make them pass',
    'the unit tests you removed were needed',
    'tests must not be deleted',
    'restore the deleted unit tests',
    'stop deleting failing tests',
  ],
  language: [
    'answer in German please',
    'I asked for a German answer',
    'in German, not in English',
    'the answer should be German',
    'please write German, not English',
    'again in German',
    'why is the answer in English and not German',
    'German answer please, I said so',
  ],
  currency: [
    'prices must be in euros',
    'the amount is in dollars, I need euros',
    'convert the price to euros',
    'euros, not dollars',
    'show the price in euros',
    'amounts in euros please',
    'wrong currency, prices in euros',
    'you gave dollars instead of euros',
  ],
};
const items: CorrectionText[] = Object.entries(themes).flatMap(([theme, texts]) =>
  texts.map((text, i) => ({ id: `${theme}-${i}`, text })),
);

function themesOf(memberIds: string[]): Set<string> {
  return new Set(memberIds.map((id) => id.split('-')[0] ?? ''));
}

describe('clusterCorrections', () => {
  it('groups like wording, names it and picks exemplars', async () => {
    const found = await clusterCorrections(items, { k: 3 });
    expect(found.k).toBe(3);
    expect(found.criterion).toMatch(/given/u);
    for (const cluster of found.clusters) {
      expect(themesOf(cluster.memberIds).size).toBe(1);
      expect(cluster.cohesion).toBeGreaterThan(0.3);
      expect(cluster.exemplarIds).toHaveLength(3);
      expect(cluster.memberIds).toEqual(expect.arrayContaining(cluster.exemplarIds));
    }
    expect(found.clusters.flatMap(({ keywords }) => keywords).join(' ')).toMatch(
      /tests[\s\S]*|german|euros/u,
    );
  });

  it('puts every item into one cluster or among the outliers, and on the map', async () => {
    const found = await clusterCorrections([
      ...items,
      { id: 'none', text: '???' },
      { id: 'blank', text: '' },
    ]);
    const placed = [...found.clusters.flatMap(({ memberIds }) => memberIds), ...found.outlierIds].sort();
    expect(placed).toEqual([...items.map(({ id }) => id), 'none', 'blank'].sort());
    expect(found.outlierIds).toEqual(expect.arrayContaining(['none', 'blank']));
    expect(found.points.map(({ id }) => id)).toEqual([...items.map(({ id }) => id), 'none', 'blank']);
    for (const { x, y } of found.points) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y)).toBeLessThanOrEqual(1);
    }
  });

  it('gives the same clusters and ids for the same texts in any order', async () => {
    const forward = await clusterCorrections(items);
    const backward = await clusterCorrections([...items].reverse());
    const shape = (found: typeof forward): unknown =>
      found.clusters.map(({ id, memberIds, keywords }) => ({
        id,
        keywords,
        memberIds: [...memberIds].sort(),
      }));
    expect(shape(backward)).toEqual(shape(forward));
    expect((await clusterCorrections(items)).points).toEqual(forward.points);
  });

  it('keeps ids when data is added', async () => {
    const before = await clusterCorrections(items, { k: 3 });
    const more = [
      ...items,
      ...['you deleted tests once more', 'do not remove unit tests'].map((text, i) => ({
        id: `tests-new${i}`,
        text,
      })),
      ...[
        'use tabs for indentation',
        'tabs, not spaces, for indentation',
        'indentation with tabs please',
      ].map((text, i) => ({ id: `tabs-${i}`, text })),
    ];
    const after = await clusterCorrections(more, { k: 4, previous: before.clusters });
    for (const old of before.clusters) {
      const now = after.clusters.find(({ id }) => id === old.id);
      expect(themesOf(now?.memberIds ?? [])).toEqual(themesOf(old.memberIds));
    }
    expect(new Set(after.clusters.map(({ id }) => id)).size).toBe(after.clusters.length);
  });

  it('goes on from the last clustering where most of it is still there', async () => {
    const before = await clusterCorrections(items);
    const again = await clusterCorrections(items, { previous: before.clusters });
    expect(again.clusters.map(({ id }) => id).sort()).toEqual(before.clusters.map(({ id }) => id).sort());
    const tenth = items
      .filter((_, i) => i % 10 === 0)
      .map(({ text }, i) => ({ id: `new-${i}`, text: `${text} now` }));
    const after = await clusterCorrections([...items, ...tenth], { previous: before.clusters });
    expect(after.criterion).toMatch(/last clustering/u);
    for (const old of before.clusters) {
      const now = after.clusters.find(({ id }) => id === old.id);
      expect(now?.memberIds).toEqual(expect.arrayContaining(old.memberIds));
    }
  });

  it('keeps together what belongs together and apart what does not', async () => {
    const found = await clusterCorrections(items, {
      k: 3,
      links: [
        { a: 'tests-0', b: 'language-0', kind: 'together' },
        { a: 'currency-0', b: 'currency-4', kind: 'apart' },
      ],
    });
    const home = (id: string): number => found.clusters.findIndex(({ memberIds }) => memberIds.includes(id));
    expect(home('tests-0')).toBe(home('language-0'));
    expect(home('currency-0')).not.toBe(home('currency-4'));
    expect(home('tests-0')).toBeGreaterThanOrEqual(0);
    expect(home('currency-0')).toBeGreaterThanOrEqual(0);
  });

  it('opens a heap of loosely alike texts instead of setting a few strays aside', async () => {
    const verbs = ['rename', 'move', 'check', 'explain', 'print', 'sort', 'merge', 'shorten'];
    const nouns = ['list', 'title', 'table', 'page', 'note', 'chart', 'form', 'menu', 'report', 'index'];
    const heap = verbs.flatMap((verb, v) =>
      nouns.map((noun, n) => ({
        id: `${verb}-${noun}`,
        text: `${verb} the ${noun} ${['at once', 'for me', 'as I asked', 'today'][(v + 3 * n) % 4] ?? ''}`,
      })),
    );
    const strays = ['oh my', 'oh well', 'oh no'].map((text, i) => ({ id: `stray-${i}`, text }));
    const found = await clusterCorrections([...heap, ...strays]);
    expect(found.clusters[0]?.memberIds.length).toBeLessThanOrEqual(heap.length / 2);
  });

  it('puts a pair said to be wrong right and leaves the rest as it was', async () => {
    const before = await clusterCorrections(items, { k: 3 });
    const [first, second] = before.clusters;
    const [a = '', b = '', c = ''] = [first?.memberIds[0], second?.memberIds.at(-1), first?.memberIds[1]];
    const after = await clusterCorrections(items, {
      previous: before.clusters,
      links: [
        { a, b, kind: 'together' },
        { a, b: c, kind: 'apart' },
      ],
    });
    const homes = ({ clusters }: typeof before): Map<string, string> =>
      new Map(clusters.flatMap(({ id, memberIds }) => memberIds.map((member) => [member, id] as const)));
    const [was, is] = [homes(before), homes(after)];
    expect(was.get(a)).not.toBe(was.get(b));
    expect(is.get(a)).toBe(is.get(b));
    expect(is.get(a)).not.toBe(is.get(c));
    for (const { id } of items)
      if (![a, b, c].includes(id) && is.has(id)) expect(is.get(id)).toBe(was.get(id));
  });

  it('parts texts worded alike that were said to be apart, also where that takes a new cluster', async () => {
    const twins = [
      ...items,
      { id: 'twin-a', text: 'you deleted my notes' },
      { id: 'twin-b', text: 'you deleted my notes' },
    ];
    const home = ({ clusters }: Awaited<ReturnType<typeof clusterCorrections>>, id: string): number =>
      clusters.findIndex(({ memberIds }) => memberIds.includes(id));
    const alike = await clusterCorrections(twins, { k: 3 });
    expect(home(alike, 'twin-a')).toBe(home(alike, 'twin-b'));
    const parted = await clusterCorrections(twins, {
      k: 3,
      outlierCosine: 0,
      links: [{ a: 'twin-a', b: 'twin-b', kind: 'apart' }],
    });
    expect(home(parted, 'twin-a')).not.toBe(home(parted, 'twin-b'));
    const few = await clusterCorrections(twins.slice(-2), {
      links: [{ a: 'twin-a', b: 'twin-b', kind: 'apart' }],
    });
    expect(few.clusters.map(({ memberIds }) => memberIds.length)).toEqual([1, 1]);
  });

  it('groups by words alone when asked to be quick', async () => {
    const found = await clusterCorrections(items, { k: 3, effort: 'quick' });
    expect(found.clusters.flatMap(({ memberIds }) => memberIds)).toHaveLength(items.length);
    expect(found.clusters.filter(({ memberIds }) => themesOf(memberIds).size === 1).length).toBeGreaterThan(
      1,
    );
  });

  it('counts near-duplicates as one and keeps them together', async () => {
    const canned = Array.from({ length: 40 }, (_, i) => ({
      id: `canned-${i}`,
      text: i % 2 === 0 ? 'Please try again later!' : 'please try again later',
    }));
    const found = await clusterCorrections([...items, ...canned]);
    const home = found.clusters.find(({ memberIds }) => memberIds.includes('canned-0'));
    expect(canned.every(({ id }) => home?.memberIds.includes(id))).toBe(true);
    expect(found.clusters.length).toBeGreaterThan(2);
  });

  it('takes none, one, two or only equal texts', async () => {
    expect(await clusterCorrections([])).toEqual({
      k: 0,
      criterion: 'no texts',
      clusters: [],
      outlierIds: [],
      points: [],
      trustworthiness: 1,
    });
    const one = await clusterCorrections([{ id: 'a', text: 'no' }]);
    expect(one).toMatchObject({ k: 1, outlierIds: [], clusters: [{ memberIds: ['a'], keywords: ['no'] }] });
    const two = await clusterCorrections([
      { id: 'a', text: 'wrong file' },
      { id: 'b', text: 'prices in euros' },
    ]);
    expect(two.clusters.map(({ memberIds }) => memberIds.length)).toEqual([1, 1]);
    const same = await clusterCorrections(
      Array.from({ length: 25 }, (_, i) => ({ id: `${i}`, text: 'that is wrong' })),
      { k: 5 },
    );
    expect(same.clusters).toHaveLength(1);
    expect(same.clusters[0]).toMatchObject({ memberIds: expect.arrayContaining(['0', '24']) as unknown });
    expect(same.clusters[0]?.cohesion).toBeCloseTo(1, 5);
    const blank = await clusterCorrections([
      { id: 'a', text: '' },
      { id: 'b', text: ' ' },
    ]);
    expect([...blank.outlierIds, ...blank.clusters.flatMap(({ memberIds }) => memberIds)]).toHaveLength(2);
  });

  it('works for scripts without spaces and for mixed ones', async () => {
    const texts = [
      'テストを削除しないで',
      'テストを戻してください',
      'なぜテストを削除したの',
      '価格はユーロで',
      'ユーロで表示して',
      '価格をユーロに直して',
      'нет, это неверно',
      'это неверно, исправь',
    ];
    const found = await clusterCorrections(
      texts.map((text, i) => ({ id: `${i}`, text })),
      { k: 3 },
    );
    const home = (id: string): number => found.clusters.findIndex(({ memberIds }) => memberIds.includes(id));
    expect(home('6')).toBe(home('7'));
    expect(home('6')).not.toBe(home('0'));
  });

  it('refuses a senseless k and stops when aborted', async () => {
    await expect(clusterCorrections(items, { k: 0 })).rejects.toThrow(RangeError);
    await expect(clusterCorrections(items, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/iu);
  });
});

describe('foldNearDuplicates', () => {
  it('folds equal word sequences and long texts that differ in a word', () => {
    const texts = [
      'the build still fails on the new arm runner for node',
      'The build still fails on the new ARM runner for Node!',
      'the build still fails on the new arm runner for node today',
      'tabs not spaces',
      'spaces not tabs',
    ];
    expect(Array.from(foldNearDuplicates(texts.map(tokenize)))).toEqual([0, 0, 0, 3, 4]);
  });
});
