import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixturePath, recordsOf } from '../../../test/support/read-format';
import type { Sample } from './format';
import { guessMapping } from './guess-mapping';

function sampleOf(records: readonly unknown[], rest: Partial<Sample> = {}): Sample {
  return { name: 'notes.jsonl', container: 'lines', records, isArray: false, columns: [], ...rest };
}

function fixture(name: string): Sample {
  const container = name.endsWith('.jsonl') ? 'lines' : 'document';
  const records = recordsOf(readFileSync(fixturePath(`generic/${name}`), 'utf8'), container);
  return sampleOf(
    records.map(({ value }) => value),
    { name, container },
  );
}

describe('guessing a mapping', () => {
  it('recognises the usual names of spans, in any spelling', () => {
    const { profile } = guessMapping(
      sampleOf([
        {
          conversationId: 'c',
          'trace-id': 't',
          id: 1,
          parentId: 0,
          spanKind: 'tool',
          tool_name: 'x',
          prompt: 'p',
          response: 'r',
          startTime: '2026-03-02T08:00:00Z',
        },
        {
          conversationId: 'c',
          'trace-id': 't',
          id: 2,
          parentId: 1,
          spanKind: 'llm',
          prompt: 'p',
          response: 'r',
          startTime: '2026-03-02T08:00:01Z',
          error: 'late',
          usage: { promptTokens: 4 },
        },
      ]),
    );
    expect(profile).toMatchObject({
      name: 'notes',
      timeUnit: 'iso',
      fields: {
        session: 'conversationId',
        trace: 'trace-id',
        span: 'id',
        parent: 'parentId',
        kind: 'spanKind',
        toolName: 'tool_name',
        input: 'prompt',
        output: 'response',
        start: 'startTime',
        error: 'error',
        inputTokens: 'usage.promptTokens',
      },
    });
    expect(profile.messagesPath).toBeUndefined();
  });

  it('wants the values to fit as well as the name', () => {
    const { profile } = guessMapping(
      sampleOf([{ role: 'x17', type: 'zzz', timestamp: 'now', content: 'hello', model: {} }]),
    );
    expect(profile.fields).toEqual({ text: 'content' });
  });

  it('finds conversations in records and records in a document', () => {
    const { profile, fields } = guessMapping(
      sampleOf(
        [
          {
            meta: { page: 1 },
            data: [
              {
                id: 'a',
                plan: 'free',
                messages: [
                  { from: 'human', value: 'hi' },
                  { from: 'gpt', value: 'ho' },
                ],
              },
            ],
          },
        ],
        {
          container: 'document',
        },
      ),
    );
    expect(profile).toMatchObject({
      recordsPath: 'data',
      messagesPath: 'messages',
      fields: { session: 'id', cohort: 'plan', role: 'from', text: 'value' },
    });
    expect(fields.map(({ path }) => path)).toEqual(['from', 'value', 'id', 'plan', 'messages']);
  });

  it('takes bare lists of messages for conversations', () => {
    const { profile } = guessMapping(
      sampleOf([[{ role: 'user', content: 'hi' }], [{ role: 'assistant', content: 'ho' }]]),
    );
    expect(profile).toMatchObject({ messagesPath: '', fields: { role: 'role', text: 'content' } });
  });

  it('does not take spans for conversations because they carry one', () => {
    const span = { span_id: 's', kind: 'llm', input: { messages: [{ role: 'user', content: 'hi' }] } };
    const { profile } = guessMapping(sampleOf([span, span]));
    expect(profile.messagesPath).toBeUndefined();
    expect(profile.fields).toMatchObject({ span: 'span_id', kind: 'kind', input: 'input' });
  });

  it('describes the fields of the sample', () => {
    const { fields } = guessMapping(
      sampleOf([{ a: 1, b: { c: 'x' } }, { a: '2', b: { c: 'x' } }, { a: null }, { b: '{"c":"y"}' }]),
    );
    expect(fields).toEqual([
      { path: 'a', types: ['null', 'number', 'string'], examples: ['1', '2'], share: 0.5, distinct: 2 },
      {
        path: 'b',
        types: ['object', 'string'],
        examples: ['{"c":"x"}', '{"c":"y"}'],
        share: 0.75,
        distinct: 2,
      },
      { path: 'b.c', types: ['string'], examples: ['x', 'y'], share: 0.75, distinct: 2 },
    ]);
  });

  it('proposes what reads the pairs of the fixtures, and nothing for nothing', () => {
    expect(guessMapping(fixture('pairs.jsonl')).profile.fields).toMatchObject({
      session: 'session_id',
      input: 'question',
      output: 'answer',
    });
    expect(guessMapping(sampleOf([])).profile).toMatchObject({ name: 'notes', fields: {} });
  });

  it('cuts examples and fields of endless records', () => {
    const wide = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key${i}`, 'x'.repeat(500)]));
    const { fields } = guessMapping(sampleOf([wide]));
    expect(fields.length).toBeLessThanOrEqual(200);
    expect(fields[0]?.examples[0]?.length).toBeLessThanOrEqual(81);
  });
});
