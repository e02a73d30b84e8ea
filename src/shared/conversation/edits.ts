/**
 * What a coding agent changed, read from the arguments of its calls: edits by old and new text, patches, shell commands that
 * write, and commands that take changes back. Arguments may be cut off anywhere, so they are read leniently and never parsed
 * as a whole. Owns the shapes of the known edit tools; knows nothing of sessions.
 */
import { asText, get, parseMaybe } from '../trace/json';

/** A change of a file; texts are as far as the arguments hold them. */
export type Edit = {
  path: string | null;
  before: string;
  after: string;
  /** The arguments were cut before the end of a text. */
  isCut: boolean;
};

const oldKeys = ['old_string', 'old_str', 'oldText', 'old_text', 'old_code', 'search'];
const newKeys = ['new_string', 'new_str', 'newText', 'new_text', 'new_code', 'replace'];
const pathKeys = ['file_path', 'path', 'filePath', 'filename', 'file', 'target_file', 'absolute_path'];
const commandKeys = ['command', 'cmd', 'script', 'code'];

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** The string under a key of JSON text that may end anywhere; `from` where to begin to look. */
function stringUnder(
  json: string,
  key: string,
  from: number,
): { value: string; end: number; isCut: boolean } | null {
  const at = json.indexOf(`"${key}"`, from);
  if (at < 0) return null;
  let i = at + key.length + 2;
  while (i < json.length && /[\s:]/u.test(json.charAt(i))) i++;
  if (json.charAt(i) !== '"') return null;
  let value = '';
  for (i++; i < json.length; i++) {
    const c = json.charAt(i);
    if (c === '"') return { value, end: i, isCut: false };
    if (c !== '\\') value += c;
    else {
      i++;
      const escaped = json.charAt(i);
      if (escaped === 'u') {
        value += String.fromCharCode(Number.parseInt(json.slice(i + 1, i + 5), 16) || 0xfffd);
        i += 4;
      } else value += escapes[escaped] ?? escaped;
    }
  }
  return { value, end: json.length, isCut: true };
}

function firstUnder(json: string, keys: readonly string[], from: number): ReturnType<typeof stringUnder> {
  for (const key of keys) {
    const found = stringUnder(json, key, from);
    if (found) return found;
  }
  return null;
}

const patchFile = /^\*\*\* (?:Update|Add|Delete) File: (.+)$/u;

function editsOfPatch(patch: string): Edit[] {
  const edits: Edit[] = [];
  let current = null as Edit | null;
  for (const line of patch.split('\n')) {
    const path = patchFile.exec(line)?.[1];
    if (path !== undefined || line.startsWith('@@')) {
      current = { path: path ?? current?.path ?? null, before: '', after: '', isCut: false };
      edits.push(current);
    } else if (current && line.startsWith('-')) current.before += `${line.slice(1)}\n`;
    else if (current && line.startsWith('+')) current.after += `${line.slice(1)}\n`;
  }
  return edits.filter((edit) => edit.before !== '' || edit.after !== '');
}

/** The edits in a call's arguments; empty for a call that edits nothing by old and new text. At most 50. */
export function editsOf(input: string | null): Edit[] {
  if (input === null) return [];
  if (input.includes('*** Begin Patch'))
    return editsOfPatch(input.includes('\\n') ? input.replaceAll('\\n', '\n') : input);
  const path = firstUnder(input, pathKeys, 0)?.value ?? null;
  const edits: Edit[] = [];
  for (let from = 0; edits.length < 50;) {
    const before = firstUnder(input, oldKeys, from);
    if (!before) break;
    const after = firstUnder(input, newKeys, before.end) ?? firstUnder(input, newKeys, from);
    edits.push({
      path,
      before: before.value,
      after: after?.value ?? '',
      isCut: before.isCut || after === null || after.isCut,
    });
    from = Math.max(before.end, after?.end ?? 0) + 1;
  }
  return edits;
}

