/**
 * edit-distance: the user changed what the agent had written before using it. Compares generated with used text: of client
 * events (`client.edit`, `client.send`), of corrections the export carries as labels; and notes files the user changed between
 * two edits of a coding agent, of which the record holds no text. Says how much was changed and of what sort.
 */
import { z } from 'zod';
import { percent, quote } from '../../../shared/conversation/conversation';
import { baseName, pathOf } from '../../../shared/conversation/edits';
import { countOf } from '../../../shared/failures/step';
import { compareTexts, type TextChange } from '../../../shared/text/compare-texts';
import { defineDetector, type DetectorSpan, type FindingInput, type Trajectory } from '../detector';

const parameters = z.object({
  minDistance: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      'Levenshtein distance over the longer length from which a change is reported; below it are typing errors and a word or two (own choice)',
    ),
  majorDistance: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('distance from which the text was rather written anew than edited (own choice)'),
  reportFacts: z
    .boolean()
    .default(true)
    .describe('report a changed number or name however short it is: one digit can be the whole mistake'),
});
type Limits = z.output<typeof parameters>;

const touchedByUser =
  /\b(?:was modified,? (?:either )?by the user|modified by the user or|has been (?:unexpectedly )?modified since (?:it was )?(?:last )?read|user (?:has )?(?:modified|edited|changed) (?:the|this|your))/iu;

/** A cheap look goes first: hardly any result speaks of changes at all. */
function touchNotice(text: string): RegExpExecArray | null {
  return /modified|edited|changed/iu.test(text) ? touchedByUser.exec(text) : null;
}

function described(change: TextChange): string {
  const facts =
    change.factsRemoved.length + change.factsAdded.length === 0
      ? ''
      : `; ${change.factsRemoved.map((fact) => quote(fact, 30)).join(', ') || 'nothing'} became ${change.factsAdded.map((fact) => quote(fact, 30)).join(', ') || 'nothing'}`;
  return `${percent(change.distance)} of the characters, ${countOf(change.removedWords, 'word')} out and ${String(change.addedWords)} in (${change.kinds.join(', ')})${facts}`;
}

function judge(
  change: TextChange,
  { minDistance, majorDistance, reportFacts }: Limits,
): FindingInput['severity'] | null {
  const hasFacts = change.kinds.includes('facts');
  if (change.distance < minDistance && !(reportFacts && hasFacts && change.distance > 0)) return null;
  if (change.distance >= majorDistance) return hasFacts ? 4 : 3;
  return hasFacts ? 3 : 2;
}

function inEvents(spans: readonly DetectorSpan[], limits: Limits): FindingInput[] {
  return spans.flatMap((span): FindingInput[] => {
    if (span.kind !== 'event' || (span.operation !== 'client.edit' && span.operation !== 'client.send'))
      return [];
    const subject = spans.find((one) => one.spanId === span.parentSpanId);
    const generated = span.input ?? subject?.text ?? '';
    if (generated.trim() === '' || span.text.trim() === '') return [];
    const change = compareTexts(generated, span.text);
    const severity = judge(change, limits);
    if (severity === null) return [];
    const verb = span.operation === 'client.send' ? 'sent something else' : 'edited what was written';
    return [
      {
        evidence: subject ? [span.spanId, subject.spanId] : [span.spanId],
        turnNo: span.turnNo,
        reason: `The user ${verb}: ${described(change)}.`,
        severity,
      },
    ];
  });
}

function inLabels({ labels, spans }: Trajectory, limits: Limits): FindingInput[] {
  return labels.flatMap((label): FindingInput[] => {
    if (label.kind !== 'correction' || label.text === null || label.text.trim() === '') return [];
    const subject =
      spans.find((span) => span.spanId === label.spanId) ??
      spans.findLast((span) => span.kind === 'llm' && span.traceId === label.traceId && span.text !== '');
    if (!subject || subject.text.trim() === '') return [];
    const change = compareTexts(subject.text, label.text);
    const severity = judge(change, limits);
    if (severity === null) return [];
    return [
      {
        evidence: [subject.spanId],
        turnNo: subject.turnNo,
        reason: `The export carries a correction of this text (${quote(label.name, 40)}): ${described(change)}.`,
        severity,
      },
    ];
  });
}

/** The program tells the agent that a person changed the file meanwhile. */
function inFiles(spans: readonly DetectorSpan[]): FindingInput[] {
  const findings: FindingInput[] = [];
  const edited = new Map<string, DetectorSpan>();
  for (const span of spans) {
    if (span.isRewound) continue;
    const isTold =
      span.kind === 'tool' || (span.kind === 'user' && span.origin === 'harness') || span.kind === 'system';
    const told = isTold ? touchNotice((span.statusMessage ?? span.text).slice(0, 1000)) : null;
    if (told) {
      const name = [...edited.keys()].find((path) => (span.statusMessage ?? span.text).includes(path));
      const before = edited.get(name ?? baseName(pathOf(span.input) ?? ''));
      if (before)
        findings.push({
          evidence: [span.spanId, before.spanId],
          turnNo: span.turnNo,
          reason: `A person or a program changed ${name ?? 'the file'} after the agent had edited it and before its next edit; the record does not hold what was changed.`,
          severity: 2,
        });
    }
    if (
      span.kind === 'tool' &&
      span.status !== 'error' &&
      /edit|write|replace|patch/iu.test(span.toolName ?? span.name)
    ) {
      const path = pathOf(span.input);
      if (path !== null) edited.set(baseName(path), span);
    }
  }
  return findings;
}

export default defineDetector({
  id: 'edit-distance',
  title: 'Edited before use',
  description: 'The user changed what the agent had written before using it.',
  pillar: 'user',
  version: '1.1',
  parameters,
  isHint: true,
  inspect(trajectory, limits) {
    const { spans, labels } = trajectory;
    return [
      ...inEvents(spans, limits),
      ...(labels.length > 0 ? inLabels(trajectory, limits) : []),
      ...inFiles(spans),
    ];
  },
});
