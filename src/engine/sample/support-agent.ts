/**
 * The customer-support half of the sample: sessions of an invented company's agent as OTLP JSON lines.
 * Owns who talks when about what, and what goes wrong in which release; the talk itself is in support/.
 */
import { type Language, dayMs, isoDay, sampleDay, sessionStarts } from './calendar';
import type { FailureModeKey, TruthSession } from './ground-truth';
import type { Register, Wording } from './grammar';
import type { Rng } from './rng';
import { books, scenariosAbroad } from './support/abroad';
import { Conversation, type ExportedLine } from './support/conversation';
import { close } from './support/flow';
import { endMembership, unknownCharge } from './support/membership';
import { businessInvoice, cardTrouble } from './support/payment';
import { redirectParcel, trackParcel } from './support/parcel';
import { damagedParcel, missingParcel } from './support/parcel-claim';
import { policyQuestions } from './support/policy';
import { cancelTrip, refundStatus } from './support/refund';
import { type Scenario, makeWorld } from './support/scenario';
import { changeFlight } from './support/trip-change';
import { addExtra, cancelledFlight } from './support/trip-extras';
import { TruthRecorder } from './truth-recorder';
import { present } from './present';

export const supportFile = 'support-agent.otlp.jsonl';

const scenarios: readonly Scenario[] = [
  changeFlight,
  addExtra,
  cancelledFlight,
  cancelTrip,
  refundStatus,
  trackParcel,
  redirectParcel,
  missingParcel,
  damagedParcel,
  endMembership,
  unknownCharge,
  businessInvoice,
  cardTrouble,
  ...policyQuestions,
];

/** Matters that may sensibly come up after the first one in the same session. */
const followers: Readonly<Record<string, readonly string[]>> = {
  'change-flight': ['add-extra', 'policy-rebooking', 'unknown-charge'],
  'add-extra': ['change-flight', 'policy-rebooking', 'policy-refunds', 'unknown-charge'],
  'cancelled-flight': ['policy-refunds', 'end-membership', 'track-parcel'],
  'cancel-trip': ['policy-refunds', 'end-membership', 'unknown-charge'],
  'refund-status': ['policy-refunds', 'unknown-charge', 'end-membership', 'track-parcel'],
  'track-parcel': ['redirect-parcel', 'policy-delivery', 'unknown-charge'],
  'redirect-parcel': ['policy-delivery', 'refund-status', 'unknown-charge'],
  'missing-parcel': ['policy-delivery', 'unknown-charge', 'end-membership'],
  'damaged-parcel': ['policy-delivery', 'end-membership', 'refund-status'],
  'end-membership': ['unknown-charge', 'policy-billing', 'business-invoice'],
  'unknown-charge': ['end-membership', 'business-invoice', 'card-trouble'],
  'business-invoice': ['unknown-charge', 'policy-billing', 'end-membership'],
  'card-trouble': ['policy-billing', 'unknown-charge', 'business-invoice'],
  'policy-rebooking': ['add-extra', 'change-flight'],
  'policy-refunds': ['cancel-trip', 'refund-status'],
  'policy-delivery': ['track-parcel', 'redirect-parcel'],
  'policy-billing': ['end-membership', 'unknown-charge', 'business-invoice'],
};

/** Matters that make no sense any more: the trip is cancelled, the parcel delivered, the plan ended. */
const settledBy: Readonly<Record<string, readonly string[]>> = {
  'cancelled-flight': ['change-flight', 'add-extra', 'cancel-trip'],
  'cancel-trip': ['change-flight', 'add-extra'],
  'refund-status': ['change-flight', 'add-extra', 'cancel-trip'],
  'missing-parcel': ['track-parcel', 'redirect-parcel'],
  'damaged-parcel': ['track-parcel', 'redirect-parcel'],
  'end-membership': ['policy-billing', 'card-trouble'],
};

const modeWeights: readonly (readonly [FailureModeKey, number])[] = [
  ['dropped-constraint', 15],
  ['wrong-date-or-amount', 12],
  ['answered-another-question', 13],
  ['invented-result', 12],
  ['stale-information', 10],
  ['same-error-again', 10],
  ['wrong-target', 8],
  ['lost-context', 8],
  ['unasked-high-impact', 7],
  ['exceeded-scope', 7],
  ['wrong-tone-or-length', 7],
  ['tool-breakdown', 6],
  ['unwanted-change', 6],
  ['wrong-language', 5],
];

interface Matter {
  scenario: Scenario;
  mode: FailureModeKey | null;
}

