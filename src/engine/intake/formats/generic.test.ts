import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  asLines,
  fixturePath,
  readFixture,
  readRecords,
  SHORT_HASH,
  type FormatOutput,
} from '../../../../test/support/read-format';
import { mappingProfileSchema, type MappingProfileInput } from '../../../shared/model/source';
import generic from './generic';

function read(name: string): FormatOutput {
  const profile = readFileSync(fixturePath(`generic/${name.replace(/\.jsonl?$/, '')}.profile.json`), 'utf8');
  return readFixture(generic, `generic/${name}`, mappingProfileSchema.parse(JSON.parse(profile)));
}

function readWith(profile: Partial<MappingProfileInput>, records: readonly unknown[]): FormatOutput {
  return readRecords(generic, asLines(records), {
    profile: mappingProfileSchema.parse({ name: 'p', fields: {}, ...profile }),
  });
}

const SECOND = 1_000_000_000n;

describe('a span a record', () => {
  const flat = read('flat-spans.jsonl');

  it('takes every field from where the profile says it is', () => {
    expect(flat.span('s2')).toMatchObject({
      sessionId: 'c1',
      traceId: 't1',
      parentSpanId: 's1',
      kind: 'llm',
      name: 'plan',
      text: 'Water it weekly.',
      output: '{"text":"Water it weekly."}',
      model: 'garden-1',
      inputTokens: 40,
      outputTokens: 12,
      costUsd: 0.001,
      startNs: 1_767_225_601_500_000_000n,
      endNs: 1_767_225_603_000_000_000n,
      status: 'ok',
      agentVersion: '3.1',
      userId: 'u-1',
      feature: 'plants',
      cohort: 'b',
    });
  });

  it('decides the kind by the word for it and who speaks by the kind', () => {
    expect(flat.spans.map((span) => [span.spanId, span.kind, span.origin])).toEqual([
      ['s2', 'llm', null],
      ['s1', 'user', 'human'],
      ['s3', 'tool', null],
      ['s4', 'chain', null],
      ['s5', 'retrieval', null],
      ['s5', 'event', null],
      ['s7', 'user', 'human'],
    ]);
  });

  it('reads errors and statuses in the forms they come in', () => {
    expect(flat.span('s3')).toMatchObject({
      status: 'error',
      statusMessage: 'sensor offline',
      toolName: 'soil_sensor',
      input: '{"bed":4}',
    });
    expect(flat.span('s4')).toMatchObject({ status: 'error' });
    expect(flat.span('s5')).toMatchObject({ status: 'interrupted', endNs: 1_767_225_606n * SECOND });
  });

  it('reads ids that are numbers and texts that are lists', () => {
    expect(flat.span('s7')).toMatchObject({
      sessionId: '2',
      text: 'Numbers are ids too.\nAnd lists are text.',
    });
  });

  it('reports what it cannot read with the first line, and rejects records without any mapped field', () => {
    expect(flat.notes).toEqual({
      'kind "strange" is not known, first at line 4': 1,
      'start: a value of "began" is not a time, first at line 4': 1,
      'durationMs: a value of "took" is not a number, first at line 4': 1,
    });
    expect(flat.rejects).toEqual([
      { line: 7, reason: 'none of the mapped fields has a value in this record' },
    ]);
  });

  it('takes an agent that says nothing and names a tool for a call of it', () => {
    const fields = { role: 'who', text: 'say', toolName: 'tool', kind: 'kind' };
    const { spans } = readWith({ fields }, [
      { who: 'assistant', tool: 'search' },
      { who: 'assistant', tool: 'search', say: 'I searched.' },
      { who: 'assistant', tool: 'search', kind: 'llm' },
      { who: 'user', tool: 'search', say: 'Search it.' },
    ]);
    expect(spans.map(({ kind }) => kind)).toEqual(['tool', 'llm', 'llm', 'user']);
  });

  it('decides by tool, model or name where neither kind nor role is mapped', () => {
    const fields = { toolName: 't', model: 'm', name: 'n', text: 'x' };
    const { spans } = readWith({ fields }, [
      { t: 'search' },
      { m: 'small', x: 'hi' },
      { n: 'plan' },
      { x: 'just text' },
    ]);
    expect(spans.map((span) => [span.kind, span.name])).toEqual([
      ['tool', 'search'],
      ['llm', 'answer'],
      ['chain', 'plan'],
      ['event', 'event'],
    ]);
    expect(spans.map((span) => span.spanId)).toEqual(['r1', 'r2', 'r3', 'r4']);
  });
});

