/**
 * One session of the coding agent, told step by step on a working tree kept in memory, so that what is read, changed and
 * run fits together. Keeps the ground truth of each user turn.
 */
import type { Player } from '../failure-flow';
import type { FailureModeKey, Trap, TruthFailure, TruthTurn, UserTurnClass } from '../ground-truth';
import { type Register, type Slots, type Templates, type Wording, expand } from '../grammar';
import { codingBook, leaving } from '../phrases/coding-turns';
import type { Rng } from '../rng';
import type { TruthRecorder, TurnMarks } from '../truth-recorder';
import type { Change, Names, Project } from './stack';
import { type Step, type StepIds, type ToolUse, type Transcript, callIds, rejection } from './transcript';
import { present } from '../present';

export interface ToolOptions {
  /** Said before the call. */
  say?: Templates;
  think?: Templates;
  /** The call is evidence of the failure being played. */
  blame?: boolean;
  /** Reports success but did nothing, and the agent goes on regardless. */
  silent?: boolean;
  isError?: boolean;
  /** Why an error here is harmless. */
  trap?: Trap;
  medianMs?: number;
}

export class CodingSession implements Player {
  readonly book = codingBook;
  readonly names: Names;
  readonly disk: Map<string, string>;
  failure: TruthFailure | null = null;
  apology: Templates | null = null;
  isOver = false;
  turnNo = 0;
  /** Tests in the module's test file as the runs report it. */
  testCount: number;
  /** True once a file has been changed. */
  hasChanges = false;
  /** Tasks done so far, for the summary at a compaction. */
  readonly finished: string[] = [];
  /** Slots every template may use. */
  slots: Record<string, string | number>;
  private lastAnswerLength = 0;

  constructor(
    readonly rng: Rng,
    readonly wording: Wording,
    readonly truth: TruthRecorder,
    readonly project: Project,
    readonly transcript: Transcript,
    public register: Register,
  ) {
    this.names = project.stack.names(project);
    this.disk = project.stack.files(project);
    this.testCount = rng.int(5, 13);
    const { entity, plural, amount, partner } = project;
    this.slots = {
      ...this.names,
      entity,
      entities: plural,
      amount,
      partner,
      branch: transcript.meta.gitBranch,
      invalidDay: project.stack.invalidDay,
    };
  }

  ask(templates: Templates, slots: Slots, turnClass: UserTurnClass, marks: TurnMarks = {}): TruthTurn {
    return this.askText(this.phrase(templates, slots), turnClass, marks);
  }

  phrase(templates: Templates, slots: Slots): string {
    return this.wording.spoken(templates, { ...this.slots, ...slots }, this.register, this.rng);
  }

  askText(text: string, turnClass: UserTurnClass, marks: TurnMarks = {}): TruthTurn {
    const pauseMs =
      this.turnNo === 0
        ? 0
        : this.rng.lognormal(20_000, 0.8) + this.lastAnswerLength * 22 + text.length * 120;
    this.turnNo++;
    return this.truth.turn(this.turnNo, this.transcript.user(text, pauseMs), turnClass, text, marks);
  }

  /** The agent's answer at the end of a turn. */
  reply(templates: Templates, slots: Slots = {}): void {
    this.replyText(this.fill(templates, slots));
  }

  replyText(said: string): void {
    const text = `${this.takeApology()}${said}`;
    this.lastAnswerLength = text.length;
    const ids = this.transcript.step({ text });
    if (this.failure !== null) this.failure.evidence.push(present(ids.said[0]));
  }

  beginFailure(mode: FailureModeKey, note: string): TruthFailure {
    this.failure = this.truth.failure(mode, note, Math.max(1, this.turnNo));
    return this.failure;
  }

  leave(failure: TruthFailure): void {
    this.ask(this.book.givesUp, {}, 'gives-up', { failureId: failure.failureId });
    if (this.hasChanges) this.reply(this.book.handOver, { files: '`' + this.names.service + '`' });
    else this.reply(leaving);
    this.truth.session.outcome = 'abandoned';
    this.isOver = true;
  }

  fill(templates: Templates, slots: Slots = {}): string {
    return this.wording.neutral(templates, { ...this.slots, ...slots }, this.rng);
  }

  /** A task's own sentence, outside of the rotation of templates. */
  say(template: string, slots: Slots = {}): string {
    return expand(template, { ...this.slots, ...slots }, this.rng);
  }

  path(file: string): string {
    return `${this.project.cwd}/${file}`;
  }

  read(file: string, options: ToolOptions = {}): StepIds {
    const text = this.disk.get(file) ?? '';
    const rows = text.split('\n');
    const content = rows.map((row, i) => `${String(i + 1).padStart(6)}→${row}`).join('\n');
    const detail = {
      type: 'text',
      file: {
        filePath: this.path(file),
        content: text,
        numLines: rows.length,
        startLine: 1,
        totalLines: rows.length,
      },
    };
    return this.use(
      { name: 'Read', input: { file_path: this.path(file) }, content, detail, medianMs: 25 },
      options,
    );
  }

  grep(pattern: string, options: ToolOptions = {}): StepIds {
    const hits: string[] = [];
    for (const [file, text] of this.disk) {
      text
        .split('\n')
        .forEach((row, i) => row.includes(pattern) && hits.push(`${file}:${i + 1}:${row.trim()}`));
    }
    const content = hits.length === 0 ? 'No matches found' : hits.join('\n');
    const filenames = [...new Set(hits.map((hit) => hit.slice(0, hit.indexOf(':'))))];
    const detail = {
      mode: 'content',
      numFiles: filenames.length,
      filenames,
      content: hits.join('\n'),
      numLines: hits.length,
    };
    return this.use(
      { name: 'Grep', input: { pattern, output_mode: 'content', '-n': true }, content, detail, medianMs: 40 },
      options,
    );
  }

