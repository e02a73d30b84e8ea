import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixturePath, recordsOf } from '../../../test/support/read-format';
import type { Sample } from './format';
import { guessMapping } from './guess-mapping';
import { mapSample, proposeMapping } from './propose-mapping';

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

describe('a mapping by values and by words of other languages', () => {
  it('reads German headers with epoch milliseconds and German roles', () => {
    const rows = ['Nutzer', 'Assistent', 'Nutzer', 'Assistent', 'Nutzer', 'Assistent'].map((role, i) => ({
      'Gesprächs-ID': `G-${String(Math.floor(i / 2))}`,
      Rolle: role,
      Nachricht: `Satz Nummer ${String(i)} über die Lieferung.`,
      Zeitstempel: String(1_790_000_000_000 + i * 60_000),
    }));
    const { profile } = guessMapping(sampleOf(rows, { name: 'export.csv', container: 'csv' }));
    expect(profile).toMatchObject({
      name: 'export',
      timeUnit: 'ms',
      fields: { session: 'Gesprächs-ID', role: 'Rolle', text: 'Nachricht', start: 'Zeitstempel' },
    });
    expect(profile.values.userRoles).toContain('Nutzer');
    expect(profile.values.assistantRoles).toContain('Assistent');
  });

  it('tells role, time, groups and text by their values where names say nothing', () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      c1: `k${String(Math.floor(i / 3))}`,
      c2: i % 2 === 0 ? 'caller' : 'robot',
      c3: 1_790_000_000 + i * 30,
      c4: `The lift on floor ${String(i)} does not stop where it should.`,
      c5: 7,
    }));
    expect(guessMapping(sampleOf(rows)).profile).toMatchObject({
      timeUnit: 's',
      fields: { session: 'c1', role: 'c2', start: 'c3', text: 'c4' },
    });
  });

  it('reads days of a spreadsheet with a decimal comma, durations with their unit and costs with their sign', () => {
    const rows = Array.from({ length: 6 }, (_, i) => ({
      Chat: `c${String(Math.floor(i / 2))}`,
      Who: i % 2 === 0 ? 'user' : 'assistant',
      Said: `The invoice of month ${String(i)} is not in the portal.`,
      When: `4600${String(i)},2${String(i)}5`,
      Latency: `1.${String(i)}s`,
      Cost: `$0.0${String(i)}1`,
    }));
    expect(guessMapping(sampleOf(rows, { name: 'sheet.csv', container: 'csv' })).profile).toMatchObject({
      timeUnit: 'sheet-days',
      fields: { start: 'When', durationMs: 'Latency', costUsd: 'Cost' },
    });
    const seconds = rows.map(({ Latency, ...row }) => ({ ...row, Latency: Latency.slice(0, -1) }));
    const { fields } = guessMapping(sampleOf(seconds, { name: 'sheet.csv', container: 'csv' })).profile;
    expect(fields, 'a number of no known unit').not.toHaveProperty('durationMs');
  });

  it('proposes no group where every record has an id of its own, and no time where numbers are ids', () => {
    const rows = Array.from({ length: 8 }, (_, i) => ({ a: `x${String(i)}`, b: 40 + i, c: i % 2 }));
    const { fields } = guessMapping(sampleOf(rows)).profile;
    expect(fields).not.toHaveProperty('session');
    expect(fields).not.toHaveProperty('start');
    expect(fields).not.toHaveProperty('role');
  });

  it('finds messages nested in German conversations', () => {
    const rows = Array.from({ length: 3 }, (_, i) => ({
      vorgang: { nummer: `V-${String(i)}` },
      verlauf: [
        { absender: 'Kundin', inhalt: 'Wo ist mein Paket?', zeitpunkt: '21.09.2026 14:13:20' },
        { absender: 'KI', inhalt: 'Es kommt morgen.', zeitpunkt: '21.09.2026 14:13:25' },
      ],
    }));
    expect(guessMapping(sampleOf(rows)).profile).toMatchObject({
      messagesPath: 'verlauf',
      timeUnit: 'iso',
      fields: { role: 'absender', text: 'inhalt', start: 'zeitpunkt' },
    });
  });
});

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

