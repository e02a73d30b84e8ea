/**
 * Makes a regression case of a labelled failure: the conversation up to where it failed, what was expected, the check that
 * decides it, and the way back to the line of the trace file. A draft: the analyst reads, corrects and keeps it.
 */
import { createHash } from 'node:crypto';
import type { Check } from '../../shared/model/check';
import type { CaseMessage, FailureTarget, Lineage, RegressionCase } from '../../shared/model/regression';
import { wideOfSession } from '../trajectory/wide-span';
import type { Workspace } from '../workspace/workspace';
import { NotFound } from '../workspace/problem';

/** What is known of a failure before its conversation is read. */
interface Failure {
  sessionId: string;
  /** Where it went wrong; null: at the session's end. */
  spanId: string | null;
  turnNo: number | null;
  expectation: string;
  checks: Check[];
  failureModeId: string | null;
  severity: number;
  label: Lineage['label'];
}

/** The draft of a case. Throws NotFound when there is no such failure. */
export async function draftCase(
  workspace: Workspace,
  target: FailureTarget,
  codebookVersion: number,
  heldOutShare: number,
): Promise<RegressionCase> {
  const failure = await failureOf(workspace, target);
  const { input, tools, at } = await conversationUpTo(workspace, failure);
  const lineage = await lineageOf(workspace, failure, at, codebookVersion);
  const caseId = createHash('sha256')
    .update(
      [lineage.sourceSha256, failure.sessionId, at.spanId, failure.label.kind, failure.label.id].join('\0'),
    )
    .digest('hex')
    .slice(0, 16);
  const lastUser = input.filter((message) => message.role === 'user').at(-1);
  return {
    caseId,
    name: (lastUser?.text ?? 'case').replace(/\s+/g, ' ').trim().slice(0, 120) || 'case',
    input,
    tools,
    expectation: failure.expectation.slice(0, 4000),
    combine: 'all',
    checks: failure.checks,
    failureModeId: failure.failureModeId,
    failureModeName:
      failure.failureModeId === null ? null : workspace.state.failureModeName(failure.failureModeId),
    severity: failure.severity,
    split: splitOf(caseId, heldOutShare),
    lineage,
  };
}

/** The same case always falls on the same side, in every set and version. `share` is that of held-out cases. */
export function splitOf(caseId: string, share: number): RegressionCase['split'] {
  const hash = createHash('sha256').update(`split\0${caseId}`).digest();
  return hash.readUInt32BE(0) / 2 ** 32 < share ? 'held-out' : 'open';
}

async function failureOf(workspace: Workspace, target: FailureTarget): Promise<Failure> {
  switch (target.kind) {
    case 'correction':
      return correctionFailure(workspace, target.correctionId);
    case 'review':
      return reviewFailure(workspace, target.queueId, target.sessionId);
    case 'finding':
      return findingFailure(workspace, target.findingId);
    case 'label':
      return labelFailure(workspace, target.sessionId, target.labelId);
    case 'session':
      return {
        sessionId: target.sessionId,
        spanId: target.spanId,
        turnNo: null,
        expectation: '',
        checks: [{ kind: 'verdict' }],
        failureModeId: null,
        severity: 2,
        label: { kind: 'session', id: target.sessionId, by: '', at: '' },
      };
  }
}

function severityOf(workspace: Workspace, failureModeId: string | null): number {
  const mode = workspace.state.codebooks.at(-1)?.failureModes.find((one) => one.id === failureModeId);
  return mode?.severity ?? 2;
}

/** What a user corrected failed in the turn before: the correction itself is what should have happened. */
async function correctionFailure(workspace: Workspace, correctionId: string): Promise<Failure> {
  const found = await workspace.db.one<{ sessionId: string; turnNo: number; text: string }>(
    'SELECT session_id AS "sessionId", turn_no AS "turnNo", text FROM correction WHERE correction_id = $1',
    [correctionId],
  );
  if (!found) throw new NotFound(`There is no correction ${correctionId} in this workspace.`);
  const say = workspace.state.correction(correctionId);
  const failureModeId = say.assignments[0]?.failureModeId ?? null;
  return {
    sessionId: found.sessionId,
    spanId: null,
    turnNo: Math.max(1, found.turnNo - 1),
    expectation: found.text,
    checks: [{ kind: 'finding', signal: 'correction', isPresent: false, severity: 1 }],
    failureModeId,
    severity: severityOf(workspace, failureModeId),
    label: { kind: 'correction', id: correctionId, by: say.by, at: say.at },
  };
}

function reviewFailure(workspace: Workspace, queueId: string, sessionId: string): Failure {
  const given = [
    ...workspace.state.settlements,
    ...[...workspace.state.reviews.values()].map((one) => ({ ...one, author: one.reviewer })),
  ].find((one) => one.queueId === queueId && one.sessionId === sessionId && one.review !== null);
  if (!given?.review) throw new NotFound(`Session ${sessionId} has not been reviewed in this queue.`);
  const { review, author, at } = given;
  const mode = review.failureModes[0] ?? null;
  return {
    sessionId,
    spanId: review.firstSpanId,
    turnNo: null,
    expectation: review.expected === '' ? review.note : review.expected,
    checks: [{ kind: 'verdict' }],
    failureModeId: mode?.failureModeId ?? null,
    severity: mode?.severity ?? 2,
    label: { kind: 'review', id: `${queueId}/${sessionId}`, by: author, at },
  };
}