  /** Throws when the text to replace is not there: a sample must not show edits of code that does not exist. */
  edit(change: Change, options: ToolOptions = {}): StepIds {
    const text = this.disk.get(change.path);
    if (text === undefined || !text.includes(change.before))
      throw new Error(`nothing to replace in ${change.path}: ${change.before}`);
    const ids = this.use(this.editUse(change), options);
    this.disk.set(
      change.path,
      text.replace(change.before, () => change.after),
    );
    this.hasChanges = true;
    return ids;
  }

  editUse(change: Change): ToolUse {
    const filePath = this.path(change.path);
    const input = { file_path: filePath, old_string: change.before, new_string: change.after };
    const detail = {
      filePath,
      oldString: change.before,
      newString: change.after,
      structuredPatch: [patch(change, this.disk.get(change.path) ?? '')],
      userModified: false,
      replaceAll: false,
    };
    return { name: 'Edit', input, content: `The file ${filePath} has been updated.`, detail, medianMs: 35 };
  }

  bash(command: string, output: string, options: ToolOptions = {}): StepIds {
    const use = this.bashUse(command, output);
    if (options.isError === true)
      return this.use({ ...use, isError: true, content: `Exit code 1\n${output}` }, options);
    return this.use(use, options);
  }

  bashUse(command: string, output: string): ToolUse {
    const description = described.find(([pattern]) => pattern.test(command))?.[1] ?? 'Run a command';
    const detail = { stdout: output, stderr: '', interrupted: false, isImage: false };
    return { name: 'Bash', input: { command, description }, content: output, detail, medianMs: 1900 };
  }

  /** Any tool call, with its narration, evidence and signals. */
  use(tool: ToolUse, options: ToolOptions): StepIds {
    const used = {
      ...tool,
      ...(options.isError === true ? { isError: true } : {}),
      ...(options.medianMs === undefined ? {} : { medianMs: options.medianMs }),
    };
    const ids = this.transcript.step({ ...this.narration(options), tools: [used] });
    const evidence = callIds(ids);
    if (options.blame === true || options.silent === true) this.failure?.evidence.unshift(...evidence);
    if (options.silent === true)
      this.truth.signal('silent-tool-failure', this.turnNo, evidence, this.failure);
    if (options.isError === true)
      this.truth.signal('tool-error', this.turnNo, evidence, this.failure, options.trap);
    return ids;
  }

  /** The user stops a tool call that waits for permission; the next user turn says why. */
  interrupt(tool: ToolUse, options: ToolOptions = {}): void {
    const { ids, interruption } = this.transcript.interruptTool({
      ...this.narration(options),
      tools: [tool],
    });
    this.failure?.evidence.push(...callIds(ids));
    this.truth.signal('user-interruption', this.turnNo, [interruption, callIds(ids)[1]], this.failure);
    this.lastAnswerLength = 0;
  }

  /** The user stops the agent while it writes. */
  interruptText(text: string): void {
    const { ids, interruption } = this.transcript.interruptText(`${this.takeApology()}${text}`);
    this.failure?.evidence.push(present(ids.said[0]));
    this.truth.signal('user-interruption', this.turnNo, [interruption], this.failure);
    this.lastAnswerLength = 0;
  }

  /** The user refuses a tool call and says why: a correction without a turn of its own. */
  reject(tool: ToolUse, reason: Templates, slots: Slots, failure: TruthFailure): void {
    const text = this.phrase(reason, slots);
    const content = `${rejection} The user provided the following reason for the rejection:  ${text}`;
    const ids = this.transcript.step({ tools: [{ ...tool, content, isError: true, medianMs: 9000 }] });
    failure.evidence.push(...callIds(ids));
    this.truth.correction(failure, this.turnNo, callIds(ids)[1], text, 'tool-rejection');
  }

  /** Marks the tool results as a loop of failing calls. */
  retryLoop(calls: readonly StepIds[]): void {
    const ids = calls.flatMap((call) => callIds(call));
    this.truth.signal('retry-loop', this.turnNo, ids, this.failure);
  }

  private narration(options: ToolOptions): Step {
    const text = `${this.takeApology()}${options.say === undefined ? '' : this.fill(options.say)}`.trim();
    return {
      ...(options.think === undefined ? {} : { thinking: this.fill(options.think) }),
      ...(text === '' ? {} : { text }),
    };
  }

  private takeApology(): string {
    const regret = this.apology === null ? '' : `${this.fill(this.apology)} `;
    this.apology = null;
    return regret;
  }
}

const described: readonly (readonly [RegExp, string])[] = [
  [/^git checkout/, 'Restore files from git'],
  [/^git commit/, 'Commit the change'],
  [/^git/, 'Work with git'],
  [/add|go get/, 'Install a package'],
  [/test/, 'Run the tests'],
  [/^curl/, 'Call the running service'],
  [/^docker/, 'Start the database'],
];

function patch(change: Change, text: string): object {
  const start = text.slice(0, text.indexOf(change.before)).split('\n').length;
  const before = change.before.split('\n');
  const after = change.after.split('\n');
  return {
    oldStart: start,
    oldLines: before.length,
    newStart: start,
    newLines: after.length,
    lines: [...before.map((row) => `-${row}`), ...after.map((row) => `+${row}`)],
  };
}
