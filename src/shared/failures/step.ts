/**
 * What the rules about tools, environment and memory need to know of a span, and the few questions all of them ask.
 * Owns no rule of its own. The spans are given in order of their position.
 */
import type { Pillar } from '../model/pillar';
import type { Origin, SpanKind, SpanStatus } from '../model/span';

/** The part of a span that the rules read; texts are cut by whoever loads them. */
export interface Step {
  spanId: string;
  position: number;
  turnNo: number;
  kind: SpanKind;
  origin: Origin | null;
  pillar: Pillar;
  name: string;
  toolName: string | null;
  agentId: string | null;
  isRewound: boolean;
  status: SpanStatus;
  statusMessage: string | null;
  errorType: string | null;
  text: string;
  textLength: number;
  input: string | null;
  callHash: string | null;
}

/** The name of the tool, or of the span where there is none. */
export function toolOf(step: Pick<Step, 'toolName' | 'name'>): string {
  return step.toolName ?? step.name;
}

/** The first word of a tool's name, which says what it does: `search` of `search_direct_flight` and of `searchFlights`. */
export function toolFamily(step: Pick<Step, 'toolName' | 'name'>): string {
  const name = toolOf(step);
  return (
    /^[a-z]+/i
      .exec(name.split(/__|[.:/]/).at(-1) ?? name)?.[0]
      .replace(/(?<=[a-z])[A-Z].*$/, '')
      .toLowerCase() ?? name
  );
}

/** Whether it is a call of a tool that is in force. */
export function isToolCall(step: Step): boolean {
  return step.kind === 'tool' && !step.isRewound;
}

/** Whether a person (or one who plays a person) speaks to the main agent here. */
export function isUserMessage(step: Step): boolean {
  return (
    step.kind === 'user' &&
    (step.origin === 'human' || step.origin === 'simulated') &&
    step.agentId === null &&
    !step.isRewound
  );
}

/** Whether the agent says something in words here. */
export function isAnswer(step: Step): boolean {
  return step.kind === 'llm' && !step.isRewound && step.text.trim() !== '';
}

/** The first answer in words of the same agent after place `from`, within the same turn; null when there is none. */
export function answerAfter<S extends Step>(steps: readonly S[], from: number): S | null {
  const here = steps[from];
  if (here === undefined) return null;
  for (let i = from + 1; i < steps.length; i++) {
    const next = steps[i] as S;
    if (next.agentId !== here.agentId) continue;
    if (next.turnNo !== here.turnNo) return null;
    if (isAnswer(next)) return next;
  }
  return null;
}

const figures = /\d+(?:[.:]\d+)*/gu;
const charactersCompared = 600;

/** What came back, without what differs at every run: times, durations, addresses. */
export function gistOf(step: Pick<Step, 'status' | 'text'>): string {
  return `${step.status} ${step.text.slice(0, charactersCompared).replace(figures, '0')}`;
}

/** A text on one line, cut at `length` characters. */
export function quote(text: string, length: number): string {
  const line = text
    .slice(0, length * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

/** A count with its noun: "1 call", "3 calls". */
export function countOf(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