interface Customer {
  userId: string;
  since: string;
}
/** By language and cohort. */
type Customers = Map<string, Customer[]>;

interface Plan {
  language: Language;
  matters: Matter[];
}

/** Release of the agent by day; 2.4.0 was tried on some users from day 5 and replaced on day 14. */
function agentVersion(day: number, rng: Rng): string {
  if (day < 5) return '2.3.2';
  if (day < 7) return rng.chance(0.35) ? '2.4.0' : '2.3.2';
  return day < 14 ? '2.4.0' : '2.4.1';
}

/** How likely a failure is on a given day, so that releases and incidents show in the trend. */
function dayWeight(mode: FailureModeKey | null, day: number): number {
  const isRelease240 = day >= 7 && day < 14;
  if (mode === null) return isRelease240 ? 0.75 : 1.1;
  if (mode === 'lost-context' || mode === 'dropped-constraint') return isRelease240 ? 3.5 : 0.8;
  if (mode === 'stale-information') return day < 11 ? 2.5 : 0.4;
  if (mode === 'tool-breakdown') return day === 9 || day === 16 ? 8 : 0.5;
  return isRelease240 ? 1.3 : 1;
}

export interface SupportSessions {
  text: string;
  truths: TruthRecorder[];
}

/** Plays `count` sessions and returns the export with their ground truth, in order of start time. */
export function generateSupportSessions(count: number, rng: Rng, wording: Wording): SupportSessions {
  const plans = makePlans(count, rng.fork('plans'));
  const starts = assignStarts(plans, rng.fork('starts'));
  const lines: ExportedLine[] = [];
  const customers: Customers = new Map();
  const truths = plans.map((plan, i) => {
    const startMs = present(starts[i]);
    const conversation = makeConversation(plan, startMs, customers, rng.fork(`session ${i}`), wording);
    playPlan(conversation, plan, startMs);
    lines.push(...conversation.lines);
    return conversation.truth;
  });
  lines.sort((a, b) => a.atMs - b.atMs);
  truths.sort((a, b) => (a.session.sessionId < b.session.sessionId ? -1 : 1));
  return { text: lines.map((line) => `${line.text}\n`).join(''), truths };
}

function makePlans(count: number, rng: Rng): Plan[] {
  const failingCount = Math.round(count * 0.425);
  const uses = new Map<string, number>();
  return Array.from({ length: count }, (_, i) => {
    const language = rng.weighted([
      ['en', 84],
      ['de', 7],
      ['fr', 5],
      ['es', 4],
    ] as const);
    const available = language === 'en' ? scenarios : scenariosAbroad;
    const failureCount =
      i >= failingCount
        ? 0
        : language === 'en'
          ? rng.weighted([
              [1, 60],
              [2, 28],
              [3, 12],
            ] as const)
          : 1;
    return { language, matters: makeMatters(available, failureCount, uses, rng) };
  });
}

function makeMatters(
  available: readonly Scenario[],
  failureCount: number,
  uses: Map<string, number>,
  rng: Rng,
): Matter[] {
  const matters: Matter[] = [
    failureCount > 0
      ? pickFailing(available, uses, rng)
      : { scenario: pickFine(available, uses, rng), mode: null },
  ];
  const extra = Math.max(
    failureCount,
    rng.weighted([
      [1, 55],
      [2, 35],
      [3, 10],
    ] as const),
  );
  while (matters.length < extra) {
    const played = matters.map((matter) => matter.scenario.key);
    const settled = [...played, ...played.flatMap((key) => settledBy[key] ?? [])];
    const next = (followers[present(played.at(-1))] ?? []).filter((key) => !settled.includes(key));
    const candidates = available.filter((one) => next.includes(one.key));
    if (candidates.length === 0) break;
    const isFailing = matters.length < failureCount;
    matters.push(
      isFailing
        ? pickFailing(candidates, uses, rng)
        : { scenario: pickFine(candidates, uses, rng), mode: null },
    );
  }
  return matters;
}

/** The mode that is furthest behind its share, then the scenario that has played it least. */
function pickFailing(available: readonly Scenario[], uses: Map<string, number>, rng: Rng): Matter {
  const possible = modeWeights.filter(([mode]) => available.some((one) => one.modes.includes(mode)));
  const behind = possible.map(
    ([mode, weight]) => [mode, (uses.get(mode) ?? 0) / weight + rng.next() * 0.06] as const,
  );
  const [mode] = behind.reduce((least, one) => (one[1] < least[1] ? one : least));
  uses.set(mode, (uses.get(mode) ?? 0) + 1);
  const candidates = available.filter((one) => one.modes.includes(mode));
  return { scenario: leastUsed(candidates, (one) => `${one.key} ${mode}`, uses, rng), mode };
}

