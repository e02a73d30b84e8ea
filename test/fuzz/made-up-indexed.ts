/**
 * Made-up spans as OpenInference's and Traceloop's instrumentations write them: messages in the keys of attributes, one key a field,
 * and what may be odd about such keys.
 */
import { random } from './intake-harness';
import type { MadeSpan } from './made-up-spans';

type Random = ReturnType<typeof random>;
type Bag = Record<string, unknown>;

interface Part {
  type: string;
  content?: string;
  id?: string;
  name?: string;
  arguments?: unknown;
  response?: string;
}
interface Made {
  role: string;
  parts?: Part[];
  content?: unknown;
  tool_call_id?: string;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
}

/** How a family of keys writes the fields of a message. */
interface Style {
  message: string;
  call: string;
  callName: string;
  callArguments: string;
}
const OPEN_INFERENCE: Style = {
  message: 'message.',
  call: 'tool_call.',
  callName: 'function.name',
  callArguments: 'function.arguments',
};
const TRACELOOP: Style = { message: '', call: '', callName: 'name', callArguments: 'arguments' };

const asWords = (content: unknown): string => (typeof content === 'string' ? content : '');

function putMessage(bag: Bag, at: string, message: Made, style: Style, r: Random): void {
  const own = `${at}.${style.message}`;
  const parts = message.parts ?? [{ type: 'text', content: asWords(message.content) }];
  const texts = parts.filter(({ type }) => type === 'text').map(({ content }) => content ?? '');
  const calls = [
    ...parts.filter(({ type }) => type === 'tool_call'),
    ...(message.tool_calls ?? []).map((call) => ({ id: call.id, ...call.function })),
  ];
  const answer = parts.find(({ type }) => type === 'tool_call_response');
  bag[`${own}role`] = message.role;
  const inParts = style === OPEN_INFERENCE && r.below(4) === 0;
  for (const [i, text] of texts.entries())
    if (inParts) {
      bag[`${own}contents.${String(i)}.message_content.type`] = 'text';
      bag[`${own}contents.${String(i)}.message_content.text`] = text;
    } else bag[`${own}content`] = text;
  for (const [i, call] of calls.entries()) {
    const its = `${own}tool_calls.${String(i)}.${style.call}`;
    if (call.id !== undefined) bag[`${its}id`] = call.id;
    bag[`${its}${style.callName}`] = call.name;
    bag[`${its}${style.callArguments}`] =
      typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
  }
  const answered = answer?.id ?? message.tool_call_id;
  if (answered !== undefined) bag[`${own}tool_call_id`] = answered;
  if (answer) bag[`${own}content`] = answer.response;
}

function putMessages(bag: Bag, family: string, json: unknown, style: Style, r: Random): void {
  let list: unknown;
  try {
    list = JSON.parse(String(json));
  } catch {
    list = [{ role: 'user', content: json }];
  }
  for (const [i, one] of (Array.isArray(list) ? (list as Made[]) : []).entries())
    putMessage(bag, `${family}.${String(i)}`, one, style, r);
}

/** What may be odd about the keys; `at` is the family of what went in, with a dot behind. */
const KEY_ODDITIES: ((bag: Bag, at: string, message: string) => void)[] = [
  (bag, at) => (bag[at.slice(0, -1)] = 'under its own name'),
  (bag, at) => (bag[at.slice(0, -1)] = '[{"role":"user","content":"as a list"}]'),
  (bag, at, message) => (bag[`${at}11.${message}role`] = 'user'),
  (bag, at, message) => {
    bag[`${at}12.${message}role`] = 'user';
    bag[`${at}12.${message}content`] = 'after a gap';
    bag[`${at}011.${message}content`] = 'before it';
    bag[`${at}011.${message}role`] = 'user';
  },
  (bag, at, message) => (bag[`${at}0.${message}content`] = ''),
  (bag, at, message) => (bag[`${at}0.${message}content`] = 17),
  (bag, at, message) => (bag[`${at}0.${message}content`] = 0.25),
  (bag, at, message) => (bag[`${at}0.${message}content`] = true),
  (bag, at, message) => (bag[`${at}0.${message}content`] = ['one', 'two']),
  (bag, at, message) => (bag[`${at}0.${message}content`] = '[{"type":"text","text":"in JSON"}]'),
  (bag, at, message) => (bag[`${at}0.${message}content`] = ',] and ,} and \uf8ff'),
  (bag, at, message) => (bag[`${at}0.${message}content.0`] = 'below a text'),
  (bag, at, message) => (bag[`${at}0.${message}name`] = 'lookup'),
  (bag, at, message) => (bag[`${at}0.${message}role`] = 'lookup'),
  (bag, at, message) => (bag[`${at}2.${message}role`] = 'lookup'),
  (bag, at, message) => (bag[`${at}0.${message}role`] = 'HUMAN'),
  (bag, at, message) => Reflect.deleteProperty(bag, `${at}0.${message}role`),
  (bag, at) => (bag[`${at}0.note`] = 'beside'),
  (bag, at) => (bag[`${at}0`] = 'scalar'),
  (bag, at) => (bag[`${at}x.role`] = 'user'),
  (bag, at) => (bag[`${at}0.message.role`] = 'user'),
  (bag, at, message) => (bag[`${at}0.${message}\uf8ff`] = 'private'),
  (bag, at, message) => (bag[`${at}0.${message}contents.0.message_content.image.image.url`] = 'data:,x'),
  (bag, at, message) => {
    for (let i = 0; i < 9; i++) {
      bag[`${at}${String(i)}.${message}role`] = 'assistant';
      bag[`${at}${String(i)}.${message}content`] = 'bit';
    }
  },
  (bag, at, message) => {
    bag[`${at}0.${message}tool_calls.0.tool_call.function.name`] = 'lookup';
    bag[`${at}0.${message}tool_calls.0.tool_call.function.arguments`] = '{"no":"id"}';
  },
  (bag, at, message) => (bag[`${at}0.${message}content`] = '<system-reminder>mind</system-reminder>'),
  (bag) => (bag['metadata'] = '{"langgraph_step":2}'),
  (bag) => (bag['gen_ai.input.messages'] = '[{"role":"user","content":"by convention"}]'),
  (bag) => (bag['gen_ai.completion.0.role'] = 'assistant'),
];

