/**
 * Transcripts of Voiceflow: a list of turns of `format` request (what the user said or pressed) and trace (what the agent
 * showed, which block it was in). Texts of one answer follow each other as traces and stay spans of their own.
 * https://docs.voiceflow.com/reference/overview-4
 */
import { TypeCount } from '../../../shared/trace/agent-log';
import { asArray, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { toNs } from '../../../shared/trace/time';
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

function isTurn(value: unknown): boolean {
  const said = get(value, 'format');
  return (said === 'request' || said === 'trace' || said === 'launch') && asText(get(value, 'type')) !== null;
}

/** The turns of a record: itself, or those of a transcript around them. */
function turnsOf(record: unknown): readonly unknown[] {
  const list = [get(record, 'turns'), get(record, 'dialog'), get(record, 'transcript'), record].find((one) =>
    Array.isArray(one),
  );
  return Array.isArray(list) ? (list as unknown[]) : [record];
}

/** Rich text as its paragraphs. */
function slateText(content: unknown): string {
  return asArray(content)
    .map((paragraph) =>
      asArray(get(paragraph, 'children'))
        .map((part) => asText(get(part, 'text')) ?? '')
        .join(''),
    )
    .join('\n');
}

/** What the user said or pressed, or what was shown to them. */
function wordsOf(turn: unknown): string {
  const payload = get(turn, 'payload');
  const inner = get(payload, 'payload');
  const said = [
    at(inner, 'message'),
    at(inner, 'label'),
    at(inner, 'query'),
    at(payload, 'message'),
    at(payload, 'label'),
    inner,
    payload,
  ];
  const text = said.find((one) => typeof one === 'string' && one !== '');
  return asText(text) ?? slateText(at(inner, 'slate', 'content'));
}

class VoiceflowReader implements FormatReader {
  private readonly types: TypeCount;
  private ordinal = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.types = new TypeCount((what) => emit.note(what));
  }

  record(record: unknown, place: Place): void {
    const turns = turnsOf(record);
    const isAround = turns[0] !== record;
    const named = ['sessionID', 'transcriptID', '_id', 'id']
      .map((key) => asText(get(record, key)))
      .find((id) => id !== null);
    const own = isAround ? (named ?? `${this.source.shortHash}:${place.line}`) : null;
    turns.forEach((turn, i) =>
      this.turn(turn, own ?? asText(get(turn, 'sessionID')) ?? this.source.shortHash, i, place),
    );
  }

  private turn(turn: unknown, sessionId: string, i: number, place: Place): void {
    this.ordinal += 1;
    if (!isTurn(turn)) {
      this.emit.reject(
        place,
        `turn ${i + 1} has no "format" that is request or trace`,
        toJsonText(turn)?.slice(0, 1000),
      );
      return;
    }
    const type = asText(get(turn, 'type')) ?? '';
    const text = wordsOf(turn);
    const told = {
      spanId: `${asText(get(turn, 'turnID')) ?? 't'}:${this.ordinal}`,
      sessionId,
      startNs: toNs(get(turn, 'startTime')),
      text,
      raw: turn,
    };
    if (get(turn, 'format') === 'request' && text !== '' && type !== 'launch')
      this.emit.span({ ...told, kind: 'user', origin: 'human', name: 'user message', input: text }, place);
    else if (get(turn, 'format') === 'trace' && (type === 'text' || type === 'speak') && text !== '')
      this.emit.span({ ...told, kind: 'llm', name: 'answer', status: 'ok', output: text }, place);
    else this.types.count(`${asText(get(turn, 'format')) ?? ''} ${type}`);
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const turns = records.flatMap((record) => turnsOf(record));
  const known = turns.filter(
    (turn) => isTurn(turn) && (get(turn, 'turnID') ?? get(turn, 'startTime')) !== undefined,
  ).length;
  return known > 0 && known * 2 > turns.length
    ? { confidence: 0.9, reason: `${known} of ${turns.length} turns have format request or trace` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'A transcript as a list of turns, as the API and the export of Voiceflow give it, or several with their turns inside.',
  ],
  spans: [
    'A request with words, a pressed button too, is a user message; a `text` or `speak` trace is an answer.',
  ],
  turns: 'A session is the transcript: its id where it is told, else `sessionID` of a turn, else the file.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Blocks, paths, debug messages, launches and other turns without words are counted by type.'],
};

const format: TraceFormat = {
  id: 'voiceflow',
  title: 'Voiceflow transcripts',
  description: 'Transcripts of agents built with Voiceflow.',
  documentation: 'https://docs.voiceflow.com/reference/overview-4',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new VoiceflowReader(emit, source),
};

export default format;
