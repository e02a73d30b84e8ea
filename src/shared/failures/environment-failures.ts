/**
 * What in an agent's surroundings failed at a span: which kind, which HTTP status, which exit code, in which words.
 * Reads what the source marks as an error, and of other results only those that begin as errors do: a page or a file that
 * talks about errors is no error. Must not decide what is worth a finding: the detectors do.
 */
import { Latest } from '../text/latest';
import {
  answeringPrograms,
  environmentFailureKinds,
  environmentFailurePatterns,
  exitCodePattern,
  httpErrorPattern,
  kindOfStatus,
  type EnvironmentFailureKind,
} from './environment-failures.data';
import { showingPrograms } from './shell-failures.data';
import { quote, toolOf, type Step } from './step';

export interface EnvironmentFailure {
  /** The most telling kind; null where only a status or exit code is known. */
  kind: EnvironmentFailureKind | null;
  /** 400 to 599, or null. */
  httpStatus: number | null;
  /** Non-zero exit code; null where there is none or it is zero. */
  exitCode: number | null;
  /** The words it was told by, on one line, at most 140 characters. */
  words: string;
}

/** Characters at the start and the end of a failed result that say why it failed; logs fill the middle. */
const HEAD = 400;
const TAIL = 240;
/** A result not marked as failed must be short and begin as an error does. */
const SHORT = 600;
/** Where an exit code stands: the first or the last lines. */
const EXIT_REACH = 120;

const LOOKS_FAILED =
  /^\W*(error|exception|traceback|fatal|fail(ed|ure)|cannot|could ?n.t|could not|unable|not found|no such|permission denied|access denied|unauthori[sz]ed|forbidden|time-?out|timed|connection|invalid|internal server|bad request|rate.?limit|too many|http\b|[45]\d\d\b|command not found|operation not|sandbox|blocked|<error|<tool_use_error|api error|\{"(error|detail|message|status)"|\w{1,40}(error|exception)\b|(ba|z)?sh: |\S{1,40}: (cannot|command not found|no such|permission))/i;

/** A cheap look before the pattern: most results name no exit code at all. */
function mayNameExit(text: string): boolean {
  return (
    text.includes('exit') ||
    text.includes('Exit') ||
    text.includes('returncode') ||
    text.includes('eturn code') ||
    text.includes('eturn_code') ||
    text.includes('with code') ||
    text.includes('with status')
  );
}

/** A code in `text`, or null when it is written nowhere. */
function codeIn(pattern: RegExp, text: string): number | null {
  const match = pattern.exec(text);
  const digits = match?.slice(1).find((group: string | undefined) => group !== undefined);
  return digits === undefined ? null : Number(digits);
}

/** A shell whose call failed has ended with a code, whether the source wrote it down or not. */
const SHELLS =
  /^(bash|shell|sh|terminal|local_shell\w*|run_command|run_shell_command|run_terminal\w*|execute_bash|execute_command|exec(?!ute_ipython|ute_python|ute_code)\w*|powershell|run)$/i;

/** Whether the call ran a command in a shell. */
export function isShellCall(step: Pick<Step, 'kind' | 'toolName'>): boolean {
  return step.kind === 'tool' && step.toolName !== null && SHELLS.test(step.toolName);
}

/** The exit code a result or its status message names; null where none is named. */
export function exitCodeOf(step: Pick<Step, 'text' | 'statusMessage' | 'errorType'>): number | null {
  const { text } = step;
  for (const part of [step.statusMessage ?? '', step.errorType ?? '', text.slice(0, EXIT_REACH)]) {
    const code = part !== '' && mayNameExit(part) ? codeIn(exitCodePattern, part) : null;
    if (code !== null) return code;
  }
  if (text.length <= EXIT_REACH) return null;
  const end = text.slice(-EXIT_REACH);
  return mayNameExit(end) ? codeIn(exitCodePattern, end) : null;
}

const SHELL_COMMAND = /"(?:command|cmd|script|code|action)"\s*:\s*"((?:[^"\\]|\\.)*)/;

