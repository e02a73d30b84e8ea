/**
 * MAST / MAD: runs of multi-agent frameworks as the text of their logs, each with the failure modes that people or a
 * model found in it. Owns the record's spellings and the names of the fourteen modes; the log is cut into pieces as far
 * as its own marks go (src/shared/trace/log-text.ts). Must not guess speakers that the log does not name.
 * https://github.com/multi-agent-systems-failure-taxonomy/MAST
 */
import {
  asArray,
  asText,
  get,
  isObject,
  parseMaybe,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { logPieces } from '../../../shared/trace/log-text';
import { excerptOf } from '../../../shared/trace/otel-value';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';

const MODES: Readonly<Record<string, string>> = {
  '1.1': 'Disobey task specification',
  '1.2': 'Disobey role specification',
  '1.3': 'Step repetition',
  '1.4': 'Loss of conversation history',
  '1.5': 'Unaware of termination conditions',
  '2.1': 'Conversation reset',
  '2.2': 'Fail to ask for clarification',
  '2.3': 'Task derailment',
  '2.4': 'Information withholding',
  '2.5': "Ignored other agent's input",
  '2.6': 'Reasoning-action mismatch',
  '3.1': 'Premature termination',
  '3.2': 'No or incomplete verification',
  '3.3': 'Incorrect verification',
};
const MODE = /^\s*(\d\.\d)\b/;

/** The log of a record, with where it stands. */
function logOf(record: unknown): { text: string; pointer: string } | null {
  const trace = parseMaybe(get(record, 'trace'));
  const found: [unknown, string][] = [
    [get(record, 'trace_text'), '/trace_text'],
    [get(trace, 'trajectory'), '/trace/trajectory'],
    [typeof trace === 'string' ? trace : null, '/trace'],
    [get(record, 'trajectory'), '/trajectory'],
  ];
  for (const [value, pointer] of found) {
    const text = Array.isArray(value) ? value.map((one) => toJsonText(one) ?? '').join('\n') : asText(value);
    if (text !== null && text !== '') return { text, pointer };
  }
  return null;
}

function annotationsOf(record: unknown): { key: string; modes: JsonObject } | null {
  for (const key of ['human_labels', 'mast_annotation', 'hf_annotations', 'annotations']) {
    const modes = parseMaybe(get(record, key));
    if (isObject(modes) && Object.keys(modes).some((mode) => MODE.test(mode))) return { key, modes };
  }
  return null;
}

/** Who found a mode: everybody that said so, where several people annotated. */
function votesOf(value: unknown, key: string): { annotator: string; kind: 'human' | 'llm' }[] {
  const isTrue = (one: unknown): boolean =>
    one === true || one === 1 || one === '1' || one === 'yes' || one === 'true';
  const kind = key === 'mast_annotation' ? 'llm' : 'human';
  if (!isObject(value)) return isTrue(value) ? [{ annotator: 'MAST', kind }] : [];
  return Object.entries(value).flatMap(([who, said]) =>
    isTrue(said) ? [{ annotator: who, kind: 'human' as const }] : [],
  );
}

class MastReader implements FormatReader {
  #ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    this.#ordinal = this.source.ordinalOf?.(place.line) ?? this.#ordinal + 1;
    const log = logOf(record);
    if (!isObject(record) || !log) {
      this.emit.reject(
        place,
        'the record has no log of a run (trace_text or trace.trajectory)',
        excerptOf(record),
      );
      return;
    }
    const id = toJsonText(get(record, 'trace_id') ?? get(record, 'index')) ?? String(this.#ordinal);
    const framework = asText(get(record, 'mas_name'));
    const sessionId = `mast:${framework ?? 'run'}:${asText(get(record, 'benchmark_name')) ?? ''}:${id}:${this.source.shortHash}`;
    const pieces = logPieces(log.text);
    if (pieces.length === 1) this.emit.note('log without marks to cut it at, kept as one piece');
    pieces.forEach((piece, i) => {
      const speaks = piece.speaker !== null;
      const isUser = speaks && /^(user|human|human user)$/i.test(piece.speaker ?? '');
      this.emit.span(
        {
          spanId: `p${i}`,
          sessionId,
          kind: isUser ? 'user' : speaks ? 'llm' : 'event',
          origin: isUser ? 'simulated' : null,
          name: isUser ? 'user message' : (piece.speaker ?? 'log'),
          agentName: speaks && !isUser ? piece.speaker : null,
          model: speaks && !isUser ? asText(get(record, 'llm_name')) : null,
          startNs: piece.startNs,
          text: piece.text,
          feature: asText(get(record, 'benchmark_name')),
          cohort: framework,
          raw: { line: piece.line + 1, text: piece.text.slice(0, 2000) },
        },
        { line: Math.max(place.line, this.source.lineOf(log.pointer)) },
      );
    });
    this.#labels(record, sessionId, place);
  }

  #labels(record: JsonObject, sessionId: string, place: Place): void {
    const found = annotationsOf(record);
    if (!found) {
      this.emit.note('run without annotations');
      return;
    }
    for (const [mode, value] of Object.entries(found.modes)) {
      const number = MODE.exec(mode)?.[1];
      if (number === undefined) continue;
      for (const { annotator, kind } of votesOf(value, found.key))
        this.emit.label(
          {
            labelId: `${sessionId}:${number}:${annotator}`,
            sessionId,
            name: `${number} ${MODES[number] ?? mode.split('\n')[0]?.slice(0, 80) ?? ''}`.trim(),
            kind: 'failure',
            annotatorKind: kind,
            annotator,
            value: 1,
            explanation: asText(
              asArray(get(get(record, 'human_label_summary'), 'failures')).find(
                (one) => typeof one === 'string' && one.startsWith(number),
              ),
            ),
          },
          place,
        );
    }
  }
}

function sniff(sample: Sample): Sniffed | null {
  const run = sample.records.find((record) => logOf(record) !== null && annotationsOf(record) !== null);
  if (run !== undefined)
    return { confidence: 0.96, reason: `records have the log of a run and ${annotationsOf(run)?.key ?? ''}` };
  const named = sample.records.some(
    (record) => get(record, 'mas_name') !== undefined && logOf(record) !== null,
  );
  return named ? { confidence: 0.9, reason: 'records have mas_name and the log of a run' } : null;
}

const guide: FormatGuide = {
  reads: [
    'Records with the log of a run (`trace_text`, `trace.trajectory`) and annotations: `human_labels`, `mast_annotation`, or three annotators in `hf_annotations`.',
  ],
  spans: [
    'The log is cut at time stamps, rules and the names of speakers that come again; a piece with a speaker becomes a model call of that agent, other pieces events. A log without marks is one piece.',
  ],
  turns: 'A record is a session. Pieces of a user open turns, as a simulated user’s; most logs have none.',
  pillars: 'Tools are not told apart in a log: all its pieces belong to the LLM or the environment.',
  labels:
    'Each failure mode that was found becomes a label of kind `failure` with its number and name, one for each annotator who found it; modes that were not found give none.',
  leavesOut: ['Lines are those of the record: a log is one string in it.'],
};

const format: TraceFormat = {
  id: 'mast',
  title: 'MAST multi-agent runs',
  description: 'Logs of multi-agent frameworks with the failure modes of the MAST taxonomy found in them.',
  documentation: 'https://github.com/multi-agent-systems-failure-taxonomy/MAST',
  guide,
  containers: ['lines', 'document', 'parquet'],
  ordering: 'stream',
  canContinue: true,
  countsRecords: true,
  sniff,
  read: (emit, source) => new MastReader(emit, source),
};

export default format;
