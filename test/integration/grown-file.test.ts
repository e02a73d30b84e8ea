/** Files that grew since their last import: only what is new is read, and the sessions are those of the whole file. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench } from '../fuzz/intake-harness';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import type { MappingProfileInput } from '../../src/shared/model/source';

/** What was said in a session up to the answer of a turn, a question and an answer each. */
function saidUntil(session: string, turn: number): { role: string; content: string }[] {
  return Array.from({ length: turn }, (_, i) => [
    { role: 'user', content: `question ${String(i + 1)} of ${session}` },
    { role: 'assistant', content: `answer ${String(i + 1)} of ${session}` },
  ]).flat();
}

function timesOf(turn: number): { start: string; end: string } {
  const at = Date.UTC(2026, 3, 1) + turn * 60_000;
  return { start: new Date(at).toISOString(), end: new Date(at + 900).toISOString() };
}

/** The same call as a run of LangSmith. */
function runLine(session: string, turn: number, padding = ''): string {
  const said = saidUntil(session, turn);
  const { start, end } = timesOf(turn);
  return `${JSON.stringify({
    id: `run-${session}-${String(turn)}`,
    trace_id: `run-${session}-${String(turn)}`,
    dotted_order: '',
    parent_run_id: null,
    name: 'chat',
    run_type: 'llm',
    start_time: start,
    end_time: end,
    status: 'success',
    inputs: { messages: said.slice(0, -1) },
    outputs: { choices: [{ message: said.at(-1) }] },
    extra: { metadata: { thread_id: session, padding } },
  })}\n`;
}

/** The same call as an observation of Langfuse. */
function observationLine(session: string, turn: number, padding = ''): string {
  const said = saidUntil(session, turn);
  const { start, end } = timesOf(turn);
  return `${JSON.stringify({
    id: `observation-${session}-${String(turn)}`,
    traceId: `trace-${session}-${String(turn)}`,
    parentObservationId: null,
    type: 'GENERATION',
    name: 'chat',
    startTime: start,
    endTime: end,
    sessionId: session,
    input: said.slice(0, -1),
    output: said.at(-1),
    metadata: { padding },
  })}\n`;
}

/** A model call that repeats the conversation so far, as one line; `padding` makes the line long. */
function callLine(session: string, turn: number, padding = ''): string {
  const history = saidUntil(session, turn).map(({ role, content }) => ({
    role,
    parts: [{ type: 'text', content }],
  }));
  const { start, end } = timesOf(turn);
  return `${JSON.stringify({
    trace_id: `${session}-${String(turn)}`.padEnd(32, '0'),
    span_id: `${session}${String(turn)}`.padEnd(16, '0'),
    name: 'chat',
    start_time: start,
    end_time: end,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.conversation.id': session,
      'gen_ai.input.messages': JSON.stringify(history.slice(0, -1)),
      'gen_ai.output.messages': JSON.stringify(history.slice(-1)),
      'app.padding': padding,
    },
  })}\n`;
}

describe('intake', () => {
  const bench = new Bench();
  afterAll(() => {
    bench.remove();
  });

  test('reads on from the line the overlap begins in, with the numbers of the whole file', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => callLine(`s${String(i)}`, 1));
    const before = await bench.import([bench.write('log.jsonl', lines.join(''))]);
    appendFileSync(bench.path('log.jsonl'), `\n{broken\n${callLine('later', 1)}`);
    const overlap = (lines.at(-1)?.length ?? 0) + (lines.at(-2)?.length ?? 0);
    const after = await bench.import([bench.path('log.jsonl')], {
      known: before.sources,
      limits: { continueOverlap: overlap },
    });
    expect(after.sources[0]).toMatchObject({
      state: 'imported',
      lines: 5,
      blank: 1,
      rejected: 1,
      records: 3,
      notes: [
        {
          what: `${String(before.sources[0]?.bytes)} bytes known from an earlier import; read on from line 39`,
          count: 1,
        },
        expect.objectContaining({ what: 'spans derived from message histories' }),
      ],
    });
    expect(after.rejects).toMatchObject([{ line: 42 }]);
    const places = new Map(after.spans.map((span) => [span.session_id, Number(span.line)]));
    expect(Object.fromEntries(places)).toEqual({ s38: 39, s39: 40, later: 43 });
  });

  test('reads a file anew whose beginning changed', async () => {
    const lines = Array.from({ length: 10 }, (_, i) => callLine(`s${String(i)}`, 1));
    const before = await bench.import([bench.write('changed.jsonl', lines.join(''))]);
    bench.write('changed.jsonl', `${lines.join('').replace('answer 1', 'ANSWER 1')}${callLine('later', 1)}`);
    const after = await bench.import([bench.path('changed.jsonl')], {
      known: before.sources,
      limits: { continueOverlap: 0 },
    });
    expect(after.sources[0]).toMatchObject({ lines: 11, records: 11 });
  });

  test('a last line that was cut off is read whole when the rest has come', async () => {
    const line = callLine('cut', 1);
    const head = `${callLine('first', 1)}${line.slice(0, 200)}`;
    const before = await bench.import([bench.write('cut.jsonl', head)]);
    expect(before.sources[0]).toMatchObject({ lines: 2, records: 1, rejected: 1 });
    bench.write('cut.jsonl', `${callLine('first', 1)}${line}`);
    const after = await bench.import([bench.path('cut.jsonl')], {
      known: before.sources,
      limits: { continueOverlap: 0 },
    });
    expect(after.sources[0]).toMatchObject({ lines: 1, records: 1, rejected: 0 });
    expect(after.spans[0]).toMatchObject({ session_id: 'cut', line: '2' });
  });
});

