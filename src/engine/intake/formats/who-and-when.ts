/**
 * Who&When: failed runs of several agents, one JSON document each, with the agent and the step that people found at
 * fault. Owns its two layouts (agents by `name`, or by a role that names them); must not take an agent for a person:
 * only the question is the user's. https://github.com/ag2ai/Agents_Failure_Attribution
 */
import {
  asArray,
  asNumber,
  asText,
  get,
  isObject,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { contentText } from '../../../shared/trace/messages';
import { excerptOf } from '../../../shared/trace/otel-value';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

const TERMINAL = /terminal|executor$/i;
const EXIT = /exit ?code: (-?\d{1,5})/i;

function isRun(record: unknown): boolean {
  return (
    Array.isArray(get(record, 'history')) &&
    (get(record, 'mistake_agent') !== undefined || get(record, 'mistake_step') !== undefined)
  );
}

/** Who speaks: `Orchestrator (thought)` is the orchestrator. */
function speakerOf(message: unknown): string {
  const said = asText(get(message, 'name')) ?? asText(get(message, 'role')) ?? 'agent';
  return said.replace(/\s*\([^)]*\)\s*$/, '').replace(/\s*->.*$/, '');
}

/** What one step is: a question, the output of a terminal, or an agent's words. */
function stepSpan(message: JsonObject, index: number, isQuestion: boolean): SpanInput {
  const speaker = speakerOf(message);
  const text = contentText(get(message, 'content'));
  const base = { spanId: `s${index}`, text, raw: message };
  if (isQuestion || /^human$/i.test(speaker))
    return { ...base, kind: 'user', origin: 'simulated', name: 'user message', input: text };
  if (!TERMINAL.test(speaker))
    return { ...base, kind: 'llm', name: speaker, agentName: speaker, operation: 'chat', output: text };
  const code = EXIT.exec(text.slice(0, 2000))?.[1];
  return {
    ...base,
    kind: 'tool',
    name: speaker,
    toolName: speaker,
    output: text,
    status: code === undefined ? 'unset' : code === '0' ? 'ok' : 'error',
    statusMessage: code === undefined || code === '0' ? null : (text.split('\n')[0] ?? '').slice(0, 500),
  };
}

class WhoAndWhenReader implements FormatReader {
  #ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    this.#ordinal = this.source.ordinalOf?.(place.line) ?? this.#ordinal + 1;
    if (!isObject(record) || !isRun(record)) {
      this.emit.reject(place, 'the record has no history with a mistake', excerptOf(record));
      return;
    }
    const id = asText(get(record, 'question_ID')) ?? String(this.#ordinal);
    const sessionId = `who-and-when:${id}:${this.source.shortHash}`;
    const history = asArray(get(record, 'history'));
    const question = asText(get(record, 'question'));
    const feature = asText(get(record, 'level'));
    const asked = contentText(get(history[0], 'content'));
    const isAsked = question !== null && asked === question;
    const opens = question !== null && !(/^human$/i.test(speakerOf(history[0])) || isAsked);
    if (opens)
      this.emit.span(
        {
          spanId: 'question',
          sessionId,
          kind: 'user',
          origin: 'simulated',
          name: 'user message',
          text: question,
          input: question,
          raw: { question },
        },
        { line: Math.max(place.line, this.source.lineOf('/question')) },
      );
    history.forEach((message, index) => {
      const at = { line: Math.max(place.line, this.source.lineOf(`/history/${index}`)) };
      if (isObject(message))
        this.emit.span({ ...stepSpan(message, index, isAsked && index === 0), sessionId, feature }, at);
      else this.emit.reject(at, `step ${index} is no object`, excerptOf(message));
    });
    this.#labels(record, sessionId, history.length, place);
  }

  #labels(record: JsonObject, sessionId: string, steps: number, place: Place): void {
    const step = asNumber(get(record, 'mistake_step'));
    const inside = step !== null && Number.isInteger(step) && step >= 0 && step < steps;
    if (step !== null && !inside) this.emit.note('mistake at a step that the history does not have');
    const at = { line: Math.max(place.line, this.source.lineOf('/mistake_step')) };
    const agent = asText(get(record, 'mistake_agent'));
    const why = asText(get(record, 'mistake_reason'));
    // The keys are there without a value where nobody made a mistake.
    if (step !== null || agent !== null || why !== null)
      this.emit.label(
        {
          labelId: `${sessionId}:mistake`,
          sessionId,
          spanId: inside ? `s${step}` : null,
          name: 'mistake',
          kind: 'failure',
          annotatorKind: 'human',
          annotator: 'Who&When',
          value: step,
          text: agent,
          explanation: why,
        },
        at,
      );
    const correct = get(record, 'is_correct') ?? get(record, 'is_corrected');
    if (typeof correct !== 'boolean') return;
    this.emit.label(
      {
        labelId: `${sessionId}:correct`,
        sessionId,
        name: 'correct',
        kind: 'outcome',
        annotatorKind: 'code',
        annotator: 'Who&When',
        value: Number(correct),
        text: String(correct),
        explanation: `expected: ${toJsonText(get(record, 'ground_truth')) ?? ''}`,
      },
      at,
    );
  }
}

function sniff(sample: Sample): Sniffed | null {
  return sample.records.some(isRun)
    ? { confidence: 0.97, reason: 'the document has a history and the step of a mistake' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Both sets, Algorithm-Generated (agents by `name`) and Hand-Crafted (agents by `role`), one JSON document a run or one a line.',
  ],
  spans: [
    'A step of an agent becomes a model call with the agent’s name; the output of a terminal becomes a tool call, failed where its exit code is not 0.',
  ],
  turns: 'A run is a session. The question is its one message of a user, who is simulated.',
  pillars: 'By kind.',
  labels:
    'The mistake becomes a label of kind `failure` on the step it happened at, by a person: the agent, the step (counted from 0) and the reason. Whether the run was correct becomes an outcome.',
  leavesOut: [
    'System prompts of the agents stay in the file.',
    'There are no times, tokens or call ids to read.',
  ],
};

const format: TraceFormat = {
  id: 'who-and-when',
  title: 'Who&When failed runs',
  description: 'Failed multi-agent runs with the agent and the step that people found at fault.',
  documentation: 'https://github.com/ag2ai/Agents_Failure_Attribution',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  canContinue: true,
  countsRecords: true,
  sniff,
  read: (emit, source) => new WhoAndWhenReader(emit, source),
};

export default format;
