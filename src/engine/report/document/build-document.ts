/**
 * Makes the report of a workspace: its parts in the order asked for, every figure with its evidence. Owns nothing but the
 * order; each part is in the file of its name. Writing it down is for write-html.ts, write-markdown.ts and write-data.ts.
 */
import type { ReportBlock, ReportDocument, ReportPart } from '../../../shared/model/report';
import { reportPartTitles } from '../../../shared/model/report';
import { currentCodebook } from '../../codebook/codebook';
import { correctionSignal } from '../../corrections/find-corrections';
import { missingSignals } from '../../signals/coverage';
import { listSignals } from '../../signals/findings';
import type { Database } from '../../workspace/database';
import type { Projection } from '../../workspace/projection';
import { agreementBlocks } from './agreement';
import { paragraph, plural, type ReportContext } from './context';
import { EvidenceBook, type Grain } from './evidence';
import { failureModeBlocks } from './failure-modes';
import { limitBlocks, methodBlocks } from './method';
import { objectiveBlocks } from './objectives';
import { reliabilityBlocks } from './reliability';
import { signalBlocks } from './signals';
import { summaryBlocks } from './summary';

const builders: Record<ReportPart, (context: ReportContext) => Promise<ReportBlock[]>> = {
  summary: summaryBlocks,
  'failure-modes': failureModeBlocks,
  signals: signalBlocks,
  reliability: reliabilityBlocks,
  objectives: objectiveBlocks,
  agreement: agreementBlocks,
  method: methodBlocks,
  limits: limitBlocks,
};

/** Parts whose figures count findings or corrections, which are missing where sessions have not been looked at. */
const restsOnSignals: ReadonlySet<ReportPart> = new Set([
  'summary',
  'failure-modes',
  'signals',
  'reliability',
  'objectives',
  'limits',
]);

/** A sentence as one of several facts in a line. */
function asFact(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}

export interface ReportRequest {
  db: Database;
  state: Projection;
  workspace: string;
  program: string;
  parts: readonly ReportPart[];
  title: string;
}

/** The document, and for each of its evidence what a row is. */
export async function buildDocument(
  request: ReportRequest,
): Promise<{ document: ReportDocument; grains: ReadonlyMap<string, Grain> }> {
  const { db, state, workspace, program, parts, title } = request;
  const evidence = new EvidenceBook(db);
  const base = await db.one<{
    sessions: number;
    first: string | null;
    last: string | null;
    formats: string[] | null;
    files: number;
  }>(
    `SELECT count(*)::INTEGER AS sessions, strftime(min(started_at), '%Y-%m-%d') AS first, strftime(max(started_at), '%Y-%m-%d') AS last,
       list_sort(list_distinct(list(format))) AS formats, (SELECT count(*) FROM sources WHERE state = 'imported')::INTEGER AS files FROM sessions`,
  );
  const sessions = base?.sessions ?? 0;
  const context: ReportContext = {
    db,
    state,
    codebook: currentCodebook(state),
    signals: await listSignals(db, state, [correctionSignal]),
    evidence,
    sessions,
  };
  const incomplete = await missingSignals(db);
  const sections = [];
  for (const part of parts) {
    const blocks =
      sessions === 0
        ? [
            paragraph(
              'This workspace holds no sessions yet. Import trace files, and this part is written from them.',
            ),
          ]
        : [
            ...(incomplete !== null && restsOnSignals.has(part) ? [paragraph(incomplete)] : []),
            ...(await builders[part](context)),
          ];
    sections.push({ part, title: reportPartTitles[part], blocks });
  }
  const span = base?.first
    ? base.first === base.last
      ? `, of ${base.first}`
      : `, from ${base.first} to ${base.last ?? ''}`
    : '';
  return {
    document: {
      title: title.trim() === '' ? 'Why the agent failed its users' : title.trim(),
      workspace,
      madeAt: new Date().toISOString(),
      program,
      isRedacted: false,
      facts: [
        `${plural(sessions, 'session')}${span}`,
        `${plural(base?.files ?? 0, 'source file')}${(base?.formats ?? []).length === 0 ? '' : ` (${(base?.formats ?? []).join(', ')})`}`,
        `codebook version ${String(context.codebook.version)}`,
        ...(incomplete === null ? [] : [asFact(incomplete)]),
      ],
      sections,
      evidence: evidence.all.map((one) => one.evidence),
    },
    grains: new Map(evidence.all.map((one) => [one.evidence.id, one.grain])),
  };
}
