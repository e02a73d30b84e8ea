/**
 * What people thought of a conversation, or how it came out, where its record says so in fields beside the messages. Knows the names in
 * common use; other names are for a mapping.
 */
import { get, isObject, toJsonText } from './json';
import { ratingOf } from './mapped-values';

/** One such field, ready to be a label. */
export interface RecordRating {
  name: string;
  kind: 'feedback' | 'outcome';
  value: number | null;
  text: string | null;
  explanation: string | null;
}

const RATINGS =
  'rating user_rating feedback_rating rating_score csat csat_score satisfaction satisfaction_score stars nps thumbs thumbs_up user_feedback feedback user_score was_helpful is_helpful helpful'.split(
    ' ',
  );
const COMMENTS =
  'feedback_comment rating_comment user_comment feedback_text feedback_reason rating_reason comment'.split(
    ' ',
  );
const OUTCOMES = ['resolved', 'is_resolved', 'reward'];

function filled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !isObject(value) && !Array.isArray(value);
}

function first(record: unknown, names: readonly string[]): { name: string; value: unknown } | null {
  const name = names.find((one) => filled(get(record, one)));
  return name === undefined ? null : { name, value: get(record, name) };
}

/** The rating of a record with its comment, and its outcome; none where the record says neither. */
export function recordRatings(record: unknown): RecordRating[] {
  const found: RecordRating[] = [];
  const comment = first(record, COMMENTS);
  const rated = first(record, RATINGS) ?? comment;
  const read = ({
    name,
    value,
  }: {
    name: string;
    value: unknown;
  }): Omit<RecordRating, 'kind' | 'explanation'> => {
    const number = ratingOf(value);
    return {
      name,
      value: number,
      text: number === null || typeof value === 'string' ? toJsonText(value) : null,
    };
  };
  if (rated)
    found.push({
      ...read(rated),
      kind: 'feedback',
      explanation: comment !== null && comment.name !== rated.name ? toJsonText(comment.value) : null,
    });
  const outcome = first(record, OUTCOMES);
  if (outcome) found.push({ ...read(outcome), kind: 'outcome', explanation: null });
  return found;
}
