import { describe, expect, it } from 'vitest';
import type { Sample } from './format';
import { guessMapping } from './guess-mapping';
import { mapSample, proposeMapping } from './propose-mapping';

function sampleOf(records: readonly unknown[], rest: Partial<Sample> = {}): Sample {
  return { name: 'notes.jsonl', container: 'lines', records, isArray: false, columns: [], ...rest };
}

describe('exports as clients have them', () => {
  const rowsOf = (
    [session, role, text, start]: readonly [string, string, string, string],
    speakers: readonly [string, string],
    words: readonly [string, string],
    time: (i: number) => unknown,
  ): unknown[] =>
    Array.from({ length: 6 }, (_, i) => ({
      [session]: `k-${String(Math.floor(i / 2))}`,
      [role]: speakers[i % 2],
      [text]: `${words[i % 2] ?? ''}${String(i)}`,
      [start]: time(i),
    }));
  const minute = (i: number): string => String(10 + i);

  it.each([
    [
      'Japanese',
      ['会話ID', '発言者', '発言内容', '送信日時'],
      ['お客様', 'ボット'],
      ['注文はどこですか', '明日届きます'],
      (i: number) => `2026/3/1 10:${minute(i)}`,
      'iso',
    ],
    [
      'Chinese',
      ['会话编号', '角色', '内容', '时间'],
      ['用户', '机器人'],
      ['我的订单在哪里', '正在派送中'],
      (i: number) => `2026年3月1日 10:${minute(i)}`,
      'iso',
    ],
    [
      'Korean',
      ['대화ID', '보낸사람', '내용', '일시'],
      ['고객', '챗봇'],
      ['주문이 어디 있나요', '내일 도착합니다'],
      (i: number) => `2026-03-01 10:${minute(i)}`,
      'iso',
    ],
    [
      'Russian',
      ['диалог', 'отправитель', 'сообщение', 'время'],
      ['Клиент', 'Бот'],
      ['Где мой заказ?', 'Он приедет завтра'],
      (i: number) => `01.03.2026 10:${minute(i)}`,
      'iso',
    ],
    [
      'French, with an agent of no known name',
      ['identifiant_conversation', 'expéditeur', 'contenu', 'horodatage'],
      ['client', 'Zoé virtuelle'],
      ['Où est mon colis ?', 'Il arrive demain'],
      (i: number) => `2026-03-01 10:${minute(i)}`,
      'iso',
    ],
    [
      'numbers for who speaks and days of a spreadsheet',
      ['Case', 'author_type', 'text', 'When'],
      ['0', '1'],
      ['How do I reset it?', 'Press the button'],
      (i: number) => 46_086.5 + i / 1440,
      'sheet-days',
    ],
    [
      'letters for who speaks',
      ['cid', 'r', 't', 'time'],
      ['U', 'A'],
      ['the lamp is broken', 'I send a new one'],
      (i: number) => 1_790_000_000 + i,
      's',
    ],
  ] as const)('are understood without a person: %s', (_, names, speakers, words, time, unit) => {
    const sample = sampleOf(rowsOf(names, speakers, words, time), { name: 'rows.csv', container: 'csv' });
    const proposed = proposeMapping(sample, 'rows.csv');
    expect(proposed?.profile).toMatchObject({
      timeUnit: unit,
      fields: { session: names[0], role: names[1], text: names[2], start: names[3] },
    });
    const { spans } = mapSample(sample, proposed!.profile, 'rows.csv');
    expect(spans.map(({ span }) => span.kind)).toEqual(['user', 'llm', 'user', 'llm', 'user', 'llm']);
    expect(spans[0]?.span.startNs).toBeGreaterThan(1_770_000_000_000_000_000n);
  });

  it.each([
    ['French', ['conversation_id', 'question', 'réponse', 'Utile ?'], ['oui', 'non'], [1, 0]],
    ['French, in figures', ['conversation_id', 'question', 'réponse', 'note'], ['5', '1'], [5, 1]],
    ['German', ['Gespräch', 'Frage', 'Antwort', 'Hilfreich?'], ['ja', 'nein'], [1, 0]],
    ['Spanish', ['conversación', 'pregunta', 'respuesta', '¿Útil?'], ['sí', 'no'], [1, 0]],
    ['Portuguese', ['conversa', 'pergunta', 'resposta', 'Foi útil?'], ['sim', 'não'], [1, 0]],
  ] as const)('have ratings in %s', (_, [session, asked, answered, rating], said, values) => {
    const rows = said.map((value, i) => ({
      [session]: `k-${String(i)}`,
      [asked]: `the ${String(i)} thing that was asked`,
      [answered]: `the ${String(i)} thing that was answered`,
      [rating]: value,
    }));
    const sample = sampleOf(rows, { name: 'rows.csv', container: 'csv' });
    const proposed = proposeMapping(sample, 'rows.csv');
    const { labels } = mapSample(sample, proposed!.profile, 'rows.csv');
    expect(labels.map(({ name, value, sessionId }) => [name, value, sessionId])).toEqual([
      [rating, values[0], 'k-0'],
      [rating, values[1], 'k-1'],
    ]);
  });

  it('takes a sender that is no known word for the customer of a desk that is one', () => {
    const rows = Array.from({ length: 6 }, (_, i) => ({
      from: i % 2 === 0 ? '+49123456' : 'Support',
      body: i % 2 === 0 ? 'where is my parcel' : 'it comes tomorrow',
      sent_at: `2026-03-01 10:${minute(i)}`,
    }));
    const proposed = proposeMapping(sampleOf(rows), 'notes.jsonl');
    expect(proposed?.profile.values.userRoles).toContain('*');
  });

  it('leaves numbers that do not take turns alone', () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      session: `s${String(Math.floor(i / 6))}`,
      priority: i % 6 < 3 ? 1 : 2,
      text: `The lamp of room ${String(i)} is broken again.`,
    }));
    expect(guessMapping(sampleOf(rows)).profile.fields).not.toHaveProperty('role');
  });

  it('finds conversations by their ids below a key of the document', () => {
    const chat = (words: string) => ({
      msgs: [
        { author: 'user', body: words },
        { author: 'bot', body: 'I look into it for you' },
      ],
    });
    const document = {
      export: { version: 1 },
      chats: { 'c-1': chat('my lamp is broken'), 'c-2': chat('where is my parcel') },
    };
    const proposed = proposeMapping(
      sampleOf([document], { name: 'chats.json', container: 'document' }),
      'chats.json',
    );
    expect(proposed?.profile).toMatchObject({
      recordsPath: 'chats.*',
      messagesPath: 'msgs',
      fields: { session: 'key' },
    });
  });

  it.each(['a', 'b', 'B'])('knows who speaks in a short document by the letters u and %s', (agent) => {
    const chat = (words: string) => [
      { r: 'u', t: words },
      { r: agent, t: 'I look into it for you' },
    ];
    const document = { 'c-1': chat('my lamp is broken'), 'c-2': chat('where is my parcel') };
    const sample = sampleOf([document], { name: 'chats.json', container: 'document' });
    const { spans } = mapSample(sample, proposeMapping(sample, 'chats.json')!.profile, 'chats.json');
    expect(spans.map(({ span }) => [span.kind, span.sessionId])).toEqual([
      ['user', 'c-1'],
      ['llm', 'c-1'],
      ['user', 'c-2'],
      ['llm', 'c-2'],
    ]);
  });

  it('takes no id of something in a few records for that of the records', () => {
    const rows = Array.from({ length: 5 }, (_, i) => ({
      type: i === 3 ? 'tool' : 'llm',
      args: i === 3 ? { id: 7 } : null,
    }));
    expect(guessMapping(sampleOf(rows)).profile.fields).not.toHaveProperty('span');
  });
});

