/**
 * Results of Inspect Scout: Parquet with a row for each transcript a scanner looked at. A row is a label of the session
 * that the transcript is, whichever file that comes in. Owns the row; must not make sessions of its own, since a scan
 * says what was found and not what was said. https://meridianlabs-ai.github.io/inspect_scout/
 */
import {
  asArray,
  asNumber,
  asText,
  at,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { excerptOf } from '../../../shared/trace/otel-value';
import type { Emit, FormatGuide, FormatReader, Place, Sample, Sniffed, TraceFormat } from '../format';

function isResult(record: unknown): boolean {
  return (
    isObject(record) && ['transcript_id', 'scanner_name', 'value'].every((key) => Object.hasOwn(record, key))
  );
}

/** A scanner that asked a model spent tokens. */
function annotatorKind(row: JsonObject): 'llm' | 'code' {
  return (asNumber(get(row, 'scan_total_tokens')) ?? 0) > 0 ? 'llm' : 'code';
}

/** The event a row or one of its results refers to, where it refers to one. */
function spanOf(row: JsonObject): string | null {
  const own = asText(at(asArray(parseMaybe(get(row, 'event_references'))), 0, 'id'));
  const event = asArray(get(row, 'references')).find((one) => get(one, 'type') === 'event');
  return own ?? asText(get(event, 'id'));
}

class ScoutReader implements FormatReader {
  constructor(private readonly emit: Emit) {}

  record(record: unknown, place: Place): void {
    const sessionId = asText(get(record, 'transcript_id'));
    if (!isObject(record) || sessionId === null) {
      this.emit.reject(place, 'a result names no transcript', excerptOf(record));
      return;
    }
    const name = asText(get(record, 'scanner_name')) ?? asText(get(record, 'scanner_key')) ?? 'scan';
    const failed = asText(get(record, 'scan_error'));
    if (failed !== null) {
      this.emit.note('scan that failed, without a result');
      return;
    }
    const given = get(record, 'value');
    const type = asText(get(record, 'value_type'));
    if (given === null || given === undefined || type === 'null') {
      this.emit.note('scan that found nothing');
      return;
    }
    const results = type === 'resultset' ? asArray(parseMaybe(given)).filter(isObject) : [];
    if (results.length === 0) return this.#label(record, record, { sessionId, name, id: '' }, place);
    results.forEach((result, i) => {
      const own = asText(get(result, 'label')) ?? asText(get(result, 'type'));
      const label = { sessionId, name: own === null ? name : `${name}: ${own}`, id: `:${i}` };
      this.#label(record, result, label, place);
    });
  }

  /** The label of a row, or of one of the results that a row with several holds. */
  #label(
    row: JsonObject,
    result: JsonObject,
    { sessionId, name, id }: { sessionId: string; name: string; id: string },
    place: Place,
  ): void {
    const given = get(result, 'value');
    if (given === null || given === undefined) {
      this.emit.note('scan that found nothing');
      return;
    }
    const isFlag = typeof given === 'boolean' || asText(get(result, 'value_type')) === 'boolean';
    const value = isFlag ? Number(/^true$/i.test(toJsonText(given) ?? '')) : asNumber(given);
    const answer = asText(get(result, 'answer'));
    const scanner = asText(get(row, 'scanner_name')) ?? name;
    // What a scan says in words is its value; the answer it was taken from stands beside it.
    const isWord = value === null && answer !== null && typeof given === 'string' && answer !== given;
    this.emit.label(
      {
        labelId: `${asText(get(row, 'scan_id')) ?? ''}:${name}:${sessionId}:${asText(get(row, 'uuid')) ?? ''}${id}`,
        sessionId,
        spanId: spanOf(result),
        name,
        kind: 'score',
        annotatorKind: annotatorKind(row),
        annotator: `Inspect Scout ${scanner}`,
        value,
        text: isWord
          ? `${given} (${answer})`
          : value !== null && !isFlag
            ? answer
            : (answer ?? toJsonText(given)),
        explanation: asText(get(result, 'explanation')),
      },
      place,
    );
  }
}

function sniff(sample: Sample): Sniffed | null {
  const names = sample.columns.map((column) => column.name);
  const has = (key: string): boolean => names.includes(key);
  if (has('transcript_id') && has('scanner_name') && has('value'))
    return { confidence: 0.97, reason: 'columns transcript_id, scanner_name and value' };
  return sample.records.some(isResult)
    ? { confidence: 0.9, reason: 'rows have transcript_id, scanner_name and value' }
    : null;
}

const guide: FormatGuide = {
  reads: ['Results of scans: Parquet, also as CSV or JSON lines.'],
  spans: ['A result makes no span: the transcripts are read from their own logs.'],
  turns:
    'A result belongs to the session whose id is its transcript, in whatever order logs and results are imported.',
  pillars: 'None.',
  labels:
    'A result becomes a label of kind `score`, named by its scanner, with value, answer and explanation; of a model where the scan spent tokens, else of code. It points at an event where it refers to one. A row with several results is a label for each of them.',
  leavesOut: [
    'Results without a value and scans that failed are counted.',
    'What the scan repeats of its transcript (scores, tokens, times) is in the transcript’s own log.',
  ],
};

/** What a label is made of; the transcript that was scanned, and what scanning it took, are wide and lie beside it. */
const COLUMNS = [
  'transcript_id',
  'scanner_name',
  'scanner_key',
  'scan_id',
  'scan_error',
  'scan_total_tokens',
  'uuid',
  'value',
  'value_type',
  'label',
  'type',
  'answer',
  'explanation',
  'references',
  'event_references',
];

const format: TraceFormat = {
  id: 'inspect-scout',
  title: 'Inspect Scout results',
  description: 'What scanners of Inspect Scout found in transcripts, as labels of their sessions.',
  documentation: 'https://meridianlabs-ai.github.io/inspect_scout/',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  columns: Object.fromEntries(COLUMNS.map((name) => [name, 'all' as const])),
  read: (emit) => new ScoutReader(emit),
};

export default format;
