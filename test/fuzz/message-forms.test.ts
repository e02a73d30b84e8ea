/**
 * Lists of messages that grow from call to call, in every form and writing that the kernel, SQL or the message functions tell
 * apart (assembly/span-lines/messages.as, forms.as, words.as): all of them mean what the record function makes of them.
 */
import { afterAll, expect, test } from 'vitest';
import { bothWays } from './both-ways';
import { Bench, random } from './intake-harness';
import { flatLines, hex, otlpLine, type MadeSpan } from './made-up-spans';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});
const { compareFiles } = bothWays(bench);

type Random = ReturnType<typeof random>;

const TEXTS = [
  'where is it?',
  'wörd  two\tthree\nfour',
  ' padded\r\nlines\r',
  '\u00a0no break\u2003',
  '日本 今日',
  'a "quoted" \\ back/slash',
  '😀',
  '7',
  '1,2]',
];
const MORE_THAN_TEXT = [
  '',
  '\n',
  '<b>mind</b>',
  '[ {"a":1}]',
  '{"a":1}',
  'Caveat: The messages below',
  'Response',
  '"q"',
];

interface Call {
  id: string;
  name: string;
  args: unknown;
}

interface Made {
  calls: Call[];
  message: unknown;
}

const textOf = (r: Random, oddity: number): string =>
  r.below(oddity) === 0 ? r.pick(MORE_THAN_TEXT) : r.pick(TEXTS);

/** What is said to a call of the model: an answer to each of its calls, in one message or one each, or words. */
function replies(r: Random, { calls }: Made, oddity: number): Made[] {
  if (calls.length === 0) return [made(r, oddity)];
  const answers = calls.map((call) => {
    const id = r.below(oddity) === 0 ? 'other' : call.id;
    return { id, name: call.name, text: textOf(r, oddity) };
  });
  const part = ({ id, text }: { id: string; text: string }) => ({
    type: 'tool_call_response',
    id,
    response: text,
  });
  const messages =
    calls.length > 1 && r.below(3) === 0
      ? [
          r.pick<unknown>([
            { role: 'tool', parts: answers.map(part) },
            {
              role: 'user',
              content: answers.map(({ id, text }) => ({
                type: 'tool_result',
                tool_use_id: id,
                content: text,
                is_error: r.below(2) === 0,
              })),
            },
          ]),
        ]
      : answers.map((answer) =>
          r.pick<unknown>([
            { role: 'tool', parts: [part(answer)] },
            { role: 'tool', tool_call_id: answer.id, content: answer.text },
            { content: answer.text, tool_call_id: answer.id, role: 'tool' },
            { role: 'tool', tool_call_id: answer.id, name: answer.name, content: answer.text },
            {
              role: 'tool',
              tool_call_id: answer.id,
              content: [
                { type: 'text', text: answer.text },
                { type: 'text', text: 'more' },
              ],
            },
          ]),
        );
  return messages.map((message) => ({ calls: [], message }));
}