async function findingFailure(workspace: Workspace, findingId: string): Promise<Failure> {
  const found = await workspace.db.one<{
    sessionId: string;
    spanId: string;
    turnNo: number;
    signal: string;
    reason: string;
    severity: number;
    version: string;
  }>(
    `SELECT session_id AS "sessionId", span_id AS "spanId", turn_no AS "turnNo", signal, reason, severity, detector_version AS version
     FROM finding WHERE finding_id = $1`,
    [findingId],
  );
  if (!found) throw new NotFound(`There is no finding ${findingId} in this workspace.`);
  return {
    sessionId: found.sessionId,
    spanId: found.spanId,
    turnNo: null,
    expectation: `Not again: ${found.reason}`,
    checks: [{ kind: 'finding', signal: found.signal, isPresent: false, severity: 1 }],
    failureModeId: null,
    severity: found.severity,
    label: { kind: 'finding', id: findingId, by: `${found.signal} ${found.version}`, at: '' },
  };
}

async function labelFailure(workspace: Workspace, sessionId: string, labelId: string): Promise<Failure> {
  const found = await workspace.db.one<{
    spanId: string | null;
    name: string;
    text: string | null;
    value: number | null;
    explanation: string | null;
    annotator: string | null;
    annotatorKind: string;
  }>(
    `SELECT span_id AS "spanId", name, text, value, explanation, annotator, annotator_kind AS "annotatorKind"
     FROM label WHERE session_id = $1 AND label_id = $2`,
    [sessionId, labelId],
  );
  if (!found) throw new NotFound(`There is no label ${labelId} on session ${sessionId}.`);
  const check: Check =
    found.value === null
      ? { kind: 'verdict' }
      : { kind: 'label', name: found.name, least: 1, most: null, text: null };
  return {
    sessionId,
    spanId: found.spanId,
    turnNo: null,
    expectation: found.explanation ?? found.text ?? `${found.name} is good`,
    checks: [check],
    failureModeId: null,
    severity: 3,
    label: { kind: 'label', id: labelId, by: found.annotator ?? found.annotatorKind, at: '' },
  };
}

interface SpanRecord {
  spanId: string;
  kind: string;
  origin: string | null;
  toolName: string | null;
  turnNo: number;
  position: number;
  text: string | null;
  input: string | null;
}

/** Messages a case may hold; a longer conversation keeps its beginning and its end. */
const MAX_MESSAGES = 2000;

/** The conversation of the main agent up to the user's message of the turn in which it failed. */
async function conversationUpTo(
  { db, importsDir }: Workspace,
  failure: Failure,
): Promise<{ input: CaseMessage[]; tools: string[]; at: { spanId: string; turnNo: number } }> {
  const wide = await wideOfSession(db, importsDir, failure.sessionId);
  if (wide === null) throw new NotFound(`There is no session ${failure.sessionId} in this workspace.`);
  const spans = await db.all<SpanRecord>(
    `SELECT s.span_id AS "spanId", s.kind, s.origin, s.tool_name AS "toolName", s.turn_no AS "turnNo", s.position, w.text, w.input
     FROM span AS s JOIN (${wide.select}) AS w ON w.import_id = s.import_id AND w.span_id = s.span_id
     WHERE s.session_id = $sessionId AND ${wide.where} AND NOT s.is_rewound AND s.agent_id IS NULL
     ORDER BY s.position`,
    { ...wide.params, sessionId: failure.sessionId },
  );
  const failed = spans.find((span) => span.spanId === failure.spanId);
  const lastTurn = Math.max(0, ...spans.map((span) => span.turnNo));
  const turnNo = failure.turnNo ?? failed?.turnNo ?? lastTurn;
  const isOpener = (span: SpanRecord): boolean =>
    span.kind === 'user' && (span.origin === 'human' || span.origin === 'simulated');
  const opener = spans.find((span) => span.turnNo === turnNo && isOpener(span));
  const end = opener?.position ?? failed?.position ?? Infinity;
  const input = spans.filter((span) => span.position <= end).flatMap(messageOf);
  const at = failed ?? opener ?? spans.at(-1);
  return {
    input:
      input.length <= MAX_MESSAGES
        ? input
        : [...input.slice(0, MAX_MESSAGES / 2), ...input.slice(-MAX_MESSAGES / 2)],
    tools: [...new Set(spans.flatMap((span) => span.toolName ?? []))].sort().slice(0, 500),
    at: { spanId: at?.spanId ?? '', turnNo },
  };
}

function messageOf(span: SpanRecord): CaseMessage[] {
  const { turnNo, toolName } = span;
  const text = span.text ?? '';
  if (span.kind === 'tool')
    return [{ role: 'tool', text: `${span.input ?? ''}\n→ ${text}`, toolName, turnNo }];
  const role = span.kind === 'user' ? 'user' : span.kind === 'system' ? 'system' : 'assistant';
  if (!['user', 'system', 'llm'].includes(span.kind) || text.trim() === '') return [];
  return [{ role, text, toolName: null, turnNo }];
}

async function lineageOf(
  { db, workspaceId }: Workspace,
  failure: Failure,
  at: { spanId: string; turnNo: number },
  codebookVersion: number,
): Promise<Lineage> {
  const place = await db.one<{ importId: string; line: number; path: string; sha256: string }>(
    `SELECT s.import_id AS "importId", s.line, o.path, o.sha256 FROM span AS s
     JOIN source AS o ON o.import_id = s.import_id AND o.source_id = s.source_id
     WHERE s.session_id = $1 AND s.span_id = $2`,
    [failure.sessionId, at.spanId],
  );
  return {
    workspaceId,
    importId: place?.importId ?? '',
    sourcePath: place?.path ?? '',
    sourceSha256: place?.sha256 ?? '',
    line: place?.line ?? 0,
    sessionId: failure.sessionId,
    turnNo: at.turnNo,
    spanId: at.spanId,
    codebookVersion,
    objective: null,
    label: failure.label,
  };
}
