/**
 * OpenAI Responses API: single responses, logs of `{request, response}`, requests alone, batch output, the events of a
 * stream, and run results with `raw_responses`. Responses that name the one before (`previous_response_id`) or a
 * conversation are one session, in whatever order they stand in the file. Results of calls come back as inputs.
 * https://platform.openai.com/docs/api-reference/responses
 */
import { AgentLog, firstLine, type LogSpan } from '../../../shared/trace/agent-log';
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
import { ResponseItems, responseUsage } from '../../../shared/trace/responses-items';
import { toNs } from '../../../shared/trace/time';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';

interface Exchange {
  line: number;
  request: unknown;
  response: unknown;
  id: string | null;
  before: string | null;
  conversation: string | null;
  timeNs: bigint | null;
}

const STREAM = /^response\.[a-z_.]{1,60}$/;
/** Models that take an input and answer no one. */
const OTHER_MODELS = /embed|moderation|^tts-|-tts\b|whisper|transcribe/i;
const DONE = new Set(['response.completed', 'response.failed', 'response.incomplete']);
const BEGUN = new Set(['response.created', 'response.in_progress', 'response.queued']);

function isResponse(value: unknown): boolean {
  return (
    get(value, 'object') === 'response' ||
    (Array.isArray(get(value, 'output')) && /^resp_/.test(asText(get(value, 'id')) ?? ''))
  );
}

function isRequest(value: unknown): boolean {
  const input = get(value, 'input');
  const isInput =
    typeof input === 'string' ||
    asArray(input).some(
      (item) =>
        asText(get(item, 'role')) !== null ||
        /^(message|function_call|reasoning)/.test(asText(get(item, 'type')) ?? ''),
    );
  const model = asText(get(value, 'model')) ?? '';
  return isInput && model !== '' && !OTHER_MODELS.test(model) && get(value, 'object') === undefined;
}

/** The response in a record: itself, below `response` (a batch keeps it in `body`), null for a request alone. */
function responseOf(record: unknown): unknown {
  if (isResponse(record)) return record;
  const inner = parseMaybe(get(record, 'response')) ?? get(record, 'result');
  const body = parseMaybe(get(inner, 'body')) ?? inner;
  return isResponse(body) || asObject(get(body, 'error')) ? body : null;
}

function requestOf(record: unknown): unknown {
  const inner = parseMaybe(get(record, 'request'));
  const body = parseMaybe(get(inner, 'body')) ?? inner ?? parseMaybe(get(record, 'body'));
  if (asObject(body)) return body;
  return isRequest(record) || (get(record, 'input') !== undefined && !isResponse(record)) ? record : null;
}

const ITEMS = /^(message|reasoning|[a-z_]{2,40}_call|[a-z_]{2,40}_call_output)$/;

function isItem(value: unknown): boolean {
  const type = asText(get(value, 'type'));
  return type === null
    ? asText(get(value, 'role')) !== null && get(value, 'content') !== undefined
    : ITEMS.test(type) && (type !== 'message' || asText(get(value, 'role')) !== null);
}

/** Items of a conversation, as the API lists them a page at a time; the latest come first unless it was asked otherwise. */
function pageOf(record: unknown): readonly unknown[] | null {
  const items = get(record, 'object') === 'list' ? asArray(get(record, 'data')) : [];
  return items.length > 0 && items.every((item) => asText(get(item, 'type')) !== null && isItem(item))
    ? inOrder(items)
    : null;
}

/** Items with the calls before their results, and people before answers. */
function inOrder(items: readonly unknown[]): readonly unknown[] {
  const call = items.findIndex((item) => asText(get(item, 'type'))?.endsWith('_call'));
  const result = items.findIndex((item) => asText(get(item, 'type'))?.endsWith('_call_output'));
  const isBackwards =
    call >= 0 && result >= 0
      ? result < call
      : get(items[0], 'role') === 'assistant' && get(items.at(-1), 'role') === 'user';
  return isBackwards ? items.toReversed() : items;
}

