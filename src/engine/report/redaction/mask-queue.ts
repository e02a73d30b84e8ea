/** Masks a queue that goes out to a colleague: its traces as they lie in Parquet, its codebook, and where its files were. */
import type { RedactionReport } from '../../../shared/contract/redaction';
import type { QueueMask } from '../../review/exchange';
import { redactOutgoing } from './redact-table';
import { maskJsonFile, maskValue, type Masking } from './redact-value';
import { lookAtTable } from './second-look';

/** Ids stay as they are, or reviews would not find their sessions again when they come back. */
const KEEPS: ReadonlySet<string> = new Set([
  'session_id',
  'span_id',
  'source_id',
  'parent_span_id',
  'trace_id',
  'tool_call_id',
  'agent_id',
  'spawns_agent_id',
  'label_id',
  'call_hash',
]);

/** The mask, and what it did once the queue is packed. */
export function maskQueue(masking: Masking): QueueMask & { report: () => RedactionReport } {
  const leaks: RedactionReport['leaks'] = [];
  return {
    table: (tx) => redactOutgoing(tx, masking.redactor, masking.list, KEEPS),
    look: async (tx, path) => {
      leaks.push(...(await lookAtTable(tx, path, 'parquet', masking.redactor, KEEPS)));
    },
    act: (act) => maskValue(act, masking, 'codebook'),
    json: (path) => maskJsonFile(path, masking),
    report: () => ({ counts: masking.list.counts, places: masking.list.places, leaks }),
  };
}