/** What callbacks and gateways write around what tools are given and give. */
const TOOL_ODDITIES: ((bag: Bag, asked: string, answered: string) => void)[] = [
  (bag, asked) => (bag[asked] = `{"input_str":"{}","inputs":{"order":1},"tags":[]}`),
  (bag, asked) => (bag[asked] = `{"input_str":"x"}`),
  (bag, _, answered) => (bag[answered] = `{"output":"wrapped","kwargs":{"a":1}}`),
  (bag, _, answered) => (bag[answered] = `{"output":{"content":"deep","tool_call_id":"call_1"}}`),
  (bag, _, answered) => (bag[answered] = `{"output":{"isError":true},"more":1}`),
  (bag, _, answered) => (bag[answered] = `{ "output" : [1, 2.50] }`),
  (bag, _, answered) => (bag[answered] = `"{\\"output\\":\\"twice encoded\\"}"`),
  (bag, asked) => (bag[asked] = `"{\\"input_str\\":\\"twice encoded\\"}"`),
  (bag, _, answered) =>
    (bag[answered] = `{"kwargs":{"name":"lookup","tool_call_id":"call_2","content":"c"}}`),
];

const reversed = (bag: Bag): Bag => Object.fromEntries(Object.entries(bag).reverse());

function converted(span: MadeSpan, style: Style, oddity: number): MadeSpan {
  const r = random(parseInt(span.id.slice(0, 7), 16) || 1);
  const bag: Bag = {};
  const isOpen = style === OPEN_INFERENCE;
  const [asked, answered] = isOpen
    ? ['llm.input_messages', 'llm.output_messages']
    : ['gen_ai.prompt', 'gen_ai.completion'];
  for (const [key, value] of Object.entries(span.attributes)) {
    if (key === 'gen_ai.input.messages') {
      putMessages(bag, asked, value, style, r);
      bag[isOpen ? 'input.value' : 'traceloop.entity.input'] = String(value);
    } else if (key === 'gen_ai.output.messages') {
      putMessages(bag, answered, value, style, r);
      if (!isOpen) bag[`${answered}.0.finish_reason`] = 'stop';
    } else if (isOpen && key === 'gen_ai.operation.name')
      bag['openinference.span.kind'] =
        { chat: 'LLM', execute_tool: 'TOOL', invoke_agent: 'AGENT' }[String(value)] ?? 'CHAIN';
    else if (isOpen && key === 'gen_ai.tool.call.arguments') bag['input.value'] = value;
    else if (isOpen && key === 'gen_ai.tool.call.result') bag['output.value'] = value;
    else if (key === 'gen_ai.tool.call.arguments') bag['traceloop.entity.input'] = value;
    else if (key === 'gen_ai.tool.call.result') bag['traceloop.entity.output'] = value;
    else bag[key] = value;
  }
  if (bag[`${asked}.0.${style.message}role`] !== undefined && r.below(oddity) === 0)
    r.pick(KEY_ODDITIES)(bag, `${r.below(4) === 0 ? answered : asked}.`, style.message);
  const [given, back] = isOpen
    ? ['input.value', 'output.value']
    : ['traceloop.entity.input', 'traceloop.entity.output'];
  if (span.attributes['gen_ai.operation.name'] === 'execute_tool' && r.below(oddity) === 0)
    r.pick(TOOL_ODDITIES)(bag, given, back);
  return { ...span, attributes: r.below(3) === 0 ? reversed(bag) : bag };
}

/** Spans of a turn as OpenInference writes them; one in `oddity` calls is odd. */
export const openInference = (oddity: number) => (spans: readonly MadeSpan[]) =>
  spans.map((span) => converted(span, OPEN_INFERENCE, oddity));

/** The same as Traceloop's OpenLLMetry does. */
export const traceloop = (oddity: number) => (spans: readonly MadeSpan[]) =>
  spans.map((span) => converted(span, TRACELOOP, oddity));