/** Lines of formats of which each record stands for itself, or is one of a mapped table. */
const LINES: Record<string, { lineOf: (i: number) => object; profile?: MappingProfileInput }> = {
  'conversations without ids': {
    lineOf: (i) => ({
      conversations: [
        { from: 'human', value: `question ${String(i)}` },
        { from: 'gpt', value: `answer ${String(i)}` },
      ],
    }),
  },
  'message lists without ids': {
    lineOf: (i) => ({
      messages: [
        { role: 'user', content: `question ${String(i)}` },
        { role: 'assistant', content: `answer ${String(i)}` },
      ],
    }),
  },
  'conversations of a corpus': {
    lineOf: (i) => ({
      model: 'small',
      turn: 1,
      language: 'English',
      redacted: false,
      conversation: [
        { role: 'user', content: `question ${String(i)}` },
        { role: 'assistant', content: `answer ${String(i)}` },
      ],
    }),
  },
  'events of the client': {
    lineOf: (i) => ({
      event: 'copy',
      session: `s${String(i % 7)}`,
      time: timesOf(i).start,
      used: `text ${String(i)}`,
    }),
  },
  'mapped messages': {
    lineOf: (i) => ({
      who: i % 2 === 0 ? 'user' : 'assistant',
      what: `said ${String(i)}`,
      talk: `t${String(i % 5)}`,
    }),
    profile: { name: 'talk', fields: { role: 'who', text: 'what', session: 'talk' } },
  },
  'mapped pairs without ids': {
    lineOf: (i) => ({ q: `question ${String(i)}`, a: `answer ${String(i)}`, stars: i % 5 }),
    profile: { name: 'pairs', fields: { input: 'q', output: 'a', rating: 'stars' } },
  },
};