describe('tables of tools that nobody knows', () => {
  it('takes a column of kinds for spans, beside what went in and out and the model', () => {
    const rows = [
      { trace: 't1', what: 'llm', in: 'book me a table', out: 'at once', model: 'example-model' },
      { trace: 't1', what: 'tool', in: '{"q":1}', out: 'no table left', model: null },
    ];
    expect(guessMapping(sampleOf(rows)).profile).toMatchObject({ fields: { kind: 'what', trace: 'trace' } });
  });

  it('takes who speaks beside the user for the agent, also in rows of their own', () => {
    const rows = ['human', 'planner', 'planner', 'human', 'planner'].map((actor, i) => ({
      session: `s${String(i >> 1)}`,
      actor,
      say: 'Something was said here.',
    }));
    const { profile } = guessMapping(sampleOf(rows));
    expect(profile.fields.role).toBe('actor');
    expect(profile.values.assistantRoles).toContain('*');
  });

  it('takes messages sent and received for kinds', () => {
    const rows = [
      { event: 'MESSAGE_RECEIVED', thread: 'c1', text: 'Where is my parcel?' },
      { event: 'MESSAGE_SENT', thread: 'c1', text: 'It comes today.' },
    ];
    const sample = sampleOf(rows);
    const { spans } = mapSample(
      sample,
      proposeMapping(sample, 'x')?.profile ?? guessMapping(sample).profile,
      'x',
    );
    expect(spans.map(({ span }) => span.kind)).toEqual(['user', 'llm']);
  });

  it('takes no score of a search for a rating, and no table of turns for ratings', () => {
    const hit = {
      _id: 'x1',
      _score: 1,
      _source: { conversationId: 'c1', role: 'user', text: 'Where is it?' },
    };
    expect(guessMapping(sampleOf([hit, hit])).profile.fields.rating).toBeUndefined();
    const short = sampleOf([{ dialog_id: 'd1', user_1: 'hi', bot_1: 'ho', stars: '4' }]);
    expect(proposeMapping(short, 'x')).toBeNull();
  });

  it('knows a rating by its name in any script, also with what it goes up to', () => {
    const rated = (name: string) =>
      guessMapping(sampleOf([{ question: 'Where is it?', answer: 'Here it is.', [name]: '2' }])).profile
        .fields.rating;
    expect(['Note (1-5)', '满意度', '満足度'].map(rated)).toEqual(['Note (1-5)', '满意度', '満足度']);
  });
});
