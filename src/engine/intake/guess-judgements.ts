/**
 * Tables that judge what other files hold: a rating, a label or a verdict for each id of a session, trace or span, perhaps with
 * who gave it and why. Owns when a table is one, and which of its columns says what.
 */
import type { MappingProfile } from '../../shared/model/source';
import { isFilled, type SeenField } from '../../shared/trace/field-values';
import { plainName } from '../../shared/trace/plain-name';

type Fields = MappingProfile['fields'];

/** What says that something was said or done in a record itself. */
const OF_WORK = ['role', 'kind', 'input', 'output', 'toolName', 'parent', 'durationMs'] as const;
/** Columns of a verdict, the most telling first, where none is a rating by its values. */
const VERDICTS =
  'label verdict judgement judgment annotation grade rating score quality failure_mode failure_type failure_category error_category issue_type is_correct correct is_resolved resolved helpful is_helpful outcome result status category urteil bewertung etikett fehlerart veredicto etiqueta valoracion verdict_final etiquette jugement'.split(
    ' ',
  );
/** Columns of words that say why. */
const REASONS =
  'comment comments note notes reason reasons rationale explanation justification remark remarks feedback feedback_text description kommentar begruendung anmerkung comentario motivo commentaire raison'.split(
    ' ',
  );
/** Names of ids of something other than the row itself. */
const SPAN_IDS = ['span_id', 'observation_id', 'message_id', 'step_id', 'event_id'];
/** Words for how far something has come, which judge nothing. */
const STAGES = new Set(
  'completed complete done finished in_progress running queued pending open closed active inactive new started expired cancelled canceled requires_action archived'.split(
    ' ',
  ),
);
/** Longer values are texts. */
const LONGEST_VERDICT = 80;

const nameOf = (path: string): string => plainName(path.split('.').at(-1) ?? path);

/** Whether a column names spans, not the rows themselves. */
export function isSpanId(path: string | undefined): boolean {
  return path !== undefined && SPAN_IDS.includes(nameOf(path));
}

function isShort({ values }: SeenField): boolean {
  const filled = values.filter(isFilled);
  return (
    filled.length > 0 &&
    filled.every((value) => String(value).length <= LONGEST_VERDICT) &&
    !filled.every((value) => STAGES.has(plainName(String(value))))
  );
}

/** The column of the names' best place; undefined where there is none. */
function columnOf(seen: readonly SeenField[], names: readonly string[]): string | undefined {
  const place = (path: string): number => names.indexOf(nameOf(path));
  return [...seen].filter(({ path }) => place(path) >= 0).sort((a, b) => place(a.path) - place(b.path))[0]
    ?.path;
}

/** The fields of a table of judgements, out of what was proposed for its columns; null where it is none. */
export function judgementFields(seen: readonly SeenField[], proposed: Fields): Fields | null {
  if (OF_WORK.some((field) => proposed[field] !== undefined)) return null;
  const { session, trace } = proposed;
  const span = isSpanId(proposed.span) ? proposed.span : undefined;
  if ((session ?? trace ?? span) === undefined) return null;
  const { text } = proposed;
  if (text !== undefined && !REASONS.includes(nameOf(text))) return null;
  const ids = [session, trace, proposed.span, proposed.user, proposed.annotator];
  const free = seen.filter(({ path }) => !ids.includes(path));
  const rating = proposed.rating ?? columnOf(free.filter(isShort), VERDICTS);
  if (rating === undefined) return null;
  const comment =
    proposed.comment ??
    columnOf(
      free.filter(({ path }) => path !== rating),
      REASONS,
    );
  const found = { session, trace, span, rating, comment, annotator: proposed.annotator };
  return Object.fromEntries(Object.entries(found).filter(([, path]) => path !== undefined));
}
