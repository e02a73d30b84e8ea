/**
 * immediate-undo: what the agent did was taken back soon after. From client events (accepted, then undone), in coding sessions
 * from edits whose old and new text are swapped by a later edit, from git checkout, restore, reset, revert, stash and clean
 * after an edit, from refused edits, and from the user asking for it. Plano Signals (arXiv 2604.00356) has no such rule.
 */
import { z } from 'zod';
import { conversationOf, inWords, quote, speechOf } from '../../../shared/conversation/conversation';
import {
  baseName,
  commandOf,
  editsOf,
  pathOf,
  takingBackIn,
  writesFiles,
  type Edit,
} from '../../../shared/conversation/edits';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { revertRequest } from '../../../shared/lexicon/revert-request.data';
import { findPhrase } from '../../../shared/text/phrases';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  maxTurns: z
    .number()
    .int()
    .min(0)
    .default(3)
    .describe(
      'turns between an edit and its reversal; later it is another piece of work (own choice, as for rephrases)',
    ),
  maxMinutes: z
    .number()
    .min(0)
    .default(60)
    .describe(
      'minutes between acceptance and undo, or edit and reversal, where the source has times (own choice)',
    ),
  minEditLength: z
    .number()
    .int()
    .min(1)
    .default(12)
    .describe(
      'characters the longer side of an edit needs; shorter ones are swapped back and forth in ordinary work (seen in coding transcripts)',
    ),
  maxWords: z
    .number()
    .int()
    .min(1)
    .default(60)
    .describe('words of a user turn beyond which its wording is not read as an order to take back'),
});
type Limits = z.output<typeof parameters>;

const revertPhrases = phraseSet(revertRequest);
const editTools = /edit|write|replace|patch|create_file|update_file|notebook/iu;
const shellTools = /bash|shell|terminal|exec|run_command|command|^run$/iu;

/** A question how something is undone asks for knowledge. */
const asksHow = /^\W*(?:how|wie|comment|c[oó]mo)\s[^.!]*\?\s*$/iu;

/** Changes remembered at a time, so that a session of thousands costs no more than its length. */
const changesKept = 200;

interface Change {
  span: DetectorSpan;
  path: string | null;
  edit: Edit | null;
  /** The command that made it, where a shell did: which files it wrote is not known otherwise. */
  command: string | null;
}

function touches({ path, command }: Change, names: readonly string[]): boolean {
  if (command !== null) return names.some((name) => name !== '' && command.includes(name));
  return path === null || names.includes(baseName(path));
}

function isSoon(before: DetectorSpan, after: DetectorSpan, limits: Limits): boolean {
  if (after.turnNo - before.turnNo > limits.maxTurns) return false;
  if (before.startMs === null || after.startMs === null) return true;
  return after.startMs - before.startMs <= limits.maxMinutes * 60_000;
}

function lapse(before: DetectorSpan, after: DetectorSpan): string {
  const steps = after.position - before.position;
  const time =
    before.startMs === null || after.startMs === null
      ? ''
      : ` and ${inWords(after.startMs - before.startMs)}`;
  return `${String(steps)} ${steps === 1 ? 'step' : 'steps'}${time} later`;
}

/** Accepted by the person, then undone. */
function undoneEvents(spans: readonly DetectorSpan[], limits: Limits): FindingInput[] {
  const accepted = new Map<string, DetectorSpan>();
  const findings: FindingInput[] = [];
  for (const span of spans) {
    if (span.kind !== 'event' || span.operation === null || !span.operation.startsWith('client.')) continue;
    const key = span.parentSpanId ?? '';
    if (span.operation === 'client.accept') accepted.set(key, span);
    if (span.operation !== 'client.undo') continue;
    const before = accepted.get(key);
    accepted.delete(key);
    if (before && !isSoon(before, span, limits)) continue;
    const subject = spans.find((one) => one.spanId === span.parentSpanId);
    const evidence = [before, subject].flatMap((one) => (one ? [one.spanId] : []));
    findings.push({
      evidence: [span.spanId, ...evidence],
      turnNo: span.turnNo,
      reason: before
        ? `The user accepted what the agent proposed and undid it ${lapse(before, span)}.`
        : 'The user undid what the agent had done.',
      severity: 3,
    });
  }
  return findings;
}

function isSwapped(earlier: Edit, later: Edit, minLength: number): boolean {
  if (earlier.isCut || later.isCut || Math.max(earlier.before.length, earlier.after.length) < minLength)
    return false;
  if (earlier.before.trim() === earlier.after.trim()) return false;
  const samePlace =
    earlier.path === null || later.path === null || baseName(earlier.path) === baseName(later.path);
  return (
    samePlace && earlier.before.trim() === later.after.trim() && earlier.after.trim() === later.before.trim()
  );
}

/** Follows the changes of a session and says which later call takes one back. */
class Undoing {
  readonly findings: FindingInput[] = [];
  private changes: Change[] = [];

  constructor(private readonly limits: Limits) {}

