/**
 * Whether a call does something that cannot easily be taken back, told by the tool's name, the command line or the SQL in it.
 * Must not decide whether that was wanted: the detector does.
 */
import { commandOf } from './environment-failures';
import {
  actNouns,
  carriers,
  destructiveSql,
  disposable,
  harmlessWords,
  highImpactActs,
  highImpactCommands,
  sqlPrograms,
} from './high-impact.data';

const actOfVerb = new Map(
  highImpactActs.flatMap((act) => act.verbs.map((verb) => [verb, act.name] as const)),
);

/** The words of a tool name without its namespace, lower case: `mcp__shop__cancelOrder` gives cancel, order. */
export function wordsOfName(name: string): readonly string[] {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  if (knownNames.size >= maxKnownNames) knownNames.clear();
  const words = cutName(name);
  knownNames.set(name, words);
  return words;
}

/** Names met before: an agent has a few tools, and every call asks. */
const knownNames = new Map<string, readonly string[]>();
const maxKnownNames = 1000;

function cutName(name: string): string[] {
  const own = name.split(/__|[.:/]/).at(-1) ?? name;
  return own
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

function actOfName(name: string): string | null {
  // A note between agents of one team reaches nobody outside.
  if (name === 'SendMessage') return null;
  const words = wordsOfName(name);
  const first = words[0];
  if (first === undefined || words.some((word) => harmlessWords.includes(word))) return null;
  if (carriers.includes(first)) {
    const noun = words.slice(1).find((word) => Object.hasOwn(actNouns, word));
    return noun === undefined ? null : (actNouns[noun] ?? null);
  }
  return actOfVerb.get(first) ?? null;
}

/** The steps of a command line, without what stands in here-documents. */
function stepsOf(command: string): string[] {
  const body = /^[^\n]*<<[^\n]*\n/.exec(command);
  const own = body === null ? command : body[0];
  return own
    .slice(0, 1000)
    .split(/&&|\|\||[;|\n]/)
    .map((step) => step.trim().replace(/^(?:sudo\s+|env\s+|time\s+|\w+=\S*\s+)+/, ''));
}

/** What a command works on: its words but the options. */
function operandsOf(step: string): string[] {
  return step
    .split(/\s+/)
    .slice(1)
    .filter((word) => word !== '' && !word.startsWith('-'));
}

function isDisposable(step: string): boolean {
  const operands = operandsOf(step);
  return operands.length > 0 && operands.every((word) => disposable.test(word));
}

function actOfStep(step: string): string | null {
  if (sqlPrograms.test(step)) return destructiveSql.test(step) ? 'delete' : null;
  const found = highImpactCommands.find(([, pattern]) => pattern.test(step));
  if (found === undefined || (step.startsWith('rm') && isDisposable(step))) return null;
  return /--dry-run|\s-n\b.*clean/.test(step) ? null : found[0];
}

export interface HighImpactCall {
  /** A name of `highImpactActs`. */
  act: string;
  /** What is deleted, where a command says so; what the agent had made itself is its own to delete. */
  deleted: readonly string[];
}

/**
 * The act (a name of `highImpactActs`) that a call of this tool with these arguments is; null for an ordinary call.
 * `isShell`: the arguments hold a command line.
 */
export function highImpactActOf(
  toolName: string,
  input: string | null,
  isShell: boolean,
): HighImpactCall | null {
  if (isShell) {
    const command = commandOf(input);
    if (command === null) return callOf(actOfName(toolName));
    for (const step of stepsOf(command)) {
      const act = actOfStep(step);
      if (act !== null) return { act, deleted: step.startsWith('rm') ? operandsOf(step) : [] };
    }
    return null;
  }
  const act = actOfName(toolName);
  if (act !== null) return callOf(act);
  return callOf(destroysData(toolName, input) ? 'delete' : null);
}

function callOf(act: string | null): HighImpactCall | null {
  return act === null ? null : { act, deleted: [] };
}

function destroysData(toolName: string, input: string | null): boolean {
  return /sql|query|database|\bdb\b/i.test(toolName) && input !== null && destructiveSql.test(input);
}

const CREATES =
  /\bmkdir\b|>|\btouch\b|\bcp\b|\bclone\b|\bstart(?:project|app)\b|quickstart|\binit\b|\btee\b|\bcreate\b|\binstall\b/;

/** Whether a call may have made the thing of this name. */
export function mayHaveMade(toolName: string, input: string | null, thing: string): boolean {
  if (input === null) return false;
  const name = thing.replace(/\/+$/, '').split('/').at(-1) ?? thing;
  if (name === '' || name === '.' || name === '*' || name === '~' || !input.includes(name)) return false;
  return (
    /^(write|create|str_replace_editor|apply_patch)/i.test(toolName) || CREATES.test(commandOf(input) ?? '')
  );
}
