/**
 * Ingestion events of Langfuse: what its SDKs send in batches and a self-hosted server keeps, an event a file. An event
 * creates a trace, observation or score, or says more of one. https://api.reference.langfuse.com/#tag/ingestion
 */
import { asObject, asText, get, isObject, type JsonObject } from './json';

export interface IngestionEvent {
  of: 'trace' | 'observation' | 'score' | 'log';
  /** Says more of what another event created. */
  isUpdate: boolean;
  /** The trace, observation or score as far as the event tells it, with its id, type and time. */
  body: JsonObject;
}

const TYPE =
  /^(trace|score|sdk|observation|event|span|generation|agent|tool|chain|retriever|evaluator|embedding|guardrail)-(create|update|log)$/;

/** The ingestion event a record is; null for any other. */
export function ingestionEvent(record: unknown): IngestionEvent | null {
  const [, word = '', act] = TYPE.exec(asText(get(record, 'type')) ?? '') ?? [];
  const body = asObject(get(record, 'body'));
  if (word === '' || !body || asText(get(record, 'id')) === null) return null;
  if (word === 'sdk') return { of: 'log', isUpdate: false, body };
  const time = get(record, 'timestamp');
  if (word === 'trace') return { of: 'trace', isUpdate: false, body: { timestamp: time, ...body } };
  if (word === 'score')
    return { of: 'score', isUpdate: false, body: { id: get(record, 'id'), timestamp: time, ...body } };
  const isUpdate = act === 'update';
  const type = word === 'observation' ? {} : { type: word.toUpperCase() };
  return {
    of: 'observation',
    isUpdate,
    body: { ...type, ...(isUpdate ? {} : { startTime: time }), ...body },
  };
}

/** What two events say of one thing: the later one wins where it says something. */
export function mergedBodies(before: JsonObject, later: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(later)) {
    if (value === null || value === undefined) continue;
    const there = merged[key];
    merged[key] = key === 'metadata' && isObject(there) && isObject(value) ? { ...there, ...value } : value;
  }
  return merged;
}
