/** What frameworks lay around the spans of a turn, made up from a seed: wrappers, sub-agents, workflows, sums, tools without ids. */
import type { random } from './intake-harness';
import { hex, madeTurns, words, type MadeSpan } from './made-up-spans';

type Random = ReturnType<typeof random>;

/** A turn and the spans it had at first. */
interface Turn {
  spans: MadeSpan[];
  top: MadeSpan;
  asking: MadeSpan;
  tool: MadeSpan;
  answering: MadeSpan;
  question: string;
}

const text = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });

/** An agent with a model call of its own below a span; its prompt is now and then what the user said. */
function within(turn: Turn, r: Random, host: string | null, name: string, more: object = {}): MadeSpan {
  const { top, asking } = turn;
  const start = top.start + 110 + 2 * turn.spans.length;
  const inner: MadeSpan = {
    trace: top.trace,
    id: hex(r, 16),
    parent: host,
    name: `invoke_agent ${name}`,
    start,
    end: start + 70,
    attributes: {
      'gen_ai.conversation.id': top.attributes['gen_ai.conversation.id'],
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': name,
      ...more,
    },
  };
  const prompt = r.below(2) === 0 ? turn.question : words(r);
  const call: MadeSpan = {
    ...asking,
    id: hex(r, 16),
    parent: inner.id,
    start: start + 1,
    end: start + 20,
    attributes: {
      ...asking.attributes,
      'gen_ai.input.messages': JSON.stringify([text('system', 'Help.'), text('user', prompt)]),
      'gen_ai.output.messages': JSON.stringify([text('assistant', words(r))]),
    },
  };
  turn.spans.push(inner, call);
  return inner;
}

/** Puts a span around another one. */
function around(turn: Turn, r: Random, inner: MadeSpan, outer: Partial<MadeSpan>): void {
  const id = hex(r, 16);
  turn.spans.unshift({ ...inner, start: inner.start - 1, end: inner.end + 1, ...outer, id });
  inner.parent = id;
}

const LAYERS: ((turn: Turn, r: Random) => void)[] = [
  ({ top }, r) => (top.attributes['gen_ai.usage.input_tokens'] = r.below(2000)),
  ({ top }, r) => (top.attributes['gen_ai.usage.cost'] = 0.5 + r.below(3)),
  // Sums that nothing below carries.
  ({ top, asking, answering }) => {
    for (const { attributes } of [asking, answering]) {
      delete attributes['gen_ai.usage.input_tokens'];
      delete attributes['gen_ai.usage.output_tokens'];
    }
    top.attributes['gen_ai.usage.output_tokens'] = 12;
  },
  // A framework's model call around the provider's, with its messages or without; or around it in name only.
  (turn, r) => {
    around(turn, r, turn.asking, { name: 'outer call' });
  },
  (turn, r) => {
    const { 'gen_ai.input.messages': _, 'gen_ai.output.messages': __, ...bare } = turn.asking.attributes;
    around(turn, r, turn.asking, { name: 'bare call', attributes: bare });
  },
  (turn, r) => {
    around(turn, r, turn.answering, { name: 'late call', start: turn.answering.start + 5 });
  },
  (turn, r) => {
    around(turn, r, turn.asking, { name: 'step', attributes: { 'app.step': 1 } });
    around(turn, r, turn.top, { name: 'outer call', attributes: { ...turn.asking.attributes } });
  },
  // Agents: started by a tool, below one that talks, of the same name, being made, around the whole, beside it.
  (turn, r) => within(turn, r, turn.tool.id, 'researcher'),
  (turn, r) => within(turn, r, turn.top.id, 'writer'),
  (turn, r) => within(turn, r, turn.top.id, 'helper'),
  (turn, r) => within(turn, r, turn.top.id, 'made', { 'gen_ai.operation.name': 'create_agent' }),
  (turn, r) => within(turn, r, within(turn, r, turn.tool.id, 'researcher').id, 'deeper'),
  (turn, r) => {
    around(turn, r, turn.top, {
      name: 'invoke_agent crew',
      attributes: { ...turn.top.attributes, 'gen_ai.agent.name': 'crew' },
    });
  },
  (turn, r) => within(turn, r, within(turn, r, null, 'beside').id, 'below'),
  // Tools without the ids of their calls, called once or again.
  ({ tool }) => delete tool.attributes['gen_ai.tool.call.id'],
  ({ spans, asking, tool }, r) => {
    delete tool.attributes['gen_ai.tool.call.id'];
    const said = String(asking.attributes['gen_ai.output.messages']);
    const attributes = {
      ...asking.attributes,
      'gen_ai.output.messages': said.replace(/call_[0-9a-f]+/, `call_${hex(r, 8)}`),
    };
    spans.push(
      { ...asking, id: hex(r, 16), start: asking.start + 30, attributes },
      { ...tool, id: hex(r, 16), start: tool.start + 30 },
      { ...tool, id: hex(r, 16), start: tool.start + 40 },
    );
  },
];