describe('a mapping of exports as other programs make them', () => {
  const ticket = (id: number) => ({
    id,
    requester_id: 7,
    comments: [
      {
        id: 1,
        author_role: 'end-user',
        plain_body: 'The lift does not come.',
        created_at: '2026-02-03T08:00:00Z',
      },
      { id: 2, author_role: 'agent', plain_body: 'Press twice, please.', created_at: '2026-02-03T08:05:00Z' },
      {
        id: 3,
        author_role: 'end-user',
        plain_body: 'It still does not come.',
        created_at: '2026-02-03T08:09:00Z',
      },
    ],
  });

  it('reads tickets with a list of comments', () => {
    const { profile } = guessMapping(sampleOf([ticket(100), ticket(101)]));
    expect(profile).toMatchObject({
      messagesPath: 'comments',
      fields: {
        session: 'id',
        role: 'author_role',
        text: 'plain_body',
        start: 'created_at',
        user: 'requester_id',
      },
    });
    expect(profile.values.userRoles).toContain('end-user');
  });

  it('finds the messages in conversations that have a speaker of their own', () => {
    const conversation = (id: string) => ({
      id,
      created_at: 1_790_000_000,
      source: { author: { type: 'user' }, body: 'Help, please.' },
      parts: {
        parts: [
          { body: 'What is it?', created_at: 1_790_000_010, author: { type: 'bot' } },
          { body: 'The lift.', created_at: 1_790_000_020, author: { type: 'user' } },
        ],
      },
    });
    const sample = sampleOf([{ conversations: ['a', 'b', 'c'].map(conversation) }], {
      container: 'document',
    });
    expect(guessMapping(sample).profile).toMatchObject({
      recordsPath: 'conversations',
      messagesPath: 'parts.parts',
      fields: { session: 'id', role: 'author.type', text: 'body' },
    });
  });

  it('takes a repeated id for the session and not for that of a span', () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      meta: { conv: { id: `c${String(Math.floor(i / 4))}` }, ts: String(1_790_000_000 + i) },
      payload: {
        who: i % 2 === 0 ? 'customer' : 'bot',
        msg: { txt: `Sentence number ${String(i)} is said.` },
      },
    }));
    const { fields } = guessMapping(sampleOf(rows)).profile;
    expect(fields).toMatchObject({ session: 'meta.conv.id', role: 'payload.who', text: 'payload.msg.txt' });
    expect(fields).not.toHaveProperty('span');
  });

  it('reads a question and its answer in one row', () => {
    const rows = Array.from({ length: 6 }, (_, i) => ({
      sessionId: `s${String(Math.floor(i / 3))}`,
      userMessage: `How is floor ${String(i)}?`,
      botReply: `Floor ${String(i)} is fine.`,
      tokens_prompt: 5,
      tokens_completion: 7,
    }));
    expect(guessMapping(sampleOf(rows)).profile.fields).toMatchObject({
      session: 'sessionId',
      input: 'userMessage',
      output: 'botReply',
      inputTokens: 'tokens_prompt',
      outputTokens: 'tokens_completion',
    });
  });

  it('takes the system of a dialogue for the assistant where nobody else answers', () => {
    const rows = Array.from({ length: 8 }, (_, i) => ({
      DIALOGUE_ID: `d${String(Math.floor(i / 4))}`,
      SPEAKER: i % 2 === 0 ? 'USER' : 'SYSTEM',
      UTTERANCE: `Sentence number ${String(i)} is said.`,
    }));
    const { values } = guessMapping(sampleOf(rows)).profile;
    expect(values.assistantRoles).toContain('SYSTEM');
    expect(values.systemRoles).not.toContain('system');
  });

  it('reads what happened from the name of an event', () => {
    const events = ['user_input', 'llm_response', 'tool_call', 'tool_result'];
    const rows = Array.from({ length: 8 }, (_, i) => ({
      session: 's1',
      event: events[i % 4],
      text: `Text ${String(i)}.`,
    }));
    expect(guessMapping(sampleOf(rows)).profile.fields).toMatchObject({ kind: 'event', text: 'text' });
  });
});

