/**
 * OpenHands: saved trajectories (a list of events), event stores (one file an event, `…/<session>/events/<n>.json`),
 * lines of an evaluation's output.jsonl (with a history of events, or of [action, observation] pairs in older ones) and
 * the V1 SDK's events. Actions of one model answer share its response and are one model call; an observation answers
 * the action it names as cause (src/shared/trace/openhands-*.ts).
 * https://docs.openhands.dev/sdk/arch/events
 */
import { asArray, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { OpenHandsConversation } from '../../../shared/trace/openhands-conversation';
import { isOpenHandsEvent, isUsersMessage } from '../../../shared/trace/openhands-event';
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

/** The session an event store's file belongs to, by its folder: `<session>/events/12.json`. */
function sessionOfPath(path: string): string | null {
  const parts = path.split(/[/\\]/);
  return parts.at(-2) === 'events' ? (parts.at(-3) ?? null) : null;
}

/** The issue that a run of an evaluation was to solve, as its forge writes it. */
function issueName(issue: unknown): string {
  const said = (key: string): string => toJsonText(get(issue, key)) ?? '?';
  return `${said('owner')}/${said('repo')}#${said('number')}`;
}

/** The events of a run of an evaluation; null where the record is none. */
function historyOf(record: unknown): readonly unknown[] | null {
  const history = get(record, 'history') ?? get(record, 'trajectory') ?? get(record, 'events');
  return !Array.isArray(record) && Array.isArray(history) ? (history as unknown[]) : null;
}

class OpenHandsReader implements FormatReader {
  /** Events that are records of their own. */
  private readonly events: { event: unknown; line: number }[] = [];

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const history = historyOf(record);
    if (Array.isArray(record))
      record.forEach((event: unknown) => this.events.push({ event, line: place.line }));
    else if (history) this.run(record, history, place);
    else if (isOpenHandsEvent(record)) this.events.push({ event: record, line: place.line });
    else
      this.emit.reject(
        place,
        'neither an event nor a run with a history of events',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private run(record: unknown, history: readonly unknown[], place: Place): void {
    const issue = get(record, 'issue');
    const instance = asText(get(record, 'instance_id')) ?? (asObject(issue) ? issueName(issue) : null);
    const prefix = `${this.source.shortHash}:${place.line}`;
    const conversation = new OpenHandsConversation(prefix, false);
    const instruction = asText(get(record, 'instruction'));
    if (instruction !== null && !history.flat().some(isUsersMessage))
      conversation.asked(instruction, place.line);
    history.forEach((entry, i) => {
      const line = Math.max(place.line, this.source.lineOf(`/history/${i}`));
      for (const event of Array.isArray(entry) ? (entry as unknown[]) : [entry])
        if (!conversation.event(event, line))
          this.emit.reject(
            { line },
            `entry ${i + 1} of the history is no event`,
            toJsonText(event)?.slice(0, 1000),
          );
    });
    const error = asText(get(record, 'error'));
    if (error !== null) conversation.broke(error, place.line);
    const sessionId = `${instance ?? 'openhands'}:${prefix}`;
    conversation.tell(this.emit, sessionId, instance);
    const report =
      at(record, 'test_result', 'report', 'resolved') ??
      at(record, 'report', 'resolved') ??
      get(record, 'resolved');
    this.outcome(sessionId, 'resolved', report, null, place);
    this.outcome(
      sessionId,
      'success',
      get(record, 'success'),
      asText(get(record, 'result_explanation')),
      place,
    );
  }

  private outcome(
    sessionId: string,
    name: string,
    value: unknown,
    explanation: string | null,
    place: Place,
  ): void {
    if (typeof value !== 'boolean') return;
    this.emit.label(
      {
        labelId: `${sessionId}:${name}`,
        sessionId,
        name,
        kind: 'outcome',
        annotatorKind: 'code',
        annotator: 'OpenHands',
        value: value ? 1 : 0,
        text: value ? name : `not ${name}`,
        explanation,
      },
      place,
    );
  }

  end(): void {
    if (this.events.length === 0) return;
    const conversation = new OpenHandsConversation(this.source.shortHash, this.events.length === 1);
    for (const { event, line } of this.events)
      if (!conversation.event(event, line))
        this.emit.reject({ line }, 'the entry is no event', toJsonText(event)?.slice(0, 1000));
    conversation.tell(this.emit, sessionOfPath(this.source.path), null);
  }
}

function isPairOrEvent(entry: unknown): boolean {
  const event: unknown = Array.isArray(entry) ? entry[0] : entry;
  return (
    asText(get(event, 'action')) !== null ||
    asText(get(event, 'observation')) !== null ||
    isOpenHandsEvent(event)
  );
}

function sniff(sample: Sample): Sniffed | null {
  const events = sample.records.filter((record) => !Array.isArray(record) && isOpenHandsEvent(record)).length;
  if (events > 0 && events * 2 >= sample.records.length)
    return {
      confidence: 0.93,
      reason: `${events} of ${sample.records.length} records are events with a source and an action or observation`,
    };
  for (const record of sample.records) {
    const history = asArray(get(record, 'history') ?? get(record, 'trajectory') ?? get(record, 'events'));
    const found = history.filter(isPairOrEvent).length;
    const isRun =
      Object.hasOwn(asObject(record) ?? {}, 'instance_id') ||
      Object.hasOwn(asObject(record) ?? {}, 'metrics') ||
      history.some(isOpenHandsEvent);
    if (found > 0 && found * 2 >= history.length && isRun && get(history[0], 'response') === undefined)
      return { confidence: 0.93, reason: 'a record has a history of actions and observations' };
  }
  return null;
}

const guide: FormatGuide = {
  reads: [
    'Saved trajectories (a list of events) and event stores, one file an event.',
    'Lines of an evaluation’s `output.jsonl`, also the older `[action, observation]` pairs.',
    'Events of the V1 SDK.',
  ],
  spans: [
    'Actions of one model response are one model call and a tool call each; an observation ends the action it names. Exit codes and error observations decide how.',
    'The instruction of an evaluation’s line is its user’s message where no event of its history is one.',
    'Recalls and condensations become memory spans; errors of the agent or the run become events.',
  ],
  turns:
    'A trajectory, a folder of events or a line of an evaluation is a session. Messages whose source is the user open turns.',
  pillars: 'By kind.',
  labels: 'Flags such as `resolved` in an evaluation’s line become outcome labels of the run.',
  readsWhole:
    'What a call cost is the growth of sums, an observation may answer an action far above, and the actions of one response are one model call wherever they stand.',
  leavesOut: [
    'Changes of state and events not known are counted by name.',
    'Costs are the growth of the sums the events carry.',
  ],
};

const openHands: TraceFormat = {
  id: 'openhands',
  title: 'OpenHands events',
  description: 'Events, saved trajectories and evaluation outputs of OpenHands.',
  documentation: 'https://docs.openhands.dev/sdk/arch/events',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  canContinue: (head) => head.every((record) => historyOf(record) !== null),
  sniff,
  read: (emit, source) => new OpenHandsReader(emit, source),
};

export default openHands;