/** The file a call writes whole, if its arguments name one. */
export function pathOf(input: string | null): string | null {
  return input === null ? null : (firstUnder(input, pathKeys, 0)?.value ?? null);
}

/** The shell command in a call's arguments, JSON or bare; null where there is none. */
export function commandOf(input: string | null): string | null {
  if (input === null) return null;
  if (!input.trimStart().startsWith('{')) return input;
  const plain = firstUnder(input, commandKeys, 0);
  if (plain) return plain.value;
  const parsed = parseMaybe(input);
  const parts = get(parsed, 'command') ?? get(parsed, 'cmd');
  return Array.isArray(parts) ? parts.map((part) => asText(part) ?? '').join(' ') : null;
}

export type TakingBack = {
  /** The command, shortened. */
  said: string;
  how: 'checkout' | 'restore' | 'reset' | 'revert' | 'stash' | 'clean';
  /** Words after the options: paths or commits. */
  targets: string[];
};

const gitCall =
  /\bgit\s+(?:-C\s+\S+\s+|-c\s+\S+\s+|--no-pager\s+)*(checkout|restore|reset|revert|stash|clean)\b([^\n;&|]*)/gu;

function readTakingBack(how: string, rest: string): string[] | null {
  const words = rest
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const options = words.filter((word) => word.startsWith('-'));
  const targets = words.filter((word) => !word.startsWith('-') && !/^\d?>/u.test(word));
  const has = (...names: string[]): boolean => options.some((option) => names.includes(option));
  switch (how) {
    case 'checkout': {
      if (has('-b', '-B', '--orphan', '-t', '--track', '--detach')) return null;
      const paths = words.includes('--')
        ? targets
        : targets.filter((word) => /[./]/u.test(word) || word === 'HEAD');
      return words.includes('--') ||
        targets.length > 1 ||
        paths.some((word) => word === '.' || /\.\w+$/u.test(word))
        ? targets
        : null;
    }
    case 'restore':
      return has('--staged', '-S') && !has('--worktree', '-W') ? null : targets;
    case 'reset':
      return has('--hard', '--merge', '--keep') ? targets : null;
    case 'revert':
      return has('--continue', '--abort', '--quit', '--skip') ? null : targets;
    case 'stash':
      return targets[0] === undefined || targets[0] === 'push' || targets[0] === 'save'
        ? targets.slice(1)
        : null;
    case 'clean':
      return options.some((option) => /^-\w*f/u.test(option) || option === '--force') &&
        !has('-n', '--dry-run')
        ? targets
        : null;
    default:
      return null;
  }
}

/** Commands of git that throw changes away or set them aside; a stash that is taken out again in the same command is none. */
export function takingBackIn(command: string): TakingBack[] {
  if (!command.includes('git')) return [];
  const found: TakingBack[] = [];
  for (const match of command.slice(0, 4000).matchAll(gitCall)) {
    const how = match[1] as TakingBack['how'];
    const targets = readTakingBack(how, match[2] ?? '');
    if (targets === null) continue;
    if (how === 'stash' && /\bgit\s+stash\s+(?:pop|apply)\b/u.test(command.slice(match.index + 1))) continue;
    found.push({ said: match[0].trim().slice(0, 80), how, targets });
  }
  return found;
}

const shellWrite =
  /\bsed\s+(?:-\w+\s+)*-\w*i|\bperl\s+-\w*i|(?<![0-9&>-])>{1,2}\s*(?!\/dev\/|&)["']?[\w./~$-]+\.\w+|\btee\s+(?!\/dev)|\bgit\s+apply\b|\bpatch\s+-p|\bapply_patch\b|\bopen\([^)\n]{1,80}["'][wa]["']/u;

/** The command writes into a file. */
export function writesFiles(command: string): boolean {
  return shellWrite.test(command.slice(0, 4000));
}

/** The last part of a path, to compare paths that are written relative and absolute. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/u, '')
      .split(/[\\/]/u)
      .at(-1) ?? path
  );
}