class ResponsesReader implements FormatReader {
  /** Items of a file that is one conversation, an item a record. */
  private readonly items: unknown[] = [];
  private readonly exchanges: Exchange[] = [];
  /** A stream that goes on: its latest snapshot and the items that are done. */
  private stream: { line: number; response: unknown; items: unknown[] } | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const type = asText(get(record, 'type'));
    const raw = asArray(get(record, 'raw_responses'));
    if (type !== null && STREAM.test(type)) this.event(type, record, place);
    else if (raw.length > 0)
      raw.forEach((response, i) =>
        this.add(
          i === 0 ? record : null,
          {
            ...asObject(response),
            id: get(response, 'response_id') ?? get(response, 'referenceable_id') ?? get(response, 'id'),
          },
          place,
        ),
      );
    else {
      const [request, response] = [requestOf(record), responseOf(record)];
      const page = pageOf(record);
      if (page) this.add({ input: page }, null, place);
      else if (request === null && response === null && isItem(record)) this.items.push(record);
      else if (request === null && response === null)
        this.emit.reject(
          place,
          'neither a response nor a request of the Responses API',
          toJsonText(record)?.slice(0, 1000),
        );
      else this.add(request, response, place);
    }
  }

  private event(type: string, event: unknown, place: Place): void {
    const response = get(event, 'response');
    if (BEGUN.has(type)) this.stream = { line: this.stream?.line ?? place.line, response, items: [] };
    else if (type === 'response.output_item.done') this.stream?.items.push(get(event, 'item'));
    else if (DONE.has(type)) {
      this.add(null, response, { line: this.stream?.line ?? place.line });
      this.stream = null;
    } else this.emit.note('step of a stream');
  }

  private add(request: unknown, response: unknown, place: Place): void {
    const conversation = get(response, 'conversation') ?? get(request, 'conversation');
    this.exchanges.push({
      line: place.line,
      request,
      response,
      id: asText(get(response, 'id')),
      before: asText(get(response, 'previous_response_id')) ?? asText(get(request, 'previous_response_id')),
      conversation: asText(conversation) ?? asText(get(conversation, 'id')),
      timeNs: toNs(get(response, 'created_at')) ?? toNs(get(request, 'created_at')),
    });
  }

  end(): void {
    if (this.items.length > 0) this.add({ input: this.items }, null, { line: 1 });
    if (this.stream) {
      this.emit.note('stream that breaks off');
      this.add(
        null,
        { ...asObject(this.stream.response), output: this.stream.items, status: 'incomplete' },
        { line: this.stream.line },
      );
    }
    const log = new AgentLog(this.source.shortHash);
    const items = new ResponseItems(log);
    const sessions = this.sessions();
    for (const exchange of inChains(this.exchanges))
      this.tell(exchange, sessions.get(exchange) ?? null, log, items);
    log.tell(this.emit, {});
  }

  /** The session of each exchange: its conversation, else the first response of its chain. */
  private sessions(): Map<Exchange, string> {
    const byId = new Map(
      this.exchanges.flatMap((exchange) => (exchange.id === null ? [] : [[exchange.id, exchange] as const])),
    );
    return new Map(
      this.exchanges.map((exchange) => {
        let first = exchange;
        let root = exchange.id ?? `${this.source.shortHash}:${exchange.line}`;
        for (
          let n = 0;
          n <= this.exchanges.length && first.conversation === null && first.before !== null;
          n++
        ) {
          root = first.before;
          const before = byId.get(first.before);
          if (!before || before === exchange) break;
          first = before;
        }
        return [exchange, first.conversation ?? root];
      }),
    );
  }

  private tell(exchange: Exchange, sessionId: string | null, log: AgentLog, items: ResponseItems): void {
    const { request, response, line, timeNs } = exchange;
    const here = { line, startNs: timeNs, sessionId };
    const instructions = asText(get(response, 'instructions')) ?? asText(get(request, 'instructions'));
    if (instructions !== null) items.input([{ role: 'system', content: instructions }], here);
    items.input(get(request, 'input') ?? get(response, 'input') ?? [], here);
    if (response === null) {
      if (get(request, 'model') !== undefined) log.note('request without its response');
      return;
    }
    const error = asObject(get(response, 'error'));
    const status = asText(get(response, 'status'));
    const why = asText(get(error, 'message')) ?? asText(at(response, 'incomplete_details', 'reason'));
    const isFailed = error !== null || status === 'failed' || status === 'incomplete';
    const endNs = toNs(get(response, 'completed_at'));
    const answer: LogSpan = log.add({
      ...here,
      spanId: exchange.id,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(response, 'model')) ?? asText(get(request, 'model')),
      provider: 'openai',
      endNs: endNs !== null && timeNs !== null && endNs >= timeNs ? endNs : null,
      status: status === 'cancelled' ? 'interrupted' : isFailed ? 'error' : 'ok',
      statusMessage: why === null ? null : firstLine(why),
      errorType: isFailed
        ? (asText(get(error, 'code')) ?? asText(get(error, 'type')) ?? why ?? status)
        : null,
      text: '',
      ...responseUsage(get(response, 'usage')),
      userId: asText(get(response, 'user')) ?? asText(get(request, 'user')),
      attributes: filled({
        previousResponseId: exchange.before,
        status,
        metadata:
          Object.keys(asObject(get(response, 'metadata')) ?? {}).length > 0
            ? get(response, 'metadata')
            : null,
      }),
      raw: response,
    });
    items.output(get(response, 'output'), answer, here);
    const requests = asNumber(at(response, 'usage', 'requests'));
    if (requests !== null && requests > 1) log.note('response that sums several requests');
  }
}