describe('who speaks, where no word says it', () => {
  const talk = (rows: (i: number, k: number) => object): Sample =>
    sampleOf(Array.from({ length: 16 }, (_, at) => rows(Math.floor(at / 4), at % 4)));
  const said = (i: number, k: number): string => `Sentence ${String(k)} of talk ${String(i)} is said.`;
  const speakers = (sample: Sample): unknown[] =>
    mapSample(sample, guessMapping(sample).profile, 'x')
      .spans.slice(0, 4)
      .map(({ span }) => span.kind);

  it.each([
    ['a flag', (i: number, k: number) => ({ chat_id: i, is_bot: k % 2 === 1, message: said(i, k) })],
    [
      'numbered words',
      (i: number, k: number) => ({
        room: `r${String(i)}`,
        from: k % 2 ? 'bot_1' : `visitor-${String(i)}`,
        text: said(i, k),
      }),
    ],
    [
      'who is in many conversations',
      (i: number, k: number) => ({
        conv: `k${String(i)}`,
        sender_id: k % 2 ? 77 : 500 + i,
        body: said(i, k),
      }),
    ],
    [
      'a name of staff',
      (i: number, k: number) => ({
        conv: `k${String(i)}`,
        author_name: k % 2 ? 'Acme Support' : `Ann ${'abcd'[i] ?? ''}`,
        body: said(i, k),
      }),
    ],
    [
      'a direction',
      (i: number, k: number) => ({
        conv: `k${String(i)}`,
        direction: k % 2 ? 'outgoing' : 'incoming',
        body: said(i, k),
      }),
    ],
    [
      'the id of the customer',
      (i: number, k: number) => ({
        conv: `k${String(i)}`,
        customer_id: i,
        author_id: k % 2 ? 90 : i,
        body: said(i, k),
      }),
    ],
  ])('is told by %s', (_, rows) => {
    expect(speakers(talk(rows))).toEqual(['user', 'llm', 'user', 'llm']);
  });

  it('is told of agents that the sample does not have by who speaks first', () => {
    const sample = talk((i, k) => ({
      conv: `k${String(i)}`,
      sender_id: k % 2 ? 77 : 500 + i,
      body: said(i, k),
    }));
    const { profile } = guessMapping(sample);
    const later = [
      { conv: 'z', sender_id: 1, body: 'A new customer begins.' },
      { conv: 'z', sender_id: 2, body: 'A new agent answers.' },
    ];
    const { spans } = mapSample(sampleOf(later), profile, 'x');
    expect(spans.map(({ span }) => span.kind)).toEqual(['user', 'llm']);
  });

  it('is not said of two people of whom nothing is known', () => {
    const sample = talk((i, k) => ({ conv: 'one', author: k % 2 ? 'Ben' : 'Ann', body: said(i, k) }));
    expect(guessMapping(sample).profile.fields).not.toHaveProperty('role');
    expect(proposeMapping(sample, 'x')).toBeNull();
  });
});

