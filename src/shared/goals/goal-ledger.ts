/**
 * The goal ledger of a session, kept turn by turn: task objectives, requirements, preferences, what users say of themselves and what
 * the system instructions demand, each with the words it comes from, when it was last served and whether it was broken.
 * Found by grammar and word overlap, without a model: it shows where to look and proves nothing beyond its checks.
 */
import type { Goal, GoalKind, GoalPlace } from '../model/goal';
import { contentWords } from '../text/function-words';
import { tokenize } from '../text/tokenize';
import { isShellCall } from '../failures/environment-failures';
import { isUserMessage, toolOf, type Step } from '../failures/step';
import { highImpactActs } from '../failures/high-impact.data';
import { breachOf, checkWords, looksAtCalls, type Check, type Output } from './constraint-check';
import { constraintsIn, type Constraint } from './constraint-grammar';
import { describesSelf, prefers, reminds, requests } from './goal-words.data';
import { sentencesOf } from './sentences';

interface Entry {
  goal: Goal;
  check: Check | null;
  isLasting: boolean;
  words: ReadonlySet<string>;
  /** Those that name the thing demanded; a reminder repeats them. */
  core: ReadonlySet<string>;
  /** Characters of text before it. */
  charactersBefore: number;
  /** Broken and not recalled since: told once. */
  isBroken: boolean;
  since: GoalPlace;
}

const MAX_GOALS = 200;
const MAX_SERVED = 100;
const MAX_POLICIES = 40;
const MAX_OBJECTIVES_A_TURN = 3;
const WORDS_QUOTED = 300;
/** Characters of a message in which a reminder is looked for. */
const MAX_REMINDER = 2000;
/** Content words of a goal that an output must share to have attended to it. */
const MIN_SHARED = 2;
const MIN_SHARE = 0.34;
/** Characters a token stands for, a usual estimate for English text. */
const CHARACTERS_A_TOKEN = 4;

function placeOf(step: Step): GoalPlace {
  return { spanId: step.spanId, turnNo: step.turnNo, position: step.position };
}

/** Notes that a goal was served; of each turn the last place is kept, and of a long session the last hundred turns. */
function serve(goal: Goal, place: GoalPlace): void {
  if (goal.served.at(-1)?.turnNo === place.turnNo) goal.served.pop();
  else if (goal.served.length >= MAX_SERVED) goal.served.shift();
  goal.served.push(place);
}

function contentSet(text: string): ReadonlySet<string> {
  return new Set(contentWords(tokenize(text)).filter((word) => word.length > 2));
}

type Stated = Pick<Constraint, 'words' | 'start' | 'core' | 'check' | 'isLasting'>;

/** What is stated without anything to check. */
function plain(words: string, start: number): Stated {
  return { words, start, core: words, check: null, isLasting: true };
}

class Ledger {
  constructor(
    readonly demandsOnly: boolean,
    /** A user reminds the agent of something: then preferences are looked for as well. */
    readonly isReminded: boolean,
  ) {}

  readonly entries: Entry[] = [];
  #characters = 0;
  /** The main agent's latest answer in the turn; judged when the turn ends. */
  #pending: Step | null = null;

  read(step: Step): void {
    if (step.isRewound) return;
    if (step.kind === 'system') {
      if (!this.demandsOnly) this.#policies(step);
    } else if (isUserMessage(step)) {
      this.endTurn();
      this.#reminders(step);
      this.#statements(step);
    } else if (step.kind === 'tool' && step.status !== 'rejected') this.#output(step, true);
    else if (step.kind === 'llm' && step.agentId === null && step.text.trim() !== '') this.#pending = step;
    this.#characters += step.textLength + (step.input?.length ?? 0);
  }

  endTurn(): void {
    if (this.#pending !== null) this.#output(this.#pending, false);
    this.#pending = null;
  }

  #add(step: Step, kind: GoalKind, { words, start, core, check, isLasting }: Stated): void {
    if (this.entries.length >= MAX_GOALS) return;
    const known = this.entries.some((one) => one.goal.kind === kind && one.goal.words === words);
    if (known) return;
    const place = placeOf(step);
    if (check !== null && kind !== 'policy') this.#replace(check, place);
    const quoted = words.slice(0, WORDS_QUOTED);
    this.entries.push({
      goal: {
        ...place,
        goalId: `${step.spanId}:${String(start)}`,
        kind,
        words: quoted,
        start,
        end: start + quoted.length,
        checked: check === null ? null : checkWords(check),
        served: [],
        breaches: [],
        lifted: null,
      },
      check,
      isLasting,
      words: contentSet(quoted),
      core: contentSet(core.slice(0, WORDS_QUOTED)),
      charactersBefore: this.#characters,
      isBroken: false,
      since: place,
    });
  }

