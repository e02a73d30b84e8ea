/** Files behind what a person chose: a file, or all trace files below a folder. */
import { constants, type Dirent, type Stats } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeftOut } from '../../shared/model/source';
import { BadInput } from '../workspace/problem';
import { endingOf, likelihood } from './file-kinds';
import { fileProblem } from './file-problem';

export interface FoundFile {
  path: string;
  /** What is shown: relative to the chosen folder, or the path itself. */
  displayPath: string;
  bytes: number;
  /** Lies in a chosen folder under a name that traces do not have: taken only where its content is known. */
  isOptional: boolean;
}

/** What is behind a path. */
export interface Expanded {
  files: FoundFile[];
  /** Paths below a folder that hold no traces by their names. */
  leftOut: string[];
}

/** Files of unusual names that are looked at below one folder; further ones are left out, so that no folder of programs takes forever. */
const MAX_OPTIONAL = 2000;

/** Texts that hold chats now and then, and mostly none: looked at in a folder that holds nothing else that may be a trace. */
const WRITTEN = /\.md$/i;

/** Ends the path of a link to a folder among what is left out. */
const LINK_TO_FOLDER = ' -> /';

/** Left out files by their endings, the most frequent first, each with the name of one. */
export function countEndings(paths: readonly string[]): LeftOut[] {
  const counts = new Map<string, LeftOut>();
  for (const path of paths) {
    const isLink = path.endsWith(LINK_TO_FOLDER);
    const name = (isLink ? path.slice(0, -LINK_TO_FOLDER.length) : path).split(/[/\\]/).at(-1) ?? path;
    const ending = isLink ? `link to a folder (${name})` : endingOf(name);
    const known = counts.get(ending);
    if (known) known.count += 1;
    else counts.set(ending, { ending, count: 1, example: name });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

/** Folders deeper than this are not entered; a folder linked into itself ends here too. */
const MAX_DEPTH = 24;

/** What is in a folder; null for one that may not be read or is gone meanwhile. */
async function entriesOf(path: string): Promise<Dirent[] | null> {
  return readdir(path, { withFileTypes: true }).catch(() => null);
}

/** What is behind an entry, as far as the system says. A link to a file is followed. */
async function behind(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null);
}

interface Walk extends Expanded {
  /** Whether texts that hold no traces as a rule are looked at. */
  areTextsRead: boolean;
}

async function walk(path: string, shown: string, depth: number, found: Walk): Promise<void> {
  const entries = await entriesOf(path);
  if (entries === null) {
    // Its line in the import says why, and what was lost with it is not lost silently.
    found.files.push({ path, displayPath: shown, bytes: 0, isOptional: false });
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const child = join(path, entry.name);
    const childShown = `${shown}/${entry.name}`;
    const isFolder = entry.isDirectory() && !entry.name.startsWith('.') && !entry.name.endsWith('.faultline');
    if (isFolder && depth < MAX_DEPTH) await walk(child, childShown, depth + 1, found);
    else if (!entry.isDirectory()) await add(entry, { path: child, displayPath: childShown }, found);
  }
}

async function add(entry: Dirent, file: { path: string; displayPath: string }, found: Walk): Promise<void> {
  const likely = found.areTextsRead && WRITTEN.test(entry.name) ? 'maybe' : likelihood(entry.name);
  if (likely === 'none' && entry.name.startsWith('.')) return;
  const isOptional = likely === 'maybe';
  const isTooMany = isOptional && found.files.filter((one) => one.isOptional).length >= MAX_OPTIONAL;
  const isLinked = entry.isSymbolicLink() && (await behind(file.path))?.isDirectory() === true;
  if (!isLinked && (likely === 'none' || isTooMany)) {
    found.leftOut.push(file.displayPath);
    return;
  }
  const info = await behind(file.path);
  // A link to a folder is not followed, since it may lead in a circle.
  if (info?.isDirectory() === true) {
    found.leftOut.push(`${file.displayPath}${LINK_TO_FOLDER}`);
    return;
  }
  if (info?.isFile() === true) found.files.push({ ...file, bytes: info.size, isOptional });
  // What is called like a trace and cannot be read, a pipe or a link to nothing, has a line in the import that says why.
  else if (!isOptional) found.files.push({ ...file, bytes: 0, isOptional });
}

/**
 * A file as it is; of a folder, everything that may be a trace by its name, and written texts where it holds nothing else. Throws BadInput where there is no such path,
 * or nothing in the folder that may be a trace.
 */
export async function expandPath(path: string): Promise<Expanded> {
  const info = await stat(path).catch((error: unknown) => {
    throw new BadInput(`${path} cannot be opened: ${fileProblem(error)}.`);
  });
  if (!info.isDirectory())
    return { files: [{ path, displayPath: path, bytes: info.size, isOptional: false }], leftOut: [] };
  await access(path, constants.R_OK | constants.X_OK).catch((error: unknown) => {
    throw new BadInput(`The folder ${path} cannot be read: ${fileProblem(error)}.`);
  });
  const shown = path.replace(/[/\\]+$/, '');
  let found: Walk = { files: [], leftOut: [], areTextsRead: false };
  await walk(path, shown, 0, found);
  if (found.files.length === 0 && found.leftOut.some((one) => WRITTEN.test(one))) {
    found = { files: [], leftOut: [], areTextsRead: true };
    await walk(path, shown, 0, found);
  }
  if (found.files.length === 0)
    throw new BadInput(
      `There is no trace file in ${path}${leftOutWords(found.leftOut)}. Looked for .jsonl, .ndjson, .json, .parquet, .csv, .tsv, .eval, .traj, .log, .txt, .zip and .tar, also with .gz or .zst; choose a file of another name by itself.`,
    );
  return { files: found.files, leftOut: found.leftOut };
}

function leftOutWords(paths: readonly string[]): string {
  const kinds = countEndings(paths).slice(0, 5);
  if (kinds.length === 0) return '';
  const list = kinds.map(({ count, ending, example }) => `${String(count)} ${ending || example}`);
  return `, only ${list.join(', ')}`;
}
