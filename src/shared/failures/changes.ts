/**
 * What a tool call changes outside the conversation, told by the tool's name, its arguments, the edit or the command line in it.
 * Must not decide whether the change was wanted.
 */
import { commandOf, editsOf, pathOf, writesFiles } from '../conversation/edits';
import { changingVerbs, handOverWords } from './changing-tools.data';
import { wordsOfName } from './high-impact';
import { harmlessWords } from './high-impact.data';

interface Call {
  spanId: string;
  name: string;
  toolName: string | null;
  pillar: string;
  status: string;
  input: string | null;
  callHash: string | null;
}

/** Quoted values of arguments that hold a digit and no space: ids, amounts, dates. */
const VALUES = /"(#?[\w#-]*\d[\w-]*)"/g;

/** Ids, amounts and dates in a call's arguments, in order, repeated ones as often as they stand there. */
export function valuesOf(input: string | null): string[] {
  return input === null ? [] : Array.from(input.matchAll(VALUES), (match) => match[1] as string);
}

/**
 * What a call changes things with: paths of edits, the hash of a shell command that writes, ids and amounts of a changing tool.
 * Empty for a call that only reads, that failed or that was refused.
 */
export function changesOf(call: Call): string[] {
  if (call.status === 'error' || call.status === 'rejected') return [];
  if (call.pillar === 'environment') {
    const command = commandOf(call.input);
    if (command !== null && writesFiles(command)) return [call.callHash ?? call.spanId];
  }
  const words = wordsOfName(call.toolName ?? call.name);
  const isChanging =
    changingVerbs.has(words[0] ?? '') &&
    !words.some((word) => handOverWords.has(word) || harmlessWords.includes(word));
  if (!isChanging) return editsOf(call.input).flatMap((edit) => edit.path ?? []);
  const values = valuesOf(call.input);
  return values.length > 0 ? values : [pathOf(call.input) ?? call.callHash ?? call.spanId];
}
