/**
 * JSON as rows of a tree, only as many as are open. Pure. The JSON is other people's: keys are only ever shown, never
 * used to build objects, and neither depth nor length of the input can hurt.
 */

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

export interface JsonRow {
  /** Where the row is: keys and indices joined by `/`, escaped as in JSON Pointer. Stable, so that it can be a key. */
  path: string;
  depth: number;
  /** The key or index; null for the root. */
  label: string | null;
  kind: JsonKind | 'more';
  /** The scalar's value, or how many entries an object or array has. */
  value: string;
  count: number;
  isOpen: boolean;
  /** A string that is itself JSON, as tool arguments often are; it can be opened. */
  isEmbedded: boolean;
}

/** Entries of one object or array shown before "more", and at every "more" again. */
export const PAGE = 100;
const MAX_DEPTH = 64;
/** A longer string is not tried as JSON. */
const MAX_EMBEDDED = 512 * 1024;

export type ParsedJson = { isJson: true; value: unknown } | { isJson: false };

/** Parses text that may be JSON. Plain words, numbers and broken JSON are not worth a tree. */
export function parseJson(text: string): ParsedJson {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return { isJson: false };
  try {
    return { isJson: true, value: JSON.parse(text) as unknown };
  } catch {
    return { isJson: false };
  }
}

function kindOf(value: unknown): JsonKind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return typeof value as JsonKind;
  return 'object';
}

function embedded(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > MAX_EMBEDDED || value.length < 2) return undefined;
  const parsed = parseJson(value);
  return parsed.isJson ? parsed.value : undefined;
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

export interface JsonView {
  /** Paths opened or closed by hand; what is not there follows `openDepth`. */
  toggled: ReadonlyMap<string, boolean>;
  /** How many entries are shown of the object or array at a path; PAGE where nothing is said. */
  shown: ReadonlyMap<string, number>;
  /** Levels that are open at first. */
  openDepth: number;
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The rows of `value` that are open in `view`, in order. */
export function jsonRows(value: unknown, view: JsonView): JsonRow[] {
  const rows: JsonRow[] = [];
  const visit = (node: unknown, label: string | null, path: string, depth: number): void => {
    const inner = embedded(node);
    const isEmbedded = inner !== undefined;
    const container = isEmbedded ? inner : node;
    const kind = kindOf(container);
    const row: JsonRow = {
      path,
      depth,
      label,
      kind: kindOf(node),
      value: '',
      count: 0,
      isOpen: false,
      isEmbedded,
    };
    rows.push(row);
    if (kind !== 'object' && kind !== 'array') {
      row.value = scalarText(node);
      return;
    }
    if (isEmbedded) row.value = scalarText(node);
    const keys = kind === 'array' ? null : Object.keys(container as object);
    const items = kind === 'array' ? (container as unknown[]) : null;
    row.count = keys?.length ?? items?.length ?? 0;
    const isOpenAtFirst = depth < view.openDepth && !isEmbedded && (depth === 0 || row.count <= PAGE);
    row.isOpen = row.count > 0 && depth < MAX_DEPTH && (view.toggled.get(path) ?? isOpenAtFirst);
    if (!row.isOpen) return;
    const shown = Math.min(row.count, view.shown.get(path) ?? PAGE);
    for (let index = 0; index < shown; index += 1) {
      const key = keys?.[index] ?? String(index);
      const child = keys === null ? items?.[index] : (container as Record<string, unknown>)[key];
      visit(child, key, `${path}/${escapeKey(key)}`, depth + 1);
    }
    if (shown < row.count)
      rows.push({
        path: `${path}/~more`,
        depth: depth + 1,
        label: null,
        kind: 'more',
        value: path,
        count: row.count - shown,
        isOpen: false,
        isEmbedded: false,
      });
  };
  visit(value, null, '', 0);
  return rows;
}

/** A few words for a closed object or array, as long as `length` allows: `{ "date": "2026-03-13", … }`. */
export function jsonPreview(value: unknown, length = 60): string {
  let text = '';
  const write = (node: unknown, depth: number): void => {
    if (text.length > length) return;
    if (Array.isArray(node)) {
      text += '[';
      for (const [index, item] of node.slice(0, 12).entries()) {
        if (index > 0) text += ', ';
        if (depth > 2) text += '…';
        else write(item, depth + 1);
      }
      text += ']';
    } else if (typeof node === 'object' && node !== null) {
      text += '{';
      for (const [index, [key, item]] of Object.entries(node).slice(0, 12).entries()) {
        text += `${index > 0 ? ', ' : ''}${key}: `;
        if (depth > 2) text += '…';
        else write(item, depth + 1);
        if (text.length > length) break;
      }
      text += '}';
    } else text += typeof node === 'string' ? JSON.stringify(node.slice(0, length)) : String(node);
  };
  write(value, 0);
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
