/**
 * Several people without a server: a queue goes out as a packed workspace that holds its sessions alone, a colleague
 * reviews it in their own workbench, and the reviews come back as JSON Lines. Facts keep their id, author and time, so
 * they merge by union, in any order and any number of times. What contradicts becomes a disagreement, never a loss.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Act, Fact } from '../../shared/model/journal';
import { foreignFactSchema, type ForeignFact, type Queue } from '../../shared/model/review';
import { spanRows } from '../intake/extract-files';
import { defaultLimits } from '../intake/limits';
import { parseRecord } from '../intake/parse-record';
import { splitLines } from '../intake/split-lines';
import { sqlText } from '../trajectory/index-imports';
import { createFolder, workspacePaths } from '../workspace/folder';
import { reviewFactsOf } from '../workspace/fold-review';
import { Journal } from '../workspace/journal';
import { packWorkspace } from '../workspace/pack';
import { BadInput } from '../workspace/problem';
import type { Queries } from '../workspace/queries';
import type { Workspace } from '../workspace/workspace';
import { queueOf } from './queues';

const RECORD = 'faultline.review-fact';
const lineSchema = foreignFactSchema.extend({ record: z.literal(RECORD), isUndone: z.boolean() });

/** Facts a colleague needs besides the traces: the codebook, the pillars, the queue itself and the objective it asks about. */
function factsFor(facts: readonly Fact[], state: Workspace['state'], queue: Queue): Fact[] {
  return facts.filter(({ factId, act }) => {
    if (state.isUndone(factId)) return false;
    if (act.type === 'codebook.saved' || act.type === 'pillar.changed') return true;
    if (act.type === 'objective.saved') return act.objective.objectiveId === queue.objective?.objectiveId;
    return act.type === 'review.queued' && act.queue.queueId === queue.queueId;
  });
}

function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._ -]+/gu, '-').slice(0, 80);
}

/** How a queue's texts are masked before they go out; redaction is another room's, and comes with the caller. */
export interface QueueMask {
  /** Masks temp table `outgoing`. */
  table: (tx: Queries) => Promise<void>;
  /** Looks at a file that was written of it. */
  look: (tx: Queries, path: string) => Promise<void>;
  act: (act: Act) => Act;
  json: (path: string) => Promise<void>;
}

/**
 * Packs a queue with its sessions, their labels and the codebook into one .faultline.zip in the exports folder. What
 * others reviewed stays out, so the colleague works blind. With `mask` texts are masked on the way. Returns its path. Throws NotFound.
 */