function pickFine(available: readonly Scenario[], uses: Map<string, number>, rng: Rng): Scenario {
  return leastUsed(available, (one) => `${one.key} fine`, uses, rng);
}

function leastUsed(
  candidates: readonly Scenario[],
  keyOf: (one: Scenario) => string,
  uses: Map<string, number>,
  rng: Rng,
): Scenario {
  const least = Math.min(...candidates.map((one) => uses.get(keyOf(one)) ?? 0));
  const chosen = rng.pick(candidates.filter((one) => (uses.get(keyOf(one)) ?? 0) === least));
  uses.set(keyOf(chosen), least + 1);
  return chosen;
}

/** Gives every plan a start time; the failing ones choose first among a few free ones, by `dayWeight`. */
function assignStarts(plans: readonly Plan[], rng: Rng): number[] {
  const free = rng.shuffled(sessionStarts(plans.length, 'customers', rng));
  return plans.map((plan) => {
    const mode = present(plan.matters[0]).mode;
    const offered = free.slice(0, 6).map((startMs, i) => [i, dayWeight(mode, sampleDay(startMs))] as const);
    const index = rng.weighted(offered);
    return present(free.splice(index, 1)[0]);
  });
}

function makeConversation(
  plan: Plan,
  startMs: number,
  customers: Customers,
  rng: Rng,
  wording: Wording,
): Conversation {
  const first = present(plan.matters[0]);
  const version = agentVersion(sampleDay(startMs), rng);
  const cohort = pickCohort(first.scenario, rng);
  const session: TruthSession = {
    sessionId: `conv_${rng.hex(12)}`,
    agent: 'support-agent',
    files: [supportFile],
    language: plan.language,
    agentVersion: version,
    model: pickModel(version, first.mode, rng),
    feature: first.scenario.feature,
    cohort,
    hasFailure: false,
    outcome: 'resolved',
    turns: [],
  };
  const customer = pickCustomer(customers, plan.language, cohort, startMs, rng);
  const speaker = {
    sessionId: session.sessionId,
    userId: customer.userId,
    feature: first.scenario.feature,
    cohort,
    agentVersion: version,
    model: session.model,
  };
  const conversation = new Conversation(
    rng,
    wording,
    new TruthRecorder(session),
    speaker,
    books[plan.language],
    pickRegister(rng),
    startMs,
  );
  if (cohort !== 'new')
    conversation.profile = { locale: plan.language, member_since: customer.since, cohort };
  return conversation;
}

/** A new customer, or now and then one of the same kind who has written before. */
function pickCustomer(
  customers: Customers,
  language: Language,
  cohort: string,
  startMs: number,
  rng: Rng,
): Customer {
  const key = `${language} ${cohort}`;
  const known = customers.get(key) ?? [];
  if (cohort !== 'new' && known.length > 0 && rng.chance(0.22)) return rng.pick(known);
  const total = [...customers.values()].reduce((sum, list) => sum + list.length, 0);
  const userId = `user-${String(((total + 1) * 37) % 1000).padStart(4, '0')}`;
  const customer = { userId, since: isoDay(startMs - rng.int(60, 1400) * dayMs) };
  customers.set(key, [...known, customer]);
  return customer;
}

function playPlan(conversation: Conversation, plan: Plan, startMs: number): void {
  const world = makeWorld(conversation, startMs);
  for (const { scenario, mode } of plan.matters) {
    if (!conversation.isOver) scenario.play(conversation, world, mode);
  }
  close(conversation);
}

function pickCohort(scenario: Scenario, rng: Rng): string {
  const business = scenario.key.startsWith('business') ? 300 : 18;
  return rng.weighted([
    ['new', 34],
    ['returning', 48],
    ['business', business],
  ] as const);
}

function pickModel(version: string, mode: FailureModeKey | null, rng: Rng): string {
  const prefersMini = mode === 'wrong-language' || mode === 'wrong-tone-or-length';
  return rng.weighted([
    ['meridian-2', 60],
    ['meridian-2-mini', prefersMini ? 120 : 26],
    ['quill-70b', version === '2.3.2' ? 0 : mode === 'invented-result' ? 60 : 14],
  ] as const);
}

function pickRegister(rng: Rng): Register {
  return rng.weighted([
    ['plain', 38],
    ['polite', 22],
    ['terse', 16],
    ['hasty', 14],
    ['angry', 10],
  ] as const);
}