  /** Another language, length or limit takes the place of the one before. */
  #replace(check: Check, place: GoalPlace): void {
    for (const entry of this.entries) {
      if (entry.goal.lifted !== null || entry.check?.type !== check.type || entry.goal.kind === 'policy')
        continue;
      const isSingle = check.type === 'language' || check.type === 'json' || check.type === 'max-amount';
      const isSameUnit = 'unit' in check && 'unit' in entry.check && check.unit === entry.check.unit;
      if (isSingle || isSameUnit) entry.goal.lifted = place;
    }
  }

  #policies(step: Step): void {
    let count = 0;
    for (const demand of constraintsIn(step.text)) {
      if (count++ >= MAX_POLICIES) break;
      this.#add(step, 'policy', { ...demand, isLasting: true });
    }
  }

  #statements(step: Step): void {
    const taken: [number, number][] = [];
    for (const demand of constraintsIn(step.text)) {
      this.#add(step, 'requirement', demand);
      taken.push([demand.start, demand.end]);
    }
    if (this.demandsOnly && !this.isReminded) return;
    const isFirst = !this.entries.some((one) => one.goal.kind === 'objective');
    let objectives = 0;
    const sentences = sentencesOf(step.text);
    for (const { text, start } of sentences) {
      const isTaken = taken.some(([from, to]) => start < to && from < start + text.length);
      if (!isTaken && prefers.test(text)) this.#add(step, 'preference', plain(text, start));
      else if (!isTaken && describesSelf.test(text)) this.#add(step, 'profile', plain(text, start));
      else if (objectives < MAX_OBJECTIVES_A_TURN && requests.test(text) && contentSet(text).size >= 2) {
        objectives += 1;
        this.#add(step, 'objective', plain(text, start));
      }
    }
    const opening = sentences.find((one) => contentSet(one.text).size >= 2) ?? sentences[0];
    if (isFirst && objectives === 0 && opening !== undefined)
      this.#add(step, 'objective', plain(opening.text, opening.start));
  }

  #liftActs(step: Step): void {
    for (const { goal, check } of this.entries) {
      if (check?.type !== 'forbidden-act' || goal.lifted !== null) continue;
      const asked = highImpactActs.find((one) => one.name === check.act)?.asked;
      const isForbiddenAgain = constraintsIn(step.text).some((one) => one.check?.type === 'forbidden-act');
      if (
        !isForbiddenAgain &&
        (asked?.test(step.text) === true ||
          /^\W*(?:yes|ok|go ahead|sure|ja|oui|s\u00ed|sim)\b/iu.test(step.text))
      )
        goal.lifted = placeOf(step);
    }
  }

  #reminders(step: Step): void {
    if (this.entries.length === 0) return;
    this.#liftActs(step);
    if (!reminds.test(step.text.slice(0, MAX_REMINDER))) return;
    const words = contentSet(step.text);
    const again = constraintsIn(step.text).map((one) => (one.check === null ? '' : checkWords(one.check)));
    let best: Entry | null = null;
    let most = 0;
    for (const entry of this.entries) {
      const { goal } = entry;
      if (goal.lifted !== null || (goal.kind !== 'requirement' && goal.kind !== 'preference')) continue;
      if (goal.turnNo >= step.turnNo) continue;
      const named = entry.core.size > 0 ? entry.core : entry.words;
      const shared = [...named].filter((word) => words.has(word)).length;
      const share = named.size === 0 ? 0 : shared / named.size;
      const score =
        goal.checked !== null && again.includes(goal.checked)
          ? 2
          : shared >= 1 && share >= MIN_SHARE
            ? share
            : 0;
      if (score > most) {
        most = score;
        best = entry;
      }
    }
    if (best === null) return;
    this.#breach(best, placeOf(step), 'the user reminds the agent of it', true);
    best.isBroken = false;
    best.since = placeOf(step);
    best.charactersBefore = this.#characters;
  }

  #breach(entry: Entry, place: GoalPlace, how: string, isReminder: boolean): void {
    entry.goal.breaches.push({
      ...place,
      how,
      turns: place.turnNo - entry.since.turnNo,
      tokens: Math.round((this.#characters - entry.charactersBefore) / CHARACTERS_A_TOKEN),
      isReminder,
    });
  }

  #output(step: Step, isCall: boolean): void {
    if (this.entries.length === 0) return;
    const output: Output = {
      isCall,
      toolName: toolOf(step),
      text: step.text,
      textLength: step.textLength,
      input: step.input,
      isShell: isShellCall(step),
    };
    let words: ReadonlySet<string> | null = null;
    for (const entry of this.entries) {
      const { goal, check } = entry;
      if (goal.lifted !== null || goal.position >= step.position) continue;
      if (!entry.isLasting && goal.turnNo !== step.turnNo) continue;
      if (check !== null) this.#judge(entry, check, output, step);
      else if (!this.demandsOnly) {
        words ??= contentSet(isCall ? `${output.toolName} ${step.input ?? ''}` : step.text);
        const seen = words;
        const shared = [...entry.words].filter((word) => seen.has(word)).length;
        if (
          shared >= Math.min(MIN_SHARED, entry.words.size) &&
          shared >= entry.words.size * MIN_SHARE &&
          shared > 0
        )
          serve(goal, placeOf(step));
      }
    }
  }

  #judge(entry: Entry, check: Check, output: Output, step: Step): void {
    if (looksAtCalls(check) !== output.isCall) return;
    const how = breachOf(check, output);
    if (how === null) {
      serve(entry.goal, placeOf(step));
      entry.isBroken = false;
    } else if (!entry.isBroken) {
      entry.isBroken = true;
      this.#breach(entry, placeOf(step), how, false);
    }
  }
}

/**
 * The goals of a session in the order they were stated, at most 200. Texts that were cut are read as far as they go.
 * `demandsOnly` leaves out all but the demands of users, and what served them: that is what a breach needs, and ten times faster.
 */
export function goalLedger(steps: readonly Step[], { demandsOnly = false } = {}): Goal[] {
  const isReminded = steps.some(
    (step) => isUserMessage(step) && reminds.test(step.text.slice(0, MAX_REMINDER)),
  );
  const ledger = new Ledger(demandsOnly, isReminded);
  for (const step of steps) ledger.read(step);
  ledger.endTurn();
  return ledger.entries.map((one) => one.goal);
}
