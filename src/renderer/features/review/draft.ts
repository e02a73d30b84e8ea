/**
 * What a reviewer is about to say of a session, as the fields of the verdict panel, and what the keys do to it. Pure.
 */
import type { FailureMode } from '../../../shared/model/codebook';
import {
  missedSchema,
  missedTitles,
  verdictSchema,
  type Review,
  type Verdict,
} from '../../../shared/model/review';

/** A review under way: nothing was said of the intent yet while it is null. */
export type Draft = Omit<Review, 'intent'> & { intent: Verdict | null };

export const EMPTY_DRAFT: Draft = {
  intent: null,
  quality: null,
  missed: [],
  failureModes: [],
  firstSpanId: null,
  expected: '',
  note: '',
};

export type Field =
  'intent' | 'quality' | 'missed' | 'modes' | 'first' | 'expected' | 'note' | { severityOf: string };

export const severityTitles = ['notice', 'minor', 'major', 'critical'] as const;

/** A field by a name that can be compared and put into the page. */
export function fieldName(field: Field): string {
  return typeof field === 'string' ? field : `severity-${field.severityOf}`;
}

/** What can be said now, from top to bottom: what was missed only where not everything was met. */
export function fieldsOf(draft: Draft): Field[] {
  return [
    'intent',
    ...(draft.intent === 'met' ? [] : (['missed'] as const)),
    'quality',
    'modes',
    ...draft.failureModes.map(({ failureModeId }) => ({ severityOf: failureModeId })),
    'first',
    'expected',
    'note',
  ];
}

/** What the values 1 to 9 of a field stand for. */
export interface Offers {
  modes: readonly Pick<FailureMode, 'id' | 'name' | 'severity'>[];
  /** Selected in the session beside the panel. */
  selectedSpanId: string | null;
  /** Where the score thinks it went wrong first. */
  likelySpanId: string | null;
}

/** Takes a failure mode in, with the severity of the codebook, or takes it out again. */
export function toggleMode(draft: Draft, mode: Pick<FailureMode, 'id' | 'severity'>): Draft {
  const isIn = draft.failureModes.some((one) => one.failureModeId === mode.id);
  return {
    ...draft,
    failureModes: isIn
      ? draft.failureModes.filter((one) => one.failureModeId !== mode.id)
      : [...draft.failureModes, { failureModeId: mode.id, severity: mode.severity }],
  };
}

/** The draft after the value `number`, from 1, of a field; the same draft where the field has no such value. */
export function choose(draft: Draft, field: Field, number: number, offers: Offers): Draft {
  if (typeof field === 'object') {
    if (number > severityTitles.length) return draft;
    return {
      ...draft,
      failureModes: draft.failureModes.map((one) =>
        one.failureModeId === field.severityOf ? { ...one, severity: number } : one,
      ),
    };
  }
  const verdict = verdictSchema.options[number - 1];
  switch (field) {
    case 'intent':
      return verdict === undefined ? draft : { ...draft, intent: verdict };
    case 'quality':
      if (verdict === undefined) return draft;
      return { ...draft, quality: draft.quality === verdict ? null : verdict };
    case 'missed': {
      const part = missedSchema.options[number - 1];
      if (part === undefined) return draft;
      const isIn = draft.missed.includes(part);
      return {
        ...draft,
        missed: missedSchema.options.filter((one) => (one === part ? !isIn : draft.missed.includes(one))),
      };
    }
    case 'modes': {
      const mode = offers.modes[number - 1];
      return mode === undefined ? draft : toggleMode(draft, mode);
    }
    case 'first': {
      const choices = [offers.selectedSpanId, offers.likelySpanId, null];
      const spanId = number > choices.length ? undefined : choices[number - 1];
      if (spanId === undefined || (spanId === null && number !== choices.length)) return draft;
      return { ...draft, firstSpanId: spanId };
    }
    case 'expected':
    case 'note':
      return draft;
  }
}

/** Whether one value ends a field, so that the next one is gone to by itself. */
export function isSingle(field: Field): boolean {
  return field === 'intent' || field === 'quality' || field === 'first' || typeof field === 'object';
}

/** The review to be sent; null while nothing was said of the intent. */
export function reviewOf(draft: Draft): Review | null {
  const { intent } = draft;
  if (intent === null) return null;
  return { ...draft, intent, missed: intent === 'met' ? [] : draft.missed };
}

/** What a review says in one line: `missed (final goal), quality met`. */
export function sayReview(review: Review): string {
  const missed =
    review.missed.length === 0 ? '' : ` (${review.missed.map((part) => missedTitles[part]).join(', ')})`;
  const quality = review.quality === null ? '' : `, quality ${review.quality}`;
  return `${review.intent}${missed}${quality}`;
}
