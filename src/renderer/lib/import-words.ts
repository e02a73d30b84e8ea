import type { ImportRecord } from '../../shared/model/source';
import { formatDateTime } from './format';

/** `talks.jsonl and 2 more, 2026-03-13 10:02`. */
export function importName(record: ImportRecord): string {
  const [first, ...others] = record.sources;
  const name = first?.name ?? record.importId;
  return `${name}${others.length === 0 ? '' : ` and ${others.length} more`}, ${formatDateTime(record.at)}`;
}
