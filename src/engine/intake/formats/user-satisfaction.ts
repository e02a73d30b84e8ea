/**
 * Dialogues with the satisfaction of their users rated turn by turn (USS: MultiWOZ, SGD, ReDial, CCPE, JDDC), as text with
 * tabs. Owns how turns and ratings become spans and labels; how a line is written is in src/shared/trace/rated-dialogues.ts.
 * Must not take a table with a header for one. https://github.com/sunnweiwei/user-satisfaction-simulation
 */
import { asText, get } from '../../../shared/trace/json';
import {
  areRatedDialogues,
  ratedDialogues,
  type RatedDialogue,
  type RatedTurn,
} from '../../../shared/trace/rated-dialogues';
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

class UserSatisfactionReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const { dialogues, unread } = ratedDialogues(asText(get(record, 'text')) ?? '');
    if (dialogues.length === 0)
      this.emit.reject(place, 'no dialogue: no line begins with USER or SYSTEM and a tab');
    dialogues.forEach((dialogue, i) => {
      this.dialogue(dialogue, `${this.source.shortHash}:${String(i + 1)}`);
    });
    for (const { line, reason, text } of unread) this.emit.reject({ line }, reason, text.slice(0, 1000));
  }

  private dialogue({ turns, overall }: RatedDialogue, sessionId: string): void {
    turns.forEach((turn, i) => {
      const spanId = `m${String(i)}`;
      this.turn(turn, sessionId, spanId);
      this.ratings(turn, 'satisfaction', sessionId, spanId);
    });
    if (overall) this.ratings(overall, 'overall satisfaction', sessionId, null);
  }

  private turn({ who, text, action, line }: RatedTurn, sessionId: string, spanId: string): void {
    const attributes = action === null ? null : { action };
    const told = { sessionId, spanId, text, attributes };
    this.emit.span(
      who === 'user'
        ? { ...told, kind: 'user', origin: 'human', name: 'user message', input: text }
        : { ...told, kind: 'llm', name: 'answer', operation: 'chat', output: text },
      { line },
    );
  }

  private ratings(
    { ratings, reason, line }: Pick<RatedTurn, 'ratings' | 'reason' | 'line'>,
    name: string,
    sessionId: string,
    spanId: string | null,
  ): void {
    ratings.forEach((value, i) => {
      const annotator = `annotator ${String(i + 1)}`;
      this.emit.label(
        {
          labelId: `${sessionId}:${spanId ?? 'overall'}:${annotator}`,
          sessionId,
          spanId,
          name,
          kind: 'score',
          annotatorKind: 'human',
          annotator,
          value,
          explanation: reason,
        },
        { line },
      );
    });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  return areRatedDialogues(asText(get(records[0], 'text')) ?? '')
    ? { confidence: 0.93, reason: 'lines are turns of USER and SYSTEM with ratings behind tabs' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Text files of USS: a line for each turn with role, text, action and ratings between tabs, dialogues apart by a blank line.',
  ],
  spans: [
    'A turn of `USER` is a user message, one of `SYSTEM` a model call; its action is kept as an attribute.',
  ],
  turns: 'A dialogue is a session. Each turn of the user opens a turn: people wrote them.',
  pillars: 'By kind: such texts tell no tools apart.',
  labels:
    'Each rating of a turn becomes a label `satisfaction` of a person on that turn, one for each who rated (`annotator 1` and so on); those in the line `OVERALL` become `overall satisfaction` of the session.',
  leavesOut: ['There are no times, ids or tokens to read.'],
};

const format: TraceFormat = {
  id: 'user-satisfaction',
  title: 'Dialogues with rated satisfaction (USS)',
  description: 'Dialogues of users with assistants in which people rated each turn of the user.',
  documentation: 'https://github.com/sunnweiwei/user-satisfaction-simulation',
  guide,
  containers: ['text'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new UserSatisfactionReader(emit, source),
};

export default format;