function made(r: Random, oddity: number): Made {
  const text = textOf(r, oddity);
  const calls = Array.from({ length: r.pick([1, 1, 2, 2, 3, 17]) }, () => ({
    id: `c${hex(r, 6)}`,
    name: r.pick(['look', 'send']),
    args: r.pick<unknown>([
      { b: 1, a: 'x' },
      {},
      { n: r.below(oddity) === 0 ? 1.5 : 2, role: 'system' },
      { t: 'ö "q"', l: [1, { deep: null }] },
    ]),
  }));
  const asked = calls.map(({ id, name, args }) => ({ type: 'tool_call', id, name, arguments: args }));
  const listed = calls.map(({ id, name, args }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
  const said = { type: 'text', content: text };
  const thought = { type: 'reasoning', content: r.pick(TEXTS) };
  const spoken = (message: object): Made => ({ calls: [], message });
  const forms: Made[] = [
    spoken({ role: 'user', parts: [said] }),
    spoken({ role: 'user', content: text }),
    spoken({ role: 'assistant', content: text, finish_reason: 'stop' }),
    { calls, message: { role: 'assistant', parts: asked } },
    { calls, message: { role: 'assistant', parts: [said, ...asked], finish_reason: 'tool_call' } },
    { calls, message: { role: 'assistant', content: text, tool_calls: listed } },
    { calls, message: { role: 'assistant', content: null, tool_calls: listed } },
    { calls, message: { role: 'assistant', tool_calls: listed } },
    { calls, message: { role: 'assistant', parts: [thought, said, ...asked] } },
    {
      calls,
      message: {
        role: 'assistant',
        content: [
          { type: 'text', text },
          ...calls.map(({ args, ...call }) => ({ type: 'tool_use', ...call, input: args })),
        ],
      },
    },
    spoken({ role: 'assistant', parts: [thought, said, { ...said, content: 'and more' }] }),
    spoken({ role: 'user', parts: [said, { type: 'text', content: 'more' }, { type: 'image', url: 'x' }] }),
    spoken({ role: 'user', content: '<system-reminder>mind</system-reminder>' }),
    spoken({ role: 'user', content: text, name: 'x' }),
    spoken({ role: 'assistant', content: text, refusal: null, function_call: null, tool_calls: null }),
  ];
  const others: Made[] = [
    spoken({ role: 'system', content: text }),
    spoken({ role: 'user', content: [said] }),
    spoken({ role: 'user', parts: [{ type: 'text', content: '<b>' }, said] }),
    spoken({ role: 'user', content: '' }),
    spoken({ role: 'assistant', content: '' }),
    { calls: [], message: text },
    { calls, message: { role: 'assistant', parts: asked.map((call) => ({ ...call, id: null })) } },
    {
      calls,
      message: {
        role: 'assistant',
        parts: [...asked, { type: 'tool_call_response', id: 'z', response: 'x' }],
      },
    },
    { calls, message: { role: 'helper', content: text, tool_calls: listed } },
  ];
  return r.below(oddity) === 0 ? r.pick(others) : r.pick(forms);
}

/** Ways to write the same list. */
const WRITINGS: ((json: string) => string)[] = [
  (json) => json,
  (json) => json.replaceAll('":', '": ').replaceAll(',"', ', "').replaceAll('},{', '}, {'),
  (json) => json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (json) => json.replace('[{', '[\n  {').replaceAll('},{', '},\n  {'),
  (json) => json.replaceAll('/', '\\/'),
];

/** Conversations of several calls each, the lists of which begin as those before them. */
function turns(seed: number, oddity: number): MadeSpan[][] {
  const r = random(seed);
  return Array.from({ length: 60 }, (_, turn) => {
    const trace = hex(r, 32);
    const write = turn % 3 === 0 ? r.pick(WRITINGS) : (WRITINGS[0] as (json: string) => string);
    const list: Made[] = [made(r, oddity)];
    const [root, start] = [hex(r, 16), 1_790_000_000_000 + turn * 10_000];
    const spans: MadeSpan[] = [
      {
        trace,
        id: root,
        parent: null,
        name: 'invoke_agent helper',
        start,
        end: start + 9000,
        attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.conversation.id': `s${String(turn)}` },
      },
    ];
    for (let call = 0; call < 4; call++) {
      const input = write(JSON.stringify(list.map(({ message }) => message)));
      const answer = made(r, oddity);
      const instructions =
        turn % 5 === 0 ? { 'gen_ai.system_instructions': '[{"type":"text","content":"Be short."}]' } : {};
      spans.push({
        trace,
        id: hex(r, 16),
        parent: root,
        name: 'chat acme',
        start: start + call * 100 + 1,
        end: start + call * 100 + 90,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': 'acme',
          ...instructions,
          'gen_ai.input.messages': turn % 7 === 6 && call === 0 ? 'plain words' : input,
          'gen_ai.output.messages': write(JSON.stringify([answer.message])),
        },
      });
      // Now and then what was said before is another.
      if (r.below(oddity) === 0) list[0] = made(r, oddity);
      list.push(answer, ...replies(r, answer, oddity));
    }
    return spans;
  });
}

/** How odd files are: one message in so many; and the least share of each that the kernel and SQL read. */
const FILES: readonly [oddity: number, least: number][] = [
  [Infinity, 0.99],
  [400, 0.6],
  [20, 0],
];

test.each([
  ['OTLP', otlpLine],
  ['flat', flatLines],
] as const)('%s: messages mean the same however they are written', async (name, line) => {
  const paths = FILES.map(([oddity], i) =>
    bench.write(
      `forms-${name}-${String(i)}.jsonl`,
      turns(1 + i, oddity)
        .map(line)
        .join('\n'),
    ),
  );
  const { shares } = await compareFiles(paths);
  for (const [i, [, least]] of FILES.entries()) {
    expect(shares[i]?.scanned).toBeGreaterThanOrEqual(least);
    expect(shares[i]?.share).toBeGreaterThanOrEqual(least);
  }
});
