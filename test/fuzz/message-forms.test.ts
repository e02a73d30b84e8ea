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

interface Made {
  call: { id: string; name: string } | null;
  message: unknown;
}

function made(r: Random, before: Made | undefined, odd: boolean): Made {
  const text = odd && r.below(20) === 0 ? r.pick(MORE_THAN_TEXT) : r.pick(TEXTS);
  if (before?.call) {
    const id = odd && r.below(25) === 0 ? 'other' : before.call.id;
    const answer = { type: 'tool_call_response', id, response: text };
    return {
      call: null,
      message: r.pick<unknown>([
        { role: 'tool', parts: [answer] },
        { role: 'tool', tool_call_id: id, content: text },
        { content: text, tool_call_id: id, role: 'tool' },
      ]),
    };
  }
  const call = { id: `c${hex(r, 6)}`, name: r.pick(['look', 'send']) };
  const args = r.pick<unknown>([
    { b: 1, a: 'x' },
    {},
    { n: odd && r.below(4) === 0 ? 1.5 : 2, role: 'system' },
    { t: 'ö "q"' },
  ]);
  const asked = { type: 'tool_call', ...call, arguments: args };
  const listed = {
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(args) },
  };
  const said = [{ type: 'text', content: text }];
  const forms: Made[] = [
    { call: null, message: { role: 'user', parts: said } },
    { call: null, message: { role: 'user', content: text } },
    { call: null, message: { role: 'assistant', content: text, finish_reason: 'stop' } },
    { call, message: { role: 'assistant', parts: [asked] } },
    { call, message: { role: 'assistant', parts: [...said, asked], finish_reason: 'tool_call' } },
    { call, message: { role: 'assistant', content: text, tool_calls: [listed] } },
  ];
  const others: Made[] = [
    { call, message: { role: 'assistant', content: null, tool_calls: [listed] } },
    { call: null, message: { role: 'system', content: text } },
    { call: null, message: { role: 'user', content: said } },
    { call: null, message: { role: 'user', parts: [...said, ...said] } },
    { call, message: { role: 'assistant', parts: [asked, { ...asked, id: `d${hex(r, 6)}` }] } },
    { call: null, message: { role: 'user', content: text, name: 'x' } },
    { call: null, message: text },
  ];
  return odd && r.below(20) === 0 ? r.pick(others) : r.pick(forms);
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
function turns(seed: number, odd: boolean): MadeSpan[][] {
  const r = random(seed);
  return Array.from({ length: 60 }, (_, turn) => {
    const trace = hex(r, 32);
    const write = turn % 3 === 0 ? r.pick(WRITINGS) : (WRITINGS[0] as (json: string) => string);
    const list: Made[] = [made(r, undefined, odd)];
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
      const answer = made(r, { call: null, message: null }, odd);
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
      if (odd && r.below(8) === 0) list[0] = made(r, undefined, odd);
      list.push(answer, made(r, answer, odd));
    }
    return spans;
  });
}

test.each([
  ['OTLP', otlpLine],
  ['flat', flatLines],
] as const)('%s: messages mean the same however they are written', async (name, line) => {
  const paths = [1, 2, 3].map((seed) =>
    bench.write(
      `forms-${name}-${String(seed)}.jsonl`,
      turns(seed, seed > 1)
        .map(line)
        .join('\n'),
    ),
  );
  for (const { share, scanned } of (await compareFiles(paths)).shares) {
    expect(scanned).toBeGreaterThan(0.9);
    expect(share).toBeGreaterThan(0.5);
  }
});