export async function exportQueue(
  workspace: Workspace,
  queueId: string,
  mask: QueueMask | null = null,
): Promise<{ path: string; name: string; bytes: number }> {
  const { queue } = queueOf(workspace.state, queueId);
  const root = join(workspace.exportsDir, `queue-${randomUUID()}.faultline`);
  const name = `${fileName(queue.name)}.faultline.zip`;
  const path = join(workspace.exportsDir, name);
  try {
    await createFolder(root, `${queue.name} (review)`);
    const paths = workspacePaths(root);
    const { journal } = await Journal.open(paths.journal);
    const created: Act = { type: 'workspace.created', name: `${queue.name} (review)` };
    await journal.append([
      { act: created, author: 'Faultline' },
      ...factsFor(workspace.facts, workspace.state, queue).map(({ act, author, at }) => ({
        act: mask && act.type === 'codebook.saved' ? mask.act(act) : act,
        author,
        at,
      })),
    ]);
    await journal.close();
    await copySessions(workspace, queue, paths.imports, mask);
    await packWorkspace(root, path);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return { path, name, bytes: (await stat(path)).size };
}

/** The imports cut down to the queue's sessions; imports without any of them stay out. */
async function copySessions(
  workspace: Workspace,
  queue: Queue,
  target: string,
  mask: QueueMask | null,
): Promise<void> {
  const { db, importsDir, state } = workspace;
  const ids = await db.all<{ id: string }>('SELECT import_id AS id FROM import ORDER BY import_order');
  const present = new Set(existsSync(importsDir) ? await readdir(importsDir) : []);
  await db.transaction(async (tx) => {
    await tx.run('CREATE OR REPLACE TEMP TABLE queued_session (session_id VARCHAR)');
    await tx.appendRows(
      'queued_session',
      ['session_id'],
      queue.items.map((item) => [item.sessionId]),
    );
    for (const { id } of ids) {
      if (!present.has(id) || state.removedImports.has(id)) continue;
      const from = join(importsDir, id);
      const own = await tx.one<{ n: number }>(
        `SELECT count(*)::INTEGER AS n FROM (${spanRows(from)}) WHERE session_id IN (SELECT session_id FROM queued_session)`,
      );
      if ((own?.n ?? 0) === 0) continue;
      const to = join(target, id);
      await mkdir(to, { recursive: true });
      for (const file of ['span', 'label']) {
        // The spans of an extract go along as files of the queue's own: the colleague has no such folder.
        const rows =
          file === 'span'
            ? spanRows(from)
            : `SELECT * FROM read_parquet(${sqlText(join(from, `${file}.parquet`))})`;
        const chosen = `SELECT * FROM (${rows}) WHERE session_id IN (SELECT session_id FROM queued_session)`;
        const written = join(to, `${file}.parquet`);
        if (mask) {
          await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing AS ${chosen}`);
          await mask.table(tx);
        }
        await tx.run(
          `COPY (${mask ? 'FROM outgoing' : chosen})
           TO ${sqlText(written)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 8192)`,
        );
        await mask?.look(tx, written);
      }
      // Rejected lines belong to no session; what they hold is none of the reviewer's business.
      await tx.run(
        `COPY (SELECT * FROM read_parquet(${sqlText(join(from, 'reject.parquet'))}) LIMIT 0) TO ${sqlText(join(to, 'reject.parquet'))} (FORMAT parquet)`,
      );
      await copyFile(join(from, 'manifest.json'), join(to, 'manifest.json'));
      await mask?.json(join(to, 'manifest.json'));
    }
  });
}

/** Writes the facts about a queue as JSON Lines, undone ones marked. Throws NotFound. */
export async function exportReviews(
  workspace: Workspace,
  queueId: string,
): Promise<{ path: string; name: string; rows: number; bytes: number }> {
  const { queue } = queueOf(workspace.state, queueId);
  const lines: string[] = [];
  for (const fact of workspace.facts) {
    const isUndone = workspace.state.isUndone(fact.factId);
    for (const one of ownFacts(fact)) {
      const about = one.act.type === 'review.queued' ? one.act.queue.queueId : one.act.queueId;
      if (about === queueId) lines.push(JSON.stringify({ record: RECORD, ...one, isUndone }));
    }
  }
  const name = `${fileName(queue.name)}.reviews.jsonl`;
  const path = join(workspace.exportsDir, name);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return { path, name, rows: lines.length, bytes: (await stat(path)).size };
}

/** The facts of reviewing a fact holds, each with the id it was recorded under first. */
function ownFacts(fact: Fact): ForeignFact[] {
  if (fact.act.type === 'review.merged') return fact.act.facts;
  return reviewFactsOf(fact.act, fact.at, fact.author).map((one) => ({ factId: fact.factId, ...one }));
}

/**
 * The act that takes in a file of reviews, null when it holds nothing new. Facts undone where they came from are left
 * out. Throws BadInput with the line that is no fact of reviewing; nothing is taken in then.
 */
export async function readReviews(
  workspace: Workspace,
  path: string,
  sourceName: string,
): Promise<{ act: Act | null; read: number; known: number }> {
  const known = new Set(workspace.facts.flatMap((fact) => ownFacts(fact).map((one) => one.factId)));
  const facts: ForeignFact[] = [];
  let read = 0;
  for await (const line of splitLines(createReadStream(path) as AsyncIterable<Buffer>, 16 * 1024 * 1024)) {
    const where = `Line ${String(line.line)} of ${sourceName}`;
    if ('tooLong' in line) throw new BadInput(`${where} is longer than 16 MB. Nothing was taken in.`);
    if (line.bytes.toString('utf8').trim() === '') continue;
    const parsed = parseRecord(line.bytes, defaultLimits);
    if (!parsed.ok) throw new BadInput(`${where} cannot be read: ${parsed.reason}. Nothing was taken in.`);
    const fact = lineSchema.safeParse(parsed.value);
    if (!fact.success) {
      const issue = fact.error.issues[0];
      throw new BadInput(
        `${where} is no fact of reviewing (${issue ? `${issue.path.join('.')}: ${issue.message}` : 'unknown'}). Nothing was taken in.`,
      );
    }
    read += 1;
    const { record: _record, isUndone, ...one } = fact.data;
    if (isUndone || known.has(one.factId)) continue;
    known.add(one.factId);
    facts.push(one);
  }
  return {
    act: facts.length === 0 ? null : { type: 'review.merged', facts, sourceName },
    read,
    known: read - facts.length,
  };
}
