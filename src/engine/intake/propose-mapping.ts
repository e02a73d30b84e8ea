/**
 * Files of no known format that are understood all the same: by the proposed mapping, where it makes conversations of the
 * sample in which people and an agent speak, or spans of an agent's work. Owns when a proposal is good enough to be
 * imported without a person's look at it; a person may change it in the mapping form.
 */
import type { Detection, MappingProfile } from '../../shared/model/source';
import { asObject } from '../../shared/trace/json';
import { messagesIn } from '../../shared/trace/listed-turns';
import type { LabelInput, Sample, SpanInput } from './format';
import { isSpanId } from './guess-judgements';
import { guessMapping } from './guess-mapping';
import { formats } from './registry';

/** A guess by names and values: more than formats nobody should import by accident, less than any real sign of a format. */
const PROPOSED_CONFIDENCE = 0.25;
/** Share of the sample's records that may be beyond the mapping, and of spans that may be of no known kind. */
const MOST_REJECTED = 0.2;
const MOST_EVENTS = 0.6;

/** What a profile makes of the sample's records. */
export interface MappedSample {
  spans: { span: SpanInput; line: number }[];
  labels: LabelInput[];
  /** What could not be mapped, with how often. */
  problems: Map<string, number>;
  rejected: number;
}

/** Reads the sample's records by a profile. */
export function mapSample(sample: Sample, profile: MappingProfile, path: string): MappedSample {
  const generic = formats.get('generic');
  if (!generic) throw new Error('The generic mapping is missing.');
  const mapped: MappedSample = { spans: [], labels: [], problems: new Map(), rejected: 0 };
  const note = (what: string): void => {
    mapped.problems.set(what, (mapped.problems.get(what) ?? 0) + 1);
  };
  const reader = generic.read(
    {
      span: (span, { line }) => mapped.spans.push({ span, line }),
      label: (label) => mapped.labels.push(label),
      note,
      reject: ({ line }, reason) => {
        mapped.rejected += 1;
        note(`record ${String(line)}: ${reason}`);
      },
    },
    { name: sample.name, path, shortHash: 'preview', profile, lineOf: () => 1 },
  );
  sample.records.forEach((record, i) => {
    reader.record(record, { line: i + 1 });
  });
  reader.end?.();
  return mapped;
}

/** More than a word: words with a space between them, or four signs of a script that puts none there. */
const SENTENCE = /\S\s+\S|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]{4}/u;

/** Both sides speak, and most of what was said is more than a word. */
function areSentences(users: readonly SpanInput[], agents: readonly SpanInput[]): boolean {
  const [asked, answered] = [users, agents].map((spans) =>
    spans.flatMap(({ text }) => ((text ?? '').trim() === '' ? [] : [text ?? ''])),
  ) as [string[], string[]];
  const said = [...asked, ...answered];
  return (
    asked.length > 0 &&
    answered.length > 0 &&
    said.filter((text) => SENTENCE.test(text)).length * 2 >= said.length
  );
}

function isConversation({ spans, rejected }: MappedSample, records: number): boolean {
  const all = spans.map(({ span }) => span);
  const of = (kind: SpanInput['kind']): SpanInput[] => all.filter((span) => span.kind === kind);
  if (rejected > records * MOST_REJECTED || of('event').length > all.length * MOST_EVENTS) return false;
  return areSentences(of('user'), of('llm'));
}

/** Records that say which work they stand for, of one session or request. */
function areSpans({ fields }: MappingProfile, { spans, rejected }: MappedSample, records: number): boolean {
  const known = spans.filter(({ span }) => ['llm', 'tool', 'agent', 'retrieval', 'user'].includes(span.kind));
  const kinds = new Set(known.map(({ span }) => span.kind));
  return (
    fields.kind !== undefined &&
    (fields.session ?? fields.trace) !== undefined &&
    rejected <= records * MOST_REJECTED &&
    kinds.size >= 2 &&
    known.length >= spans.length * (1 - MOST_EVENTS)
  );
}

/** Records that only judge what other files hold: they name it, and nobody speaks in them. */
function areJudgements(
  { fields }: MappingProfile,
  { spans, labels, rejected }: MappedSample,
  records: readonly unknown[],
): boolean {
  const names = fields.session ?? fields.trace ?? (isSpanId(fields.span) ? fields.span : undefined);
  return (
    names !== undefined &&
    spans.length === 0 &&
    labels.length > 0 &&
    rejected <= records.length * MOST_REJECTED &&
    !records.some((record) => asObject(record) !== null && messagesIn(record) !== null)
  );
}

const TOLD = ['session', 'role', 'kind', 'text', 'input', 'output', 'start', 'rating', 'annotator'] as const;

function wordsOf(profile: MappingProfile): string {
  const fields = TOLD.flatMap((field) => {
    const path = profile.fields[field];
    return path === undefined ? [] : [`${field} from "${path}"`];
  });
  const list = profile.messagesPath;
  return [...(list === undefined || list === '' ? [] : [`conversations in "${list}"`]), ...fields].join(', ');
}

/** The mapping by which a file of no known format can be read as it is, and why; null where a person has to say. */
export function proposeMapping(
  sample: Sample,
  path: string,
): { profile: MappingProfile; detection: Detection } | null {
  if (sample.records.length === 0 || ['archive', 'text'].includes(sample.container)) return null;
  const { profile } = guessMapping(sample);
  const mapped = mapSample(sample, profile, path);
  const { length } = sample.records;
  if (
    !isConversation(mapped, length) &&
    !areSpans(profile, mapped, length) &&
    !areJudgements(profile, mapped, sample.records)
  )
    return null;
  return {
    profile,
    detection: {
      format: 'generic',
      title: 'Mapped fields',
      confidence: PROPOSED_CONFIDENCE,
      reason: `no known format; mapped by its names and values: ${wordsOf(profile)}`.slice(0, 500),
    },
  };
}