/** What exporters write beside that: numbers, calls to servers, answers, messages on agents. */
const DETAILS: ((turn: Turn, r: Random) => void)[] = [
  ({ asking }) => (asking.attributes['gen_ai.request.temperature'] = 1),
  ({ asking }) => (asking.attributes['gen_ai.usage.cost'] = 0.0028149),
  ({ asking }) => (asking.attributes['app.share'] = 0.1 + 0.2),
  ({ asking }) => (asking.attributes['app.share'] = 0.00001),
  ({ asking }) => (asking.attributes['app.note'] = ':1.0,'),
  ({ asking }) => (asking.attributes['app.back\\'] = 1),
  ({ tool }) => (tool.attributes['gen_ai.tool.call.result'] = '22.40'),
  ({ tool }) => (tool.attributes['gen_ai.tool.call.result'] = ' {"isError":true,"content":"no"}'),
  ({ tool }) => (tool.attributes['gen_ai.tool.call.arguments'] = ' 7.5'),
  ({ top, asking, answering }) => {
    top.attributes['gen_ai.input.messages'] = asking.attributes['gen_ai.input.messages'];
    top.attributes['gen_ai.output.messages'] = answering.attributes['gen_ai.output.messages'];
  },
  ({ top }) => (top.attributes['gen_ai.input.messages'] = '[]'),
  ({ top }) => (top.attributes['gen_ai.output.messages'] = '[{"role":"assistant","content":""}]'),
  ({ spans, top }, r) => {
    const attributes = {
      'http.request.method': r.pick(['GET', 'POST']),
      'url.full': 'https://example.org/x',
    };
    spans.push({ ...top, id: hex(r, 16), parent: top.id, name: 'POST', attributes });
  },
  // Every call a message of its own, and their answers after them, one to the name of a tool.
  ({ answering, tool }, r) => {
    const calls = ['c1', 'c2'].map((id) => ({
      role: 'assistant',
      parts: [{ type: 'tool_call', id: `${id}${answering.id}`, name: 'lookup', arguments: { order: 1 } }],
    }));
    const answers = [`c1${answering.id}`, r.pick([`c2${answering.id}`, 'lookup'])].map((id) => ({
      role: 'tool',
      parts: [{ type: 'tool_call_response', id, response: `found ${tool.id}` }],
    }));
    answering.attributes['gen_ai.input.messages'] = JSON.stringify([
      text('user', 'Both, please.'),
      ...calls,
      ...answers,
    ]);
  },
];

/** Turns with up to two such layers each and now and then such a detail, as `madeTurns` makes them. */
export function layeredTurns(seed: number, count: number, r: Random): MadeSpan[][] {
  return madeTurns(seed, count, Infinity).map((spans) => {
    const [top, asking, tool, answering] = spans;
    if (!top || !asking || !tool || !answering) return spans;
    const messages = JSON.parse(String(asking.attributes['gen_ai.input.messages'])) as {
      parts: { content: string }[];
    }[];
    const question = messages.at(-1)?.parts[0]?.content ?? '';
    const turn: Turn = { spans, top, asking, tool, answering, question };
    for (let i = r.below(3); i > 0; i--) r.pick(LAYERS)(turn, r);
    if (r.below(2) === 0) r.pick(DETAILS)(turn, r);
    return spans;
  });
}
