/**
 * The messages that Claude Code's print mode and the Agent SDK stream as JSON, as lines of a transcript: they name the session in
 * snake case, a sub-agent by the call that started it, and no parents. Owns this translation and what the closing `result` says.
 * https://docs.claude.com/en/docs/claude-code/sdk/sdk-typescript
 */
import { filled } from './claude-line';
import { asNumber, asObject, asText, get, type JsonObject } from './json';

const TYPES = new Set(['system', 'user', 'assistant', 'result', 'stream_event']);

/** Whether a record is such a message. */
export function isStreamLine(record: unknown): boolean {
  const object = asObject(record);
  if (!object || asText(get(object, 'session_id')) === null || !TYPES.has(asText(get(object, 'type')) ?? ''))
    return false;
  return (
    Object.hasOwn(object, 'parent_tool_use_id') ||
    (get(object, 'type') === 'system' && asText(get(object, 'subtype')) !== null) ||
    (get(object, 'type') === 'result' && get(object, 'is_error') !== undefined)
  );
}

/** What a run ended with. */
export interface StreamEnd {
  spanId: string;
  sessionId: string | null;
  kind: 'event';
  name: string;
  operation: string;
  status: 'ok' | 'error';
  statusMessage: string | null;
  errorType: string | null;
  text: string | null;
  /** US dollars of the run since the `result` before. */
  costUsd: number | null;
  attributes: Readonly<Record<string, unknown>> | null;
  raw: JsonObject;
}

export class ClaudeStream {
  private readonly latest = new Map<string, string>();
  private readonly spent = new Map<string, number>();

  /** The message as a line of a transcript; `id` names it where it has no uuid. */
  line(record: unknown, id: string): JsonObject {
    const sessionId = asText(get(record, 'session_id')) ?? '';
    const agentId = asText(get(record, 'parent_tool_use_id'));
    const stream = `${sessionId}\n${agentId ?? ''}`;
    const uuid = asText(get(record, 'uuid')) ?? id;
    const parentUuid = this.latest.get(stream) ?? null;
    this.latest.set(stream, uuid);
    return {
      ...asObject(record),
      uuid,
      parentUuid,
      sessionId,
      isSidechain: agentId !== null,
      ...(agentId === null ? {} : { agentId }),
    };
  }

  /** The closing `result` as an event of its session. Its cost counts all of the session so far. */
  end(record: unknown, id: string): StreamEnd {
    const sessionId = asText(get(record, 'session_id'));
    const subtype = asText(get(record, 'subtype'));
    const isError = get(record, 'is_error') === true || (subtype?.startsWith('error') ?? false);
    const text = asText(get(record, 'result'));
    const total = asNumber(get(record, 'total_cost_usd') ?? get(record, 'cost_usd'));
    const before = this.spent.get(sessionId ?? '') ?? 0;
    if (total !== null) this.spent.set(sessionId ?? '', total);
    return {
      spanId: asText(get(record, 'uuid')) ?? `result:${id}`,
      sessionId,
      kind: 'event',
      name: 'result',
      operation: 'result',
      status: isError ? 'error' : 'ok',
      statusMessage: isError ? (text ?? subtype) : null,
      errorType: isError ? subtype : null,
      text,
      costUsd: total === null ? null : total >= before ? total - before : total,
      attributes: filled({
        subtype,
        turns: asNumber(get(record, 'num_turns')),
        durationMs: asNumber(get(record, 'duration_ms')),
        permissionDenials: get(record, 'permission_denials'),
      }),
      raw: asObject(record) ?? {},
    };
  }
}