/** The command line of a shell call: the argument of that name, or the arguments themselves where they are plain text. */
export function commandOf(input: string | null): string | null {
  if (input === null) return null;
  const text = input.trimStart();
  if (!text.startsWith('{') && !text.startsWith('[')) return text;
  const found = SHELL_COMMAND.exec(text)?.[1];
  if (found !== undefined) return found.replace(/\\n/g, '\n').replace(/\\(["\\/])/g, '$1');
  const list = /"(?:command|cmd)"\s*:\s*\[([^\]]*)/.exec(text)?.[1];
  return list === undefined ? null : list.replace(/"\s*,\s*"/g, ' ').replace(/^"|"$/g, '');
}

/** Whether the last program of a command line answers with exit code 1. */
export function isAnsweringCommand(command: string): boolean {
  const last = command.split(/\|\||&&|[|;\n]/).findLast((part) => part.trim() !== '') ?? '';
  const words = last.trim().split(/\s+/, 3);
  const first = (words[0] ?? '').split('/').at(-1) ?? '';
  return answeringPrograms.includes(first) || answeringPrograms.includes(`${first} ${words[1] ?? ''}`);
}

/** Whether the last program of a command line shows what is stored somewhere. Git's own refusals are told by their first words. */
export function isShowingCommand(command: string): boolean {
  const last = command.split(/\|\||&&|[|;\n]/).findLast((part) => part.trim() !== '') ?? '';
  const program = last.trim().split(/\s+/, 1)[0] ?? '';
  return showingPrograms.includes(program.split('/').at(-1) ?? '');
}

function textsOf(step: Step, isMarked: boolean): string | null {
  // Many sources repeat the beginning of the text as the message.
  const message =
    step.statusMessage !== null && !step.text.startsWith(step.statusMessage) ? step.statusMessage : '';
  const told = `${message} ${step.errorType ?? ''}`.trim();
  if (isMarked) {
    const tail = step.text.length > HEAD + TAIL ? ` ${step.text.slice(-TAIL)}` : '';
    const own = step.kind === 'llm' ? '' : `${step.text.slice(0, HEAD)}${tail}`;
    return (own === '' ? told : `${own} ${told}`).trim();
  }
  if (step.kind !== 'tool' && step.kind !== 'retrieval') return told === '' ? null : told;
  return step.textLength <= SHORT && LOOKS_FAILED.test(step.text.slice(0, 80))
    ? `${told} ${step.text}`
    : null;
}

function readFailure(step: Step): EnvironmentFailure | null {
  if (step.isRewound || step.kind === 'user' || step.kind === 'system') return null;
  if (step.status === 'interrupted' || step.status === 'rejected') return null;
  const exit = step.kind === 'tool' || step.kind === 'environment' ? exitCodeOf(step) : null;
  const exitCode = exit === 0 ? null : exit;
  const isMarked = step.status === 'error' || exitCode !== null;
  const isBlocked = step.kind === 'guardrail' && isMarked;
  const text = textsOf(step, isMarked);
  if (text === null || text === '') {
    return exitCode === null && !isBlocked
      ? null
      : { kind: isBlocked ? 'guardrail-block' : null, httpStatus: null, exitCode, words: '' };
  }
  const httpStatus = codeIn(httpErrorPattern, text);
  const kind = isBlocked ? 'guardrail-block' : kindOf(text, httpStatus);
  if (kind === null && httpStatus === null && exitCode === null) return null;
  return { kind, httpStatus, exitCode, words: wordsAround(text, kind) };
}

function kindOf(text: string, httpStatus: number | null): EnvironmentFailureKind | null {
  const told = environmentFailureKinds.find((one) => environmentFailurePatterns[one].test(text));
  return told ?? (httpStatus === null ? null : (kindOfStatus.get(httpStatus) ?? null));
}

function wordsAround(text: string, kind: EnvironmentFailureKind | null): string {
  const at = kind === null ? 0 : text.search(environmentFailurePatterns[kind]);
  const start = text.lastIndexOf('\n', Math.max(0, at)) + 1;
  // Not in the middle of a word.
  const from =
    start >= at - 60 ? start : at - 60 + (/^\S*\s*/.exec(text.slice(at - 60, at))?.[0].length ?? 0);
  return quote(text.slice(from), 140);
}

const known = new Latest<readonly Step[], ReadonlyMap<string, EnvironmentFailure>>(8);

function readFailures(steps: readonly Step[]): ReadonlyMap<string, EnvironmentFailure> {
  const found = new Map<string, EnvironmentFailure>();
  for (const step of steps) {
    const failure = readFailure(step);
    if (failure) found.set(step.spanId, failure);
  }
  return found;
}

/** What failed at each span of a session, by span id; worked out once for all who ask about the same spans. */
export function environmentFailures(steps: readonly Step[]): ReadonlyMap<string, EnvironmentFailure> {
  return known.of(steps, readFailures);
}

/** Failures of one sort by the same tool in the same turn: told once, however often it was tried. */
export interface FailureGroup<S extends Step> {
  steps: S[];
  failure: EnvironmentFailure;
}

/** The failures for which `matches` holds, grouped by turn, agent and tool, in order of their first span. */
export function failureGroups<S extends Step>(
  steps: readonly S[],
  matches: (failure: EnvironmentFailure, step: S) => boolean,
): FailureGroup<S>[] {
  const failures = environmentFailures(steps);
  if (failures.size === 0) return [];
  const groups = new Map<string, FailureGroup<S>>();
  for (const step of steps) {
    const failure = failures.get(step.spanId);
    if (!failure || !matches(failure, step)) continue;
    const key = `${String(step.turnNo)}|${step.agentId ?? ''}|${step.toolName ?? step.name}`;
    const group = groups.get(key);
    if (group) group.steps.push(step);
    else groups.set(key, { steps: [step], failure });
  }
  return [...groups.values()];
}

/** How often it happened and in which words, as one sentence: "Bash ran into a timeout 2 times: …". */
export function failureSentence<S extends Step>(group: FailureGroup<S>, what: string): string {
  const first = group.steps[0] as S;
  const times = group.steps.length === 1 ? '' : ` ${String(group.steps.length)} times in this turn`;
  const words = group.failure.words === '' ? '.' : `: ${group.failure.words}`;
  return `${toolOf(first)} ${what}${times}${words}`;
}

/** The spans of a group as evidence, at most 20, the first one first. */
export function evidenceOf<S extends Step>(group: FailureGroup<S>): [string, ...string[]] {
  const [first, ...rest] = group.steps;
  return [(first as S).spanId, ...rest.slice(0, 19).map((step) => step.spanId)];
}