  private add(later: DetectorSpan, earlier: DetectorSpan, how: string): void {
    const isAsked = later.turnNo > earlier.turnNo;
    this.findings.push({
      evidence: [later.spanId, earlier.spanId],
      turnNo: later.turnNo,
      reason: `${how} ${lapse(earlier, later)}${isAsked ? ', after the user spoke' : ''}.`,
      severity: isAsked ? 3 : 2,
    });
    this.changes = this.changes.filter((change) => change.span !== earlier);
  }

  private keep(change: Change): void {
    this.changes.push(change);
    if (this.changes.length > changesKept) this.changes.shift();
  }

  edit(span: DetectorSpan): void {
    const edits = editsOf(span.input);
    for (const later of edits) {
      const earlier = this.changes.findLast(
        (change) =>
          change.edit !== null &&
          isSoon(change.span, span, this.limits) &&
          isSwapped(change.edit, later, this.limits.minEditLength),
      );
      if (!earlier) continue;
      const where = later.path ?? earlier.path;
      this.add(
        span,
        earlier.span,
        `An edit${where === null ? '' : ` of ${baseName(where)}`} was reversed to the letter by another`,
      );
      return;
    }
    if (edits.length === 0) this.keep({ span, path: pathOf(span.input), edit: null, command: null });
    for (const edit of edits) this.keep({ span, path: edit.path, edit, command: null });
  }

  command(span: DetectorSpan, isTakenOutLater: () => boolean): void {
    const command = commandOf(span.input);
    if (command === null) return;
    for (const back of takingBackIn(command)) {
      // A stash that is taken out again later was a look at the state before, not an undo.
      if (back.how === 'stash' && isTakenOutLater()) continue;
      const names = back.targets.map(baseName);
      const all =
        names.length === 0 ||
        (names.some((name) => name === '.' || /^(?:HEAD|origin|main|master)/u.test(name)) &&
          names.length === 1);
      const earlier = this.changes.findLast(
        (change) => isSoon(change.span, span, this.limits) && (all || touches(change, names)),
      );
      if (!earlier) continue;
      this.add(
        span,
        earlier.span,
        `A change${earlier.path === null ? '' : ` of ${baseName(earlier.path)}`} was thrown away with “${back.said}”`,
      );
      return;
    }
    if (writesFiles(command)) this.keep({ span, path: null, edit: null, command });
  }

  refused(span: DetectorSpan): void {
    this.findings.push({
      evidence: [span.spanId],
      turnNo: span.turnNo,
      reason: `The user refused the change by ${span.toolName ?? span.name}${span.statusMessage === null ? '' : `: ${quote(span.statusMessage)}`}.`,
      severity: 3,
    });
  }
}

function isUnstashed(spans: readonly DetectorSpan[], from: number): boolean {
  for (let i = from; i < spans.length; i++)
    if (/git\s+stash\s+(?:pop|apply)/u.test(spans[i]?.input ?? '')) return true;
  return false;
}

function undoneChanges(spans: readonly DetectorSpan[], limits: Limits): FindingInput[] {
  const undoing = new Undoing(limits);
  spans.forEach((span, i) => {
    if (span.kind !== 'tool' || span.isRewound || span.input === null) return;
    const tool = span.toolName ?? span.name;
    const isEdit = editTools.test(tool) || span.input.includes('old_str');
    if (span.status === 'rejected') {
      if (isEdit) undoing.refused(span);
    } else if (span.status === 'error') return;
    else if (isEdit && !/todo/iu.test(tool)) undoing.edit(span);
    else if (shellTools.test(tool)) undoing.command(span, () => isUnstashed(spans, i + 1));
  });
  return undoing.findings;
}

/** The user asks for it; only where the agent has done something that can be taken back. */
function askedFor(spans: readonly DetectorSpan[], limits: Limits): FindingInput[] {
  const findings: FindingInput[] = [];
  const exchanges = conversationOf(spans);
  for (const { user, index } of exchanges) {
    const before = exchanges[index - 1];
    if (!before) continue;
    const { words, prose } = speechOf(user);
    if (words.folded.length > limits.maxWords) continue;
    const match = findPhrase(revertPhrases, words);
    if (match === null || asksHow.test(prose)) continue;
    const subject = before.work.findLast((span) => span.kind === 'tool') ?? before.answer;
    findings.push({
      evidence: subject ? [user.spanId, subject.spanId] : [user.spanId],
      turnNo: user.turnNo,
      reason: `The user wants it taken back: “${quote(prose.slice(match.start, match.end))}”.`,
      severity: 3,
    });
  }
  return findings;
}

export default defineDetector({
  id: 'immediate-undo',
  title: 'Immediate undo',
  description: 'What the agent did was taken back soon after: undone, reverted, refused.',
  pillar: 'user',
  version: '1.2',
  parameters,
  isHint: false,
  inspect({ spans }, limits) {
    const asked = askedFor(spans, limits);
    const turns = new Map(asked.map((one) => [one.turnNo, one]));
    // What the agent takes back because the user asks for it is told once, at the user's words.
    const unasked = undoneChanges(spans, limits).filter((done) => {
      const order = turns.get(done.turnNo);
      if (order === undefined || done.evidence.length < 2) return true;
      order.evidence = [...new Set([...order.evidence, ...done.evidence])] as [string, ...string[]];
      return false;
    });
    return [...undoneEvents(spans, limits), ...unasked, ...asked];
  },
});