/** Exchanges so that each comes after the one it names as its predecessor; otherwise in the order of the file. */
function inChains(all: readonly Exchange[]): Exchange[] {
  const byId = new Map(all.flatMap((each) => (each.id === null ? [] : [[each.id, each] as const])));
  const placed = new Set<Exchange>();
  const order: Exchange[] = [];
  for (const exchange of all) {
    const chain: Exchange[] = [];
    for (
      let at: Exchange | undefined = exchange;
      at && !placed.has(at);
      at = at.before === null ? undefined : byId.get(at.before)
    ) {
      placed.add(at);
      chain.push(at);
    }
    order.push(...chain.toReversed());
  }
  return order;
}

function sniff(sample: Sample): Sniffed | null {
  const { records } = sample;
  const responses = records.filter((record) => isResponse(responseOf(record))).length;
  if (responses > 0)
    return {
      confidence: 0.9,
      reason: `${responses} of ${records.length} records hold a response with output items`,
    };
  const events = records.filter(
    (record) =>
      STREAM.test(asText(get(record, 'type')) ?? '') && Object.hasOwn(record as object, 'sequence_number'),
  ).length;
  if (events > 0) return { confidence: 0.9, reason: `${events} events of a response stream` };
  if (records.some((record) => asArray(get(record, 'raw_responses')).length > 0))
    return { confidence: 0.85, reason: 'a run result with raw_responses' };
  if (records.some((record) => pageOf(record) !== null))
    return { confidence: 0.85, reason: 'a page of the items of a conversation' };
  const calls = records.filter((record) =>
    /^(function|custom_tool)_call(_output)?$/.test(asText(get(record, 'type')) ?? ''),
  ).length;
  if (calls > 0 && records.every(isItem))
    return { confidence: 0.8, reason: `${records.length} items of a conversation, ${calls} of them calls` };
  const requests = records.filter((record) => isRequest(record) || isRequest(requestOf(record))).length;
  return requests > 0
    ? { confidence: 0.75, reason: `${requests} requests with a model and input items` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Responses alone, logs of `{request, response}`, requests alone, batch output, events of a stream, and run results with `raw_responses`.',
    'Items of a conversation: pages of the API, or an item a record.',
  ],
  spans: [
    'A response becomes a model call with its usage; function calls and built-in tools become tool calls, ended by the outputs that come back as input.',
    'A failed or incomplete response is an error, a cancelled one interrupted; a stream that breaks off is kept and noted.',
  ],
  turns:
    'Responses of one conversation, or chained by `previous_response_id`, are one session in whatever order they stand. User items open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Steps of a stream repeat the items and are counted.',
    'Where a run result sums several requests the tokens are theirs together, and the import says so.',
  ],
};

const openaiResponses: TraceFormat = {
  id: 'openai-responses',
  title: 'OpenAI responses',
  description: 'Responses, requests and streams of the OpenAI Responses API, chained by id or conversation.',
  documentation: 'https://platform.openai.com/docs/api-reference/responses',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new ResponsesReader(emit, source),
};

export default openaiResponses;