describe('conversations', () => {
  const threads = read('document-threads.json');
  const talk = (session: string): unknown[] =>
    threads.spans
      .filter((span) => span.sessionId === session)
      .map((span) => [span.spanId, span.kind, span.status, span.text]);

  it('finds the records in the document and the messages in the records', () => {
    expect(talk('th-1')).toEqual([
      ['r1.m0', 'user', 'unset', 'My parcel is late.'],
      ['r1.m1', 'llm', 'ok', 'It arrives today.'],
      ['r1.m2', 'user', 'unset', 'You said that yesterday!'],
      ['r1.m3', 'llm', 'ok', ''],
      ['r1.m3.call0', 'tool', 'error', 'no such parcel'],
      ['r1.m5', 'event', 'unset', 'Please check.'],
    ]);
    expect(talk('th-2')).toEqual([
      ['r2.m0', 'user', 'unset', 'Hello'],
      ['r2.m1', 'llm', 'error', 'Hi'],
    ]);
  });

  it('takes times and measures of a message from the message, and of the whole from the record', () => {
    const answer = threads.span('r1.m1');
    expect((answer.endNs ?? 0n) - (answer.startNs ?? 0n)).toBe(1_200_000_000n);
    expect(answer).toMatchObject({ feature: 'help', sessionId: 'th-1' });
    expect(threads.span('r1.m3.call0')).toMatchObject({
      toolName: 'track',
      input: '{"parcel":9}',
      parentSpanId: 'r1.m3',
    });
    expect(threads.span('r2.m1')).toMatchObject({ statusMessage: 'timeout' });
  });

  it('keeps lines of messages and names what is wrong', () => {
    expect(threads.span('r1.m2').line).toBeGreaterThan(threads.span('r1.m1').line);
    expect(threads.rejects).toEqual([
      { line: expect.any(Number), reason: 'message 7 has no role' },
      { line: expect.any(Number), reason: 'there is no list of messages at "talk"' },
    ]);
    expect(threads.notes).toEqual({ 'message of role "supervisor" kept as an event': 1 });
  });

  it('makes a session of each record where no session is mapped', () => {
    const fields = { role: 'r', text: 't' };
    const { spans } = readWith({ fields, messagesPath: 'm' }, [
      { m: [{ r: 'user', t: 'a' }] },
      { m: '[{"r":"ai","t":"b"}]' },
    ]);
    expect(spans.map((span) => [span.sessionId, span.kind])).toEqual([
      [`${SHORT_HASH}:1`, 'user'],
      [`${SHORT_HASH}:2`, 'llm'],
    ]);
  });

  it('rejects documents without the list of records', () => {
    expect(readWith({ recordsPath: 'data.rows' }, [{ data: {} }]).rejects).toEqual([
      { line: 1, reason: 'there is no list of records at "data.rows"' },
    ]);
  });
});

describe('questions with answers', () => {
  it('makes a turn and an answer of each', () => {
    const pairs = read('pairs.jsonl');
    expect(pairs.spans.map((span) => [span.spanId, span.kind, span.origin, span.status, span.text])).toEqual([
      ['r1.input', 'user', 'human', undefined, 'Can I return shoes?'],
      ['r1', 'llm', undefined, 'unset', 'Within 30 days.'],
      ['r2.input', 'user', 'human', undefined, 'And worn ones?'],
      ['r2', 'llm', undefined, 'error', ''],
      ['r3', 'llm', undefined, 'unset', 'Anything else?'],
    ]);
    expect(pairs.span('r2').statusMessage).toBe('Timeout after 30 s');
    expect(pairs.rejects).toEqual([
      { line: 4, reason: 'none of the mapped fields has a value in this record' },
    ]);
  });
});

describe('sniffing', () => {
  it('is the last resort for everything', () => {
    expect(
      generic.sniff({ name: 'unknown', container: 'lines', records: [{}], isArray: false, columns: [] }),
    ).toEqual({
      confidence: 0.1,
      reason: 'no known format; map its fields',
    });
  });
});

describe('hostile records', () => {
  it('follows paths to own properties only', () => {
    const fields = { text: '__proto__.constructor.name', session: 'constructor', name: 'a' };
    const { spans } = readWith({ fields }, [JSON.parse('{"a":"x","__proto__":{"b":1}}') as unknown]);
    expect(spans).toMatchObject([{ name: 'x', text: null, sessionId: null }]);
  });
});

describe('events of the client', () => {
  it('are told by their word and refer to the span they are about', () => {
    const { spans } = readWith(
      {
        fields: { kind: 'what', parent: 'answer', session: 's', input: 'draft', text: 'final', start: 'at' },
      },
      [
        { what: 'edited', answer: 'a-1', s: 'c1', draft: 'Hello', final: 'Hi', at: 1_790_071_200 },
        { what: 'view', answer: 'a-1', s: 'c1', at: 1_790_071_201 },
      ],
    );
    expect(spans[0]).toMatchObject({
      kind: 'event',
      operation: 'client.edit',
      name: 'client edit',
      parentSpanId: 'a-1',
      input: 'Hello',
      text: 'Hi',
    });
    expect(spans[1]?.operation).toBeUndefined();
  });
});

describe('ratings', () => {
  it('are feedback on the answer they stand beside, with the comment', () => {
    const fields = { session: 's', input: 'q', output: 'a', rating: 'csat', comment: 'why' };
    const { labels } = readWith({ fields }, [
      { s: 'c1', q: 'Where is it?', a: 'On its way.', csat: '2', why: 'too slow' },
      { s: 'c1', q: 'And now?', a: 'There.', csat: '👍' },
      { s: 'c1', q: 'Thanks', a: 'Sure.', csat: '' },
    ]);
    expect(labels).toMatchObject([
      { sessionId: 'c1', spanId: 'r1', name: 'csat', kind: 'feedback', value: 2, explanation: 'too slow' },
      { sessionId: 'c1', spanId: 'r2', value: 1, text: '👍' },
    ]);
    expect(labels).toHaveLength(2);
  });

  it('of a conversation are feedback on the session', () => {
    const fields = { session: 'id', role: 'r', text: 't', rating: 'stars' };
    const record = {
      id: 'c1',
      stars: 4,
      m: [
        { r: 'user', t: 'Hi' },
        { r: 'bot', t: 'Hello' },
      ],
    };
    const { labels } = readWith({ fields, messagesPath: 'm' }, [record]);
    expect(labels).toMatchObject([{ sessionId: 'c1', spanId: null, name: 'stars', value: 4 }]);
  });
});
