/** A name for a new workspace, out of what was dropped. Pure. */
import type { GrantedFile } from '../../../shared/desktop';
import { formatDate } from '../../lib/format';

const ENDINGS = /(\.(jsonl|ndjson|json|parquet|gz|zst|csv|txt|log|zip))+$/iu;
const MAX_LENGTH = 60;

/**
 * What the files are called, where that says something; else the day. A name that is taken gets a number.
 * `taken` are the names of the workspaces that are known.
 */
export function suggestName(
  files: readonly Pick<GrantedFile, 'name' | 'kind'>[],
  taken: readonly string[],
  now: number,
): string {
  const folder = files.find((file) => file.kind === 'folder');
  const only = files.length === 1 ? files[0] : undefined;
  const source = folder?.name ?? only?.name ?? sharedStart(files.map((file) => file.name));
  const cleaned = clean(source);
  const base = cleaned.length >= 3 ? cleaned : `Traces of ${formatDate(now)}`;
  const used = new Set(taken.map((name) => name.toLowerCase()));
  if (!used.has(base.toLowerCase())) return base;
  let number = 2;
  while (used.has(`${base} ${number}`.toLowerCase())) number += 1;
  return `${base} ${number}`;
}

/** Letters, digits and spaces; ids and what only a file system needs are left out. */
function clean(name: string): string {
  const plain = name
    .replace(ENDINGS, '')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/giu, ' ')
    .replace(/[^\p{L}\p{N}\- ]+/gu, ' ')
    .replace(/^[\s-]+|[\s-]+$/gu, '')
    .replace(/\s+/gu, ' ');
  return /\p{L}/u.test(plain) ? plain.slice(0, MAX_LENGTH).trim() : '';
}

function sharedStart(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  let length = first.length;
  for (const name of rest) {
    let same = 0;
    while (same < length && name[same] === first[same]) same += 1;
    length = same;
  }
  return first.slice(0, length);
}
