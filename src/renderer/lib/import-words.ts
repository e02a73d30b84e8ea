import type { ShownImport } from '../../shared/model/source';
import { formatCount, formatDateTime } from './format';

/** `talks.jsonl and 2 more, 2026-03-13 10:02`. */
export function importName({ importId, at, sources, files }: ShownImport): string {
  const name = sources[0]?.name ?? importId;
  const others = files.count - 1;
  return `${name}${others < 1 ? '' : ` and ${formatCount(others)} more`}, ${formatDateTime(at)}`;
}
