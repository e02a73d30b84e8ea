/**
 * Executions of n8n workflows with an agent: what came in at the trigger, what the agent answered, and the runs of its model,
 * memory and tool nodes, each with its time. Must not tell every node of a workflow as a step of the agent: others are chains.
 * https://docs.n8n.io/workflows/executions/
 */
import { firstLine } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
} from '../../../shared/trace/json';
import { toNs } from '../../../shared/trace/time';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

/** The runs of an execution by node; null where the record is none. */
function runsOf(record: unknown): Readonly<Record<string, unknown>> | null {
  const data = parseMaybe(get(record, 'data'));
  return asObject(at(data, 'resultData', 'runData')) ?? asObject(at(record, 'resultData', 'runData'));
}

interface Run {
  node: string;
  index: number;
  run: unknown;
  startNs: bigint | null;
  endNs: bigint | null;
}

function inOrder(runs: Readonly<Record<string, unknown>>): Run[] {
  const all = Object.entries(runs).flatMap(([node, list]) =>
    asArray(list).map((run, index): Run => {
      const startNs = toNs(get(run, 'startTime'));
      const took = asNumber(get(run, 'executionTime'));
      return {
        node,
        index,
        run,
        startNs,
        endNs: startNs === null || took === null ? null : startNs + BigInt(Math.round(took * 1e6)),
      };
    }),
  );
  return all.toSorted((a, b) => Number((a.startNs ?? 0n) - (b.startNs ?? 0n)));
}

/** What a connection of a run carries: the JSON of its first item. */
function itemOf(run: unknown, key: 'data' | 'inputOverride', connection: string): unknown {
  return at(run, key, connection, 0, 0, 'json');
}

const KINDS: readonly (readonly [string, SpanInput['kind']])[] = [
  ['ai_languageModel', 'llm'],
  ['ai_tool', 'tool'],
  ['ai_memory', 'memory'],
  ['ai_retriever', 'retrieval'],
  ['ai_vectorStore', 'retrieval'],
  ['ai_embedding', 'embedding'],
];

/** The connection by which a run serves an agent; null for other nodes. */
function serves(run: unknown): readonly [string, SpanInput['kind']] | null {
  return (
    KINDS.find(
      ([name]) =>
        get(get(run, 'data'), name) !== undefined || get(get(run, 'inputOverride'), name) !== undefined,
    ) ?? null
  );
}

class N8nReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const runs = runsOf(record);
    if (!runs) {
      this.emit.reject(place, 'the record is no execution with run data', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const all = inOrder(runs);
    const given = asText(get(record, 'id')) ?? toJsonText(get(record, 'id'));
    const id = given ?? `${this.source.shortHash}:${place.line}`;
    const asked = all
      .map(({ run }) => itemOf(run, 'data', 'main'))
      .find((item) => asText(get(item, 'chatInput')) !== null);
    const common = {
      sessionId: asText(get(asked, 'sessionId')) ?? `execution ${id}`,
      traceId: id,
      feature: asText(at(record, 'workflowData', 'name')),
    };
    for (const one of all) this.run(one, id, common, place);
  }

  private run(one: Run, id: string, common: Partial<SpanInput>, place: Place): void {
    const { node, index, run, startNs, endNs } = one;
    const error = get(run, 'error');
    const why = asText(get(error, 'message')) ?? asText(get(error, 'description'));
    const isError = get(run, 'executionStatus') === 'error' || why !== null;
    const base = {
      ...common,
      spanId: `${id}:${node}:${index}`,
      name: node,
      startNs,
      endNs,
      status: isError ? ('error' as const) : ('ok' as const),
      statusMessage: why === null ? null : firstLine(why),
      errorType: isError ? (asText(get(error, 'name')) ?? 'error') : null,
      raw: run,
    };
    const served = serves(run);
    const main = itemOf(run, 'data', 'main');
    const chat = asText(get(main, 'chatInput'));
    const answer = asText(get(main, 'output')) ?? asText(get(main, 'text'));
    const isTrigger = asArray(get(run, 'source')).every((from) => asText(get(from, 'previousNode')) === null);
    if (served) this.emit.span({ ...base, ...this.served(run, served, why) }, place);
    else if (chat !== null && isTrigger)
      this.emit.span(
        {
          ...base,
          kind: 'user',
          origin: 'human',
          name: 'user message',
          text: chat,
          input: chat,
          status: 'unset',
        },
        place,
      );
    else
      this.emit.span(
        {
          ...base,
          kind: answer === null ? 'chain' : 'agent',
          text: answer,
          output: answer ?? toJsonText(main),
        },
        place,
      );
  }

  private served(
    run: unknown,
    [connection, kind]: readonly [string, SpanInput['kind']],
    why: string | null,
  ): Pick<SpanInput, 'kind'> & Partial<SpanInput> {
    const sent = itemOf(run, 'inputOverride', connection);
    const back = itemOf(run, 'data', connection);
    if (kind === 'llm') {
      const usage = get(back, 'tokenUsage') ?? get(back, 'tokenUsageEstimate');
      const first = at(back, 'response', 'generations', 0);
      const text = asText(get(Array.isArray(first) ? first[0] : first, 'text'));
      return {
        kind,
        operation: 'chat',
        model: asText(at(sent, 'options', 'model')) ?? asText(at(sent, 'options', 'model_name')),
        text,
        input: toJsonText(get(sent, 'messages')),
        output: text,
        inputTokens: asNumber(get(usage, 'promptTokens')),
        outputTokens: asNumber(get(usage, 'completionTokens')),
        attributes: filled({ estimated: get(back, 'tokenUsage') === undefined && usage !== undefined }),
      };
    }
    const told = get(back, 'response') ?? back;
    const text = why ?? asText(told) ?? toJsonText(told);
    return {
      kind,
      text,
      output: text,
      input: toJsonText(asText(get(sent, 'query')) ?? sent),
      ...(kind === 'tool' ? { operation: 'execute_tool' } : {}),
    };
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) => runsOf(record) !== null).length;
  return found > 0 && found * 2 >= records.length
    ? { confidence: 0.93, reason: `${found} of ${records.length} records are executions with run data` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Executions of n8n with their data, as its API, its database or a download hands them out, one a file or a line.',
  ],
  spans: [
    'The `chatInput` of a trigger is a user message; runs of model nodes are model calls with their tokens, of tool nodes tool calls, of memories and retrievers what they are. A node with an `output` is an agent, other nodes are chains.',
    'A node that failed is an error.',
  ],
  turns: 'The session is the `sessionId` of the chat, else the execution. Each chat input opens a turn.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Items after the first of a run, and data saved in the flattened form of the database, are not read.',
  ],
};

const n8n: TraceFormat = {
  id: 'n8n',
  title: 'n8n executions',
  description: 'Executions of n8n workflows with an AI agent.',
  documentation: 'https://docs.n8n.io/workflows/executions/',
  guide,
  containers: ['document', 'lines'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new N8nReader(emit, source),
};

export default n8n;
