/**
 * Results of tau-bench: a JSON list of runs, each with its task, its trajectory of chat messages and its reward; and
 * the few-shot JSONL beside them, where a conversation is one text. The user is played by a model, so no turn is a
 * person's. Runs carry no times and no usage; a tool's text that starts with "Error" is how the benchmark fails a call.
 * Must not judge: the reward goes out as the benchmark's label. https://github.com/sierra-research/tau-bench
 */
import { chatSpans, type ChatRead, type ChatSpan } from '../../../shared/trace/chat-spans';
import { asNumber, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const OPTIONS = { userOrigin: 'simulated', isToolError: (text: string) => /^\s*Error\b/.test(text) } as const;
const SPEAKER = /^(user|assistant|tool|system): ?/;

/** What the simulated user says to end a run: a signal to the benchmark, not to the agent. */
const STOP = '###STOP###';

/** An id as the benchmark writes it, number or text. */
function idText(value: unknown): string {
  return typeof value === 'number' ? String(value) : (asText(value) ?? '?');
}

/** The messages of a conversation written as text, `role: words` at the start of each. `None` is a call without words. */
function messagesOfText(text: string): { role: string; content: string | null }[] {
  const messages: { role: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const role = SPEAKER.exec(line)?.[1];
    if (role !== undefined) messages.push({ role, lines: [line.replace(SPEAKER, '')] });
    else messages.at(-1)?.lines.push(line);
  }
  return messages.map(({ role, lines }) => {
    const content = lines.join('\n').trimEnd();
    return { role, content: role === 'assistant' && content === 'None' ? null : content };
  });
}

class TauReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const shown = asText(get(record, 'messages_display'));
    const traj = get(record, 'traj');
    if (shown !== null) {
      const read = chatSpans(messagesOfText(shown), OPTIONS);
      this.tell(read, `tau:few-shot:${place.line}:${this.source.shortHash}`, () => place.line, null);
    } else if (Array.isArray(traj)) this.run(record, traj, place);
    else this.emit.reject(place, 'the record has no trajectory ("traj")', toJsonText(record)?.slice(0, 1000));
  }

  private run(record: unknown, traj: readonly unknown[], place: Place): void {
    const sessionId = `tau:${idText(get(record, 'task_id'))}:${idText(get(record, 'trial'))}:${this.source.shortHash}`;
    const info = get(record, 'info');
    const read = chatSpans(traj, OPTIONS);
    const lineOf = (index: number): number => Math.max(place.line, this.source.lineOf(`/traj/${index}`));
    this.tell(read, sessionId, lineOf, asText(at(info, 'task', 'user_id')), {
      taskId: get(record, 'task_id'),
      trial: get(record, 'trial'),
      task: get(info, 'task'),
      userCostUsd: get(info, 'user_cost'),
    });
    const error = asText(get(info, 'error'));
    if (error !== null) {
      this.emit.span(
        {
          spanId: 'run-error',
          sessionId,
          kind: 'event',
          name: 'run error',
          status: 'error',
          statusMessage: error.slice(0, 500),
          text: error,
          raw: info,
        },
        place,
      );
    }
    const reward = asNumber(get(record, 'reward') ?? at(info, 'reward_info', 'reward'));
    if (reward === null) this.emit.note('run without a reward');
    else {
      this.emit.label(
        {
          labelId: `${sessionId}:reward`,
          sessionId,
          name: 'reward',
          kind: 'outcome',
          annotatorKind: 'code',
          annotator: 'tau-bench',
          value: reward,
          text: reward >= 1 ? 'pass' : 'fail',
          explanation: toJsonText(get(info, 'reward_info') ?? null),
        },
        place,
      );
    }
  }

  private tell(
    read: ChatRead,
    sessionId: string,
    lineOf: (index: number) => number,
    userId: string | null,
    attributes: Readonly<Record<string, unknown>> = {},
  ): void {
    read.spans.forEach(({ index, ...said }, i) => {
      const isStop = said.kind === 'user' && said.text?.trim() === STOP;
      const span: Omit<ChatSpan, 'index'> = isStop
        ? { ...said, kind: 'event', name: 'user ends the run' }
        : said;
      const all = { ...span.attributes, ...(i === 0 ? attributes : {}) };
      this.emit.span(
        {
          ...span,
          origin: isStop ? null : (span.origin ?? null),
          sessionId,
          userId,
          attributes: Object.keys(all).length > 0 ? all : null,
        },
        { line: lineOf(index) },
      );
    });
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject({ line: lineOf(index) }, reason);
  }
}

function sniff(sample: Sample): Sniffed | null {
  const runs = sample.records.filter(
    (record) =>
      Array.isArray(get(record, 'traj')) && asObject(record) && Object.hasOwn(record as object, 'task_id'),
  );
  if (runs.length > 0) {
    const isWhole = runs.some(
      (run) => Object.hasOwn(run as object, 'reward') && Object.hasOwn(run as object, 'trial'),
    );
    return {
      confidence: isWhole ? 0.97 : 0.9,
      reason: `records have task_id and traj${isWhole ? ', reward and trial' : ''}`,
    };
  }
  const shown = sample.records.find((record) => SPEAKER.test(asText(get(record, 'messages_display')) ?? ''));
  return shown === undefined ? null : { confidence: 0.9, reason: 'records have messages_display with roles' };
}

const guide: FormatGuide = {
  reads: [
    'Result lists: task, trajectory, reward and trial of each run.',
    'The few-shot JSONL, where a conversation is one text.',
  ],
  spans: [
    'Assistant messages become model calls, their calls tool calls; a result that starts with "Error" is an error. A run that broke gets an event.',
  ],
  turns:
    'A run is a session. User messages open turns, with the origin `simulated`: a model plays the user. Its signal to stop is an event.',
  pillars: 'By kind.',
  labels: 'The reward becomes an outcome label of the run.',
  leavesOut: ['There are no times and no usage.'],
};

const tauBench: TraceFormat = {
  id: 'tau-bench',
  title: 'tau-bench results',
  description:
    'Runs of the tau-bench benchmark (airline and retail), with a simulated user and a reward for each run.',
  documentation: 'https://github.com/sierra-research/tau-bench',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new TauReader(emit, source),
};

export default tauBench;
