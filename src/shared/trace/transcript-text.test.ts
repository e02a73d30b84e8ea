import { describe, expect, it } from 'vitest';
import { messagesIn } from './listed-turns';
import { writtenTurns } from './transcript-text';

const brief = (text: string): string[] | null =>
  writtenTurns(text)?.map((turn) => `${turn.role}: ${turn.text}`) ?? null;

describe('a conversation written as one text', () => {
  it.each([
    ['User: Hi there\nAssistant: Hello\nhow can I help?\nUser: Bye', 'lines'],
    ['[12:01] Kunde: Hi there\n[12:02] Agent: Hello\nhow can I help?\n[12:03] Kunde: Bye', 'times before'],
    [
      'Customer (12:01): Hi there\nSupport (12:02): Hello\nhow can I help?\nCustomer (12:04): Bye',
      'times after',
    ],
    ['**User:** Hi there\n\n**Assistant:** Hello\nhow can I help?\n\n**User:** Bye', 'Markdown'],
    ['### Human\nHi there\n### AI\nHello\nhow can I help?\n### Human\nBye', 'headings'],
    [
      '<p><b>Customer:</b> Hi there</p><p><b>Bot:</b> Hello<br>how can I help?</p><p><b>Customer:</b> Bye</p>',
      'HTML',
    ],
    [
      '<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\nHello\nhow can I help?<|im_end|>\n<|im_start|>user\nBye<|im_end|>',
      'a chat template',
    ],
    ['Client : Hi there\nConseillère : Hello\nhow can I help?\nClient : Bye', 'French'],
  ])('%s', (text) => {
    expect(brief(text)).toEqual(['user: Hi there', 'assistant: Hello\nhow can I help?', 'user: Bye']);
  });

  it('is told from one line by the words for speakers', () => {
    expect(brief('User: Where is it? Assistant: On its way. User: Still?')).toEqual([
      'user: Where is it?',
      'assistant: On its way.',
      'user: Still?',
    ]);
  });

  it('gives a name that comes back the side that nobody else speaks for', () => {
    expect(brief('Ann Lee: Hi\nSupport: Hello\nAnn Lee: Note: it is late')).toEqual([
      'user: Hi',
      'assistant: Hello',
      'user: Note: it is late',
    ]);
  });

  it('keeps times that have a date', () => {
    const turns = writtenTurns('[2026-03-01 12:01:05] User: Hi\n[2026-03-01 12:02:00] Bot: Hello');
    expect(turns?.map(({ time }) => time)).toEqual(['2026-03-01 12:01:05', '2026-03-01 12:02:00']);
  });

  it.each([
    'Dear team, please note: the lift is broken.',
    'Ingredients: flour\nMethod: bake it',
    'Ann: hi\nBen: ho\nAnn: bye\nBen: bye',
    'user: only one side\nuser: speaks here',
  ])('is not seen in %j', (text) => {
    expect(writtenTurns(text)).toBeNull();
  });
});

describe('turns that are no objects', () => {
  const brief = (value: unknown): unknown => messagesIn(value);

  it('alternate in lists of texts and in pairs', () => {
    const said = [
      { role: 'user', text: 'a' },
      { role: 'assistant', text: 'b' },
    ];
    expect(brief(['a', 'b'])).toEqual(said);
    expect(brief([['a', 'b']])).toEqual(said);
  });

  it('are told by the names of keys', () => {
    expect(brief({ id: 1, user_1: 'a', bot_1: 'b', user_2: 'c' })).toMatchObject([
      { role: 'user', text: 'a' },
      { role: 'assistant', text: 'b' },
      { role: 'user', text: 'c' },
    ]);
    expect(brief([{ user: 'a', assistant: 'b' }])).toMatchObject([{ role: 'user' }, { role: 'assistant' }]);
  });

  it('alternate where two lists hold them, one for each side', () => {
    expect(brief({ id: 1, user_messages: ['a', 'c'], bot_messages: ['b'] })).toMatchObject([
      { role: 'user', text: 'a' },
      { role: 'assistant', text: 'b' },
      { role: 'user', text: 'c' },
    ]);
    expect(brief({ user_messages: ['a'], bot_messages: ['b', 'c', 'd'] })).toBeNull();
  });

  it('follow the numbers of their keys, whichever side is listed first', () => {
    const said = ['a', 'b', 'c', 'd'].map((text) => ({ text }));
    expect(brief({ user_1: 'a', user_2: 'c', bot_1: 'b', bot_2: 'd' })).toMatchObject(said);
    expect(brief({ 'Frage 1': 'a', 'Antwort 1': 'b', 'Frage 2': 'c', 'Antwort 2': 'd' })).toMatchObject(said);
    expect(brief({ q1: 'a', a1: 'b', q2: 'c', a2: 'd' })).toMatchObject(said);
  });

  it('take no name of a model for words of it', () => {
    expect(brief({ user: 'a', model: 'example-model' })).toBeNull();
  });

  it('are told by the first of a pair where that is who speaks', () => {
    const pairs = [
      ['user', 'a'],
      ['bot', 'b'],
      ['user', ''],
    ];
    expect(brief(pairs)).toEqual([
      { role: 'user', speaker: 'user', text: 'a' },
      { role: 'assistant', speaker: 'bot', text: 'b' },
      { role: 'user', speaker: 'user', text: '' },
    ]);
  });

  it('are made of objects that hold question, tools and answer', () => {
    const steps = [{ tool: 'scales', args: { of: 'figs' }, output: 'no power', ok: false }];
    expect(brief([{ userInput: 'a', steps, reply: 'b', at_time: 7, tokens: 3 }])).toEqual([
      { role: 'user', text: 'a', at_time: 7 },
      {
        role: 'assistant',
        text: '',
        tool_calls: [
          { id: 'turn1.0', type: 'function', function: { name: 'scales', arguments: '{"of":"figs"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'turn1.0', name: 'scales', text: 'no power', error: 'failed' },
      { role: 'assistant', text: 'b', at_time: 7, tokens: 3 },
    ]);
    const list = [{ question: 'a', answer: 'b' }, { title: 'c' }];
    expect(brief(list)).toBe(list);
  });

  it('are left as they are where they name their speaker', () => {
    const list = [{ role: 'user', content: 'a' }];
    expect(brief(list)).toBe(list);
    expect(brief({ user: 'u1', agent: 'Ben', text: 'hi' })).toBeNull();
  });
});