describe('lines that stand for themselves', () => {
  const bench = new Bench();
  afterAll(() => {
    bench.remove();
  });
  const keyed = (rows: readonly Record<string, unknown>[], hashes: readonly string[]): string[] =>
    rows
      .map((row) => {
        const { source_id: _, order_by_time: _o, ...rest } = row;
        return hashes.reduce(
          (text, hash) => text.replaceAll(hash, 'HASH'),
          JSON.stringify(rest, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
        );
      })
      .sort();

  test.each(Object.entries(LINES))(
    'of %s are read on: what is new and no more, with the ids of the whole',
    async (name, { lineOf, profile }) => {
      const options = { limits: { continueOverlap: 0 }, ...(profile ? { profile } : {}) };
      const file = `${name.replaceAll(' ', '-')}.jsonl`;
      const line = (i: number): string => `${JSON.stringify(lineOf(i))}\n`;
      const text = Array.from({ length: 60 }, (_, i) => line(i)).join('\n');
      const more = [60, 61, 62].map(line).join('');
      const before = await bench.import([bench.write(file, text)], options);
      bench.write(file, `${text}${more}`);
      const after = await bench.import([bench.path(file)], { ...options, known: before.sources });
      const whole = await bench.import([bench.path(file)], options);
      // Reading goes on at the last line begun before the known end, so that one which was cut off comes whole.
      expect(after.sources[0]).toMatchObject({ state: 'imported', rejected: 0, lines: 3, records: 3 });
      expect(after.sources[0]?.notes[0]?.what).toBe(
        `${String(before.sources[0]?.bytes)} bytes known from an earlier import; read on from line 120`,
      );
      expect(after.spans.length).toBe(whole.spans.length - before.spans.length);
      const hashes = [before, whole].map(({ sources }) => sources[0]?.sha256.slice(0, 12) ?? '');
      expect(keyed([...before.spans, ...after.spans], hashes)).toEqual(keyed(whole.spans, hashes));
      expect(keyed([...before.labels, ...after.labels], hashes)).toEqual(keyed(whole.labels, hashes));
    },
  );

  test('are counted on where a line was rejected, and read anew where other fields are mapped', async () => {
    const { lineOf, profile } = LINES['mapped pairs without ids'] ?? {};
    if (!lineOf || !profile) throw new Error('there is no such scenario');
    const text = [0, 1, 2].map((i) => `${JSON.stringify(lineOf(i))}\n`).join('');
    const options = { profile, limits: { continueOverlap: 0 } };
    const broken = await bench.import([bench.write('broken.jsonl', `${text}{broken\n`)], options);
    bench.write('broken.jsonl', `${text}{broken\n${text}`);
    const again = await bench.import([bench.path('broken.jsonl')], { ...options, known: broken.sources });
    expect(again.sources[0]).toMatchObject({ lines: 3, records: 3, rejected: 0 });
    const all = await bench.import([bench.path('broken.jsonl')], options);
    const names = [broken, all].map(({ sources }) => sources[0]?.sha256.slice(0, 12) ?? '');
    expect(keyed([...broken.spans, ...again.spans], names)).toEqual(keyed(all.spans, names));
    const first = await bench.import([bench.write('other.jsonl', text)], options);
    bench.write('other.jsonl', `${text}${text}`);
    const other = { ...options, profile: { ...profile, name: 'other pairs' }, known: first.sources };
    expect((await bench.import([bench.path('other.jsonl')], other)).sources[0]?.lines).toBe(6);
  });
});

describe('a workspace', () => {
  test('holds each score once of a file of scores that grew', async () => {
    const score = (i: number): string =>
      `${JSON.stringify({ id: `score-${String(i)}`, trace_id: 'trace-s0-1', name: 'helpful', value: i, data_type: 'NUMERIC', source: 'API', timestamp: '2026-04-01 00:00:00.000', project_id: 'p' })}\n`;
    const path = join(grown.dir, 'scores.jsonl');
    const log = join(grown.dir, 'log.jsonl');
    writeFileSync(log, observationLine('s0', 1));
    writeFileSync(path, score(1) + score(2));
    await grown.takeIn(log, path);
    appendFileSync(path, score(3));
    await grown.takeIn(path);
    const { labels } = await grown.client.session.outline({ sessionId: 's0' });
    expect(labels.map(({ labelId }) => labelId)).toEqual(['score-1', 'score-2', 'score-3']);
  });

  let grown: TestEngine;
  let whole: TestEngine;
  beforeEach(async () => {
    grown = await startEngine();
    whole = await startEngine();
    await grown.client.workspace.create({ name: 'Grown' });
    await whole.client.workspace.create({ name: 'Whole' });
  });
  afterEach(async () => {
    for (const engine of [grown, whole]) {
      await engine.close();
      removeEngine(engine);
    }
  });

  async function turnsOf(engine: TestEngine, session: string): Promise<string[]> {
    const { turns } = await engine.client.session.outline({ sessionId: session });
    return turns.map((turn) => `${String(turn.turnNo)} ${turn.userText}`);
  }

  test.each([
    ['spans with flat attributes', callLine],
    ['runs of LangSmith', runLine],
    ['observations of Langfuse', observationLine],
  ])('holds the same sessions as after one import of the whole file, of %s', async (_, lineOf) => {
    const padding = 'x'.repeat(50_000);
    const first = Array.from({ length: 60 }, (_, i) => lineOf(`s${String(i)}`, 1, padding));
    const rest = [lineOf('s0', 2), lineOf('s59', 2), lineOf('s0', 3), lineOf('new', 1)];
    const log = join(grown.dir, 'log.jsonl');
    writeFileSync(
      log,
      [lineOf('s0', 1), ...first.slice(1), ...first.map((_, i) => lineOf(`t${String(i)}`, 1, padding))].join(
        '',
      ),
    );
    await grown.importFiles(log);
    appendFileSync(log, rest.join(''));
    const record = await grown.importFiles(log);
    expect(record.sources[0]?.lines).toBeLessThan(100);
    await whole.importFiles(log);
    for (const session of ['s0', 's59', 'new', 't7'])
      expect(await turnsOf(grown, session)).toEqual(await turnsOf(whole, session));
    expect(await turnsOf(grown, 's0')).toEqual([
      '1 question 1 of s0',
      '2 question 2 of s0',
      '3 question 3 of s0',
    ]);
    const [a, b] = await Promise.all([grown.client.overview.summary(), whole.client.overview.summary()]);
    expect([a.sessions, a.spans]).toEqual([b.sessions, b.spans]);
  });
});