describe('a proposal that is imported as it is', () => {
  const dialogue = [
    { role: 'user', text: 'Where is my parcel?' },
    { role: 'assistant', text: 'It comes today.' },
  ];
  it.each([
    ['a text', { id: 'c1', transcript: 'Kunde: Wo ist mein Paket?\nBerater: Es kommt heute.' }],
    ['texts by turns', { id: 'c1', dialog: ['Where is my parcel?', 'It comes today.'] }],
    ['pairs', { id: 'c1', history: [['Where is my parcel?', 'It comes today.']] }],
    ['columns', { id: 'c1', user_1: 'Where is my parcel?', bot_1: 'It comes today.' }],
    ['JSON text in a field', { id: 'c1', payload: JSON.stringify(dialogue) }],
    [
      'pairs of a speaker and words',
      {
        id: 'c1',
        log: [
          ['user', 'Where is my parcel?'],
          ['bot', 'It comes today.'],
        ],
      },
    ],
    ['numbered questions', { id: 'c1', 'Frage 1': 'Wo ist mein Paket?', 'Antwort 1': 'Es kommt heute.' }],
    ['turns of both', { id: 'c1', turns: [{ userInput: 'Where is my parcel?', reply: 'It comes today.' }] }],
    ['columns of Japanese', { 受付番号: 'c1', お客様の質問: '荷物はどこですか', AIの回答: '大阪にあります' }],
    [
      'a question and its answer',
      { gespraech: 'c1', frage: 'Wo ist mein Paket?', antwort: 'Es kommt heute.' },
    ],
    [
      'what was asked of a bot',
      { sessionId: 'c1', inputTranscript: 'Where is my parcel?', messages: [{ content: 'It comes today.' }] },
    ],
  ])('reads conversations kept as %s', (_, record) => {
    const sample = sampleOf([record, record]);
    const proposed = proposeMapping(sample, 'x');
    const { spans } = mapSample(sample, proposed?.profile ?? guessMapping(sampleOf([])).profile, 'x');
    expect(spans.slice(0, 2).map(({ span }) => [span.kind, span.sessionId])).toEqual([
      ['user', 'c1'],
      ['llm', 'c1'],
    ]);
  });

  it('reads a document whose keys are the conversations', () => {
    const document = sampleOf([{ k1: dialogue, k2: dialogue }], { container: 'document' });
    expect(proposeMapping(document, 'x')?.profile).toMatchObject({
      recordsPath: '*',
      messagesPath: 'messages',
      fields: { session: 'key' },
    });
  });

  it('begins with a first message that stands outside of the list', () => {
    const message = (type: string, body: string) => ({ author: { type }, body: `<p>${body}</p>` });
    const record = {
      id: 'c1',
      source: message('user', 'Help, please.'),
      conversation_parts: {
        conversation_parts: [message('bot', 'What is it?'), message('user', 'The lift.')],
      },
    };
    const sample = sampleOf([record, record]);
    const proposed = proposeMapping(sample, 'x');
    expect(proposed?.profile.openingPath).toBe('source');
    const { spans } = mapSample(sample, proposed?.profile ?? guessMapping(sample).profile, 'x');
    expect(spans.slice(0, 3).map(({ span }) => span.text)).toEqual([
      'Help, please.',
      'What is it?',
      'The lift.',
    ]);
  });

  it('tells the order of day and month by the dates, else by the language', () => {
    const unit = (name: string, dates: string[]) =>
      guessMapping(
        sampleOf(
          dates.map((date, i) => ({ [name]: date, role: i % 2 ? 'bot' : 'user', text: 'Some words here.' })),
        ),
      ).profile.timeUnit;
    expect(unit('date', ['03/14/2026 10:00', '03/02/2026 11:00'])).toBe('month-first');
    expect(unit('date', ['14/03/2026 10:00', '02/03/2026 11:00'])).toBe('day-first');
    expect(unit('heure', ['02/03/2026 10:00', '02/03/2026 11:00'])).toBe('day-first');
  });

  it.each([
    ['Datum', 'Uhrzeit', ['03.04.2026', '14.04.2026'], ['09:05', '17:30']],
    ['fecha', 'hora', ['03/04/2026', '14/04/2026'], ['9:05', '17:30:00']],
    ['date', 'time', ['2026-04-03', '2026-04-14'], ['9:05 AM', '5:30 PM']],
    ['created', 'at', ['2026-04-03T00:00:00Z', '2026-04-14T00:00:00Z'], ['09:05:00', '17:30:00']],
  ] as const)('puts the day of %s and the time of day of %s together', (day, clock, days, clocks) => {
    const rows = days.flatMap((date, i) =>
      ['user', 'bot'].map((role) => ({
        chat: `c-${String(i)}`,
        [day]: date,
        [clock]: clocks[i],
        role,
        text: 'Where is my order now?',
      })),
    );
    const { profile } = guessMapping(sampleOf(rows));
    expect(profile.fields).toMatchObject({ start: day, clock });
    const { spans } = mapSample(sampleOf(rows), profile, 'x');
    expect(spans.filter(({ span }) => span.kind === 'user').map(({ span }) => span.startNs)).toEqual(
      ['2026-04-03T09:05:00Z', '2026-04-14T17:30:00Z'].map((at) => BigInt(Date.parse(at)) * 1_000_000n),
    );
  });

  it.each([
    ['sales', { date: '2026-01-01', product: 'Lamp', amount: 3 }],
    ['a log', { level: 'info', message: 'request 3 served in 3 ms', time: 1_790_000_000 }],
    ['people', { name: 'P', email: 'p@example.com', comment: 'A good colleague in all matters.' }],
    ['a package', { name: 'x', version: '1.0.0', dependencies: { a: '1' } }],
  ])('is not made of %s', (_, record) => {
    expect(proposeMapping(sampleOf([record, record, record, record]), 'x')).toBeNull();
  });
});
