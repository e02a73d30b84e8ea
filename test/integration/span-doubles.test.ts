/** Several records with the id of one span: nothing of them vanishes, and the import says what became of each, by line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MappingProfileInput } from '../../src/shared/model/source';
import { Bench, type Imported } from '../fuzz/intake-harness';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const profile: MappingProfileInput = {
  name: 'doubles',
  fields: {
    session: 'conv',
    trace: 'req',
    span: 'sid',
    parent: 'pid',
    kind: 'type',
    name: 'op',
    output: 'out',
    start: 'began',
    end: 'ended',
  },
};

const call = (more: object): object => ({ conv: 'c1', sid: 's1', type: 'generation', op: 'plan', ...more });
const text = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

let files = 0;
const take = (...parts: readonly (readonly object[])[]): Promise<Imported> =>
  bench.import(
    parts.map((part) => bench.write(`part-${String(++files)}.jsonl`, text(part))),
    { format: 'generic', profile },
  );
const told = ({ spans }: Imported): unknown =>
  spans.map(({ span_id, output, start_ns }) => [
    span_id,
    output,
    start_ns === null ? null : Number(start_ns) / 1e9,
  ]);
const notes = ({ sources }: Imported): string[][] => sources.map((one) => one.notes.map(({ what }) => what));

describe('records with the id of one span', () => {
  const one = call({ out: 'one', began: 1767225601, ended: 1767225602 });
  const two = call({ out: 'two', began: 1767225603, ended: 1767225604 });
  const begun = call({ began: 1767225601 });

  test('that say the same are kept once, and counted by line', async () => {
    const imported = await take([one, call({ sid: 's9' }), one, one]);
    expect(told(imported)).toEqual([['s1', 'one', 1767225601], ['s9', null, null]]); // prettier-ignore
    expect(notes(imported)).toEqual([
      [
        'record of a span that this file holds word for word, kept once (lines 3, 4; told first from line 1 on)',
      ],
    ]);
  });

  test.each([
    ['its beginning first', [begun, one]],
    ['its end first', [one, begun]],
  ])('that add to one another are one span: %s', async (_, records) => {
    const imported = await take(records);
    expect(told(imported)).toEqual([['s1', 'one', 1767225601]]);
    expect(imported.spans[0]?.['end_ns']).toBe('1767225602000000000');
    expect(notes(imported)).toEqual([
      ['further record of a span of this file, put together with it (line 2; told first in line 1)'],
    ]);
  });

  test('that contradict each other all stay, in one file and across files', async () => {
    const three = call({ out: 'three', began: 1767225605, ended: 1767225606 });
    const within = await take([one, two, three, two]);
    expect(told(within)).toEqual([
      ['s1', 'one', 1767225601],
      ['s1~2', 'two', 1767225603],
      ['s1~3', 'three', 1767225605],
    ]);
    expect(notes(within)[0]).toEqual([
      'another span under the id of one of this file, kept beside it with “~2” and so on behind its id (lines 2, 3; told first from line 1 on)',
      'record of a span that this file holds word for word, kept once (line 4; told first in line 1)',
    ]);
    const across = await take([one], [call({ sid: 's0' }), two]);
    expect(told(across)).toEqual([
      ['s1', 'one', 1767225601],
      ['s0', null, null],
      ['s1~2', 'two', 1767225603],
    ]);
    expect(notes(across)[1]?.[0]).toMatch(
      /^another span under the id of one of the file part-\d+\.jsonl, .* \(line 2; told first in line 1\)$/,
    );
  });

  test('in two traces of a session keep their children and labels apart', async () => {
    const imported = await take([
      call({ req: 't1', out: 'one', began: 1767225601 }),
      call({ req: 't1', sid: 'child-1', pid: 's1' }),
      call({ req: 't2', out: 'two', began: 1767225603 }),
      call({ req: 't2', sid: 'child-2', pid: 's1' }),
    ]);
    const parents = imported.spans.map(({ span_id, parent_span_id }) => [span_id, parent_span_id]);
    expect(parents).toEqual(
      expect.arrayContaining([
        ['child-1', 's1'],
        ['child-2', 's1~2'],
      ]),
    );
  });
});

describe('OpenTelemetry spans of one trace with one id', () => {
  const span = (name: string, more: object): object => ({
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    name,
    startTimeUnixNano: '1767225601000000000',
    ...more,
  });
  const line = (one: object): object => ({ resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] });
  const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });

  test('are put together where they are one, kept apart where they are not, and said by line', async () => {
    const begun = span('chat', { attributes: [attribute('gen_ai.request.model', 'm-1')] });
    const ended = span('chat', {
      endTimeUnixNano: '1767225602000000000',
      attributes: [attribute('gen_ai.operation.name', 'chat')],
    });
    const other = span('search', { startTimeUnixNano: '1767225605000000000' });
    const imported = await bench.import([
      bench.write('otlp.jsonl', text([line(begun), line(ended), line(other)])),
    ]);
    expect(imported.spans.map(({ span_id, name, model }) => [span_id, name, model])).toEqual([
      ['b'.repeat(16), 'chat', 'm-1'],
      [`${'b'.repeat(16)}~2`, 'search', null],
    ]);
    expect(notes(imported)[0]).toEqual([
      'span exported twice: the fuller record kept (line 2)',
      'another span under the id of one of its trace, kept beside it with “~2” and so on behind its id (line 3)',
    ]);
  });
});

describe('records of one span in two imports', () => {
  let engine: TestEngine;
  beforeEach(async () => {
    engine = await startEngine();
    await engine.client.workspace.create({ name: 'Twice' });
  });
  afterEach(async () => {
    await engine.close();
    removeEngine(engine);
  });

  test('the later stands, and says where it differs from the earlier, by the lines of both', async () => {
    const span = (id: string, name: string, second: number): object => ({
      traceId: 'a'.repeat(32),
      spanId: id.repeat(16),
      name,
      startTimeUnixNano: `17672256${String(second)}000000000`,
      attributes: [{ key: 'session.id', value: { stringValue: 's-1' } }],
    });
    const file = (name: string, spans: readonly object[]): string => {
      const path = join(engine.dir, name);
      writeFileSync(
        path,
        text(spans.map((one) => ({ resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] }))),
      );
      return path;
    };
    await engine.importFiles(file('monday.jsonl', [span('b', 'plan', 10), span('c', 'search', 11)]));
    const { sources, importId } = await engine.importFiles(
      file('tuesday.jsonl', [span('d', 'new', 12), span('b', 'plan', 10), span('c', 'another', 13)]),
    );
    const what = expect.stringMatching(/other content: this one stands \(line 3; there line 2 of monday\.jsonl\)$/) as string; // prettier-ignore
    expect(sources[0]?.notes).toEqual([{ what, count: 1 }]);
    const listed = (await engine.client.imports.list()).find((one) => one.importId === importId);
    expect(listed?.sources[0]?.notes).toEqual([{ what, count: 1 }]);
    const { items } = await engine.client.session.spans({ sessionId: 's-1', offset: 0, limit: 10 });
    expect(items.map(({ name }) => name)).toEqual(['plan', 'new', 'another']);
  });
});
