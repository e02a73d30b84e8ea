import { expect, test } from 'vitest';
import { readConversation } from './genai-conversation';

const PAD = 'so that the text is long enough to be kept '.repeat(6);

/** A conversation of so many turns: a question, a call, its result under another id, an answer. */
function turns(count: number, word = 'pots'): unknown[] {
  return Array.from({ length: count }, (_, i) => [
    { role: 'user', content: `${PAD}: count the ${word}, time ${String(i)}` },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: `asked-${String(i)}`, function: { name: 'count', arguments: '{"of":"pots"}' } }],
    },
    { role: 'tool', tool_call_id: `told-${String(i)}`, content: '7' },
    { role: 'assistant', content: 'There are 7.' },
  ]).flat();
}

/** Reads texts one after another; each must give what its parsed value gives. */
function expectSame(texts: readonly string[]): void {
  for (const text of texts)
    expect(readConversation(text, 'user'), text.slice(-80)).toEqual(
      readConversation(JSON.parse(text) as unknown, 'user'),
    );
}

test('a list that grows gives at each step what the whole of it gives, whatever is done with what was given', () => {
  const whole = turns(5);
  const texts = whole.map((_, i) => JSON.stringify(whole.slice(0, i + 1)));
  expectSame(texts);
  const given = readConversation(texts.at(-2) ?? '', 'user') ?? [];
  expect(given.length).toBeGreaterThan(10);
  for (const message of given) {
    message.role = 'system';
    for (const call of message.toolCalls ?? []) call.id = 'changed';
  }
  expectSame(texts.slice(-2));
});

test('a list that branches, shrinks or is spaced otherwise is read as it stands', () => {
  const spaced = JSON.stringify(turns(2)).replaceAll('},{', `}${' '.repeat(40)},\n{`);
  expectSame([
    JSON.stringify(turns(3)),
    JSON.stringify([...turns(2), ...turns(1, 'pans')]),
    JSON.stringify(turns(1)),
    `  ${JSON.stringify(turns(2))}\n`,
    `${JSON.stringify(turns(2)).slice(0, -1)}${' '.repeat(40)}]`,
    `${JSON.stringify(turns(2)).slice(0, -1)}${' '.repeat(40)},${JSON.stringify(turns(1, 'pans')).slice(1)}`,
    spaced,
    JSON.stringify([...turns(2), 'a text between them', 5, null, { type: 'text', text: 'loose' }]),
  ]);
});

test('text that begins like a list that is known and is no JSON is no conversation', () => {
  const known = JSON.stringify(turns(2));
  const body = known.slice(0, -1);
  for (const broken of [
    `${body},]`,
    `${body} x]`,
    `${body}${' '.repeat(40)}x]`,
    `${body},{"role":]`,
    `${known}]`,
  ]) {
    expect(readConversation(known, 'user')).toHaveLength(8);
    expect(readConversation(broken, 'user'), broken.slice(-20)).toBeNull();
  }
  const deep = `${body},${'['.repeat(300)}${']'.repeat(300)}]`;
  expect(readConversation(deep, 'user')).toBeNull();
});

test('the same text read as the words of another speaker is read for that speaker', () => {
  const parts = JSON.stringify([{ role: 'user', content: PAD }, { parts: [{ text: PAD }] }]);
  expect(readConversation(parts, 'user')?.map(({ role }) => role)).toEqual(['user', 'user']);
  expect(readConversation(parts, 'assistant')?.map(({ role }) => role)).toEqual(['user', 'assistant']);
});
