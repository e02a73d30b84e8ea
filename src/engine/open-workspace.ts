/**
 * A workspace at work: keeps what is derived in step with the journal and the imports.
 * Owns the order in which rooms are told of a change; the rooms own what they derive.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Act, Fact } from '../shared/model/journal';
import type { ClusteringResult } from '../shared/model/correction';
import { carryOver, carryOverInto, readCarrying } from './carry-over';
import { layClusters } from './corrections/clusters';
import {
  correctionsBeside,
  correctionSignal,
  findCorrections,
  forgetCorrections,
  type Said,
} from './corrections/find-corrections';
import { runDetectors, runFirstSignals, type SignalRun } from './signals/run-detectors';
import { areScoresCurrent, scoreSessions } from './signals/score-sessions';
import { detectors } from './signals/registry';
import {
  addDamagedImport,
  damageOf,
  indexImports,
  readManifest,
  reassignPillars,
  type IndexedImport,
} from './trajectory/index-imports';
import { writeContextWindows } from './trajectory/context-window';
import { rulesInForce } from './trajectory/pillar-rules';
import type { Database } from './workspace/database';
import type { Projection, Touched } from './workspace/projection';
import type { Store } from './workspace/queries';
import { stoppable } from './workspace/stoppable-store';
import type { ThreadProgram } from './workspace/thread-pool';
import type { Workspace } from './workspace/workspace';
import { readdir } from 'node:fs/promises';

/** Complete imports of a workspace folder in the order they were made, without those the analyst removed. */
export async function completeImports(
  importsDir: string,
  removed: ReadonlySet<string>,
): Promise<IndexedImport[]> {
  if (!existsSync(importsDir)) return [];
  const found: { importId: string; at: string; dir: string }[] = [];
  for (const entry of await readdir(importsDir, { withFileTypes: true })) {
    const dir = join(importsDir, entry.name);
    if (!entry.isDirectory() || removed.has(entry.name) || !existsSync(join(dir, 'manifest.json'))) continue;
    const manifest = await readManifest(dir);
    found.push({ importId: manifest.importId, at: manifest.at, dir });
  }
  found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.importId.localeCompare(b.importId)));
  return found.map(({ importId, dir }, i) => ({ importId, dir, order: i + 1 }));
}

/**
 * Fills an empty index from the imports and the journal. Used when the index is missing, damaged or outdated. An import
 * whose files are damaged is listed with the reason; everything else is as it was.
 */
export async function fillIndex(
  db: Database,
  importsDir: string,
  state: Projection,
  threads?: ThreadProgram,
): Promise<void> {
  const readable: IndexedImport[] = [];
  for (const one of await completeImports(importsDir, state.removedImports)) {
    const damage = await damageOf(db, one);
    if (damage === null) readable.push(one);
    else await addDamagedImport(db, one, damage);
  }
  await indexImports(db, readable, rulesInForce(state.pillarOverrides));
  await writeContextWindows(db, state.contextWindows);
  state.carryOver(await readCarrying(db, state.facts));
  await catchUp(db, { state, importsDir, threads });
  state.carryOver(await readCarrying(db, state.facts));
  await layClusters(db, clusteringOf(state), state.clustering.edits);
}

/** What people said that bears on which turns are corrections. */
export function saidOf(state: Projection): Said {
  const verdicts = new Map<string, boolean>();
  for (const [id, say] of state.corrections)
    if (say.state !== null) verdicts.set(id, say.state === 'confirmed');
  return { added: state.addedCorrections, verdicts };
}

/** The latest clustering in force; null before the first. */
export function clusteringOf(state: Projection): ClusteringResult | null {
  return state.clustering.run?.result ?? null;
}

/** What is done to an import after it was read. */
export type IndexPhase = 'indexing' | 'signals';

/** How a new import's indexing is stopped, and whom it tells where it is; the share is null where none is known. */
export interface IndexWatch {
  signal?: AbortSignal | undefined;
  onPhase?: ((phase: IndexPhase, share: number | null) => void) | undefined;
}

/**
 * Takes a new import into the index: its sessions are put together anew, and looked at for the signals that are said in SQL.
 * All or nothing: when it fails or is stopped the index is as it was. Acts of the analyst go on beside it. Whatever needs texts
 * comes after (signal-stage.ts).
 */
export function indexNewImport(
  workspace: Workspace,
  dir: string,
  { signal, onPhase }: IndexWatch = {},
): Promise<void> {
  return workspace.derive(async () => {
    const manifest = await readManifest(dir);
    await workspace.db.longTransaction(async (transaction) => {
      const store = stoppable(transaction, signal);
      const { state } = workspace;
      const last = await store.one<{ n: number }>(
        'SELECT coalesce(max(import_order), 0)::INTEGER AS n FROM import',
      );
      const order = (last?.n ?? 0) + 1;
      onPhase?.('indexing', 0);
      await indexImports(
        store,
        [{ importId: manifest.importId, dir, order }],
        rulesInForce(state.pillarOverrides),
        { signal, onProgress: (share) => onPhase?.('indexing', share) },
      );
      onPhase?.('signals', null);
      const sessions =
        order === 1
          ? null
          : await store.all<{ id: string }>(
              'SELECT DISTINCT session_id AS id FROM span WHERE import_id = $1',
              [manifest.importId],
            );
      await forgetCorrections(store, sessions?.map((row) => row.id) ?? null);
      await runFirstSignals(store, { state, signal });
      signal?.throwIfAborted();
    });
    // Before anything else derives, so that the turns that people judged are known when they are classed.
    await carryOverInto(workspace, manifest.importId);
  });
}

/** Titles of all signals, by id. */
export function titlesOf(state: Projection): ReadonlyMap<string, string> {
  return new Map([
    [correctionSignal.id, correctionSignal.title],
    ...[...detectors.values(), ...state.signalQueries.values()].map((one) => [one.id, one.title] as const),
  ]);
}

/** Brings findings, corrections and scores in step; gives the number of sessions looked at. */
async function catchUp(
  whole: Database,
  run: Omit<SignalRun, 'beside' | 'state'> & { state: Projection },
): Promise<number> {
  const db: Store = stoppable(whole, run.signal);
  const beside = await correctionsBeside(db, saidOf(run.state));
  const { sessions } = await runDetectors(db, { ...run, beside });
  if (sessions > 0 || !(await areScoresCurrent(db))) await scoreSessions(db);
  return sessions;
}

type Watch = Pick<SignalRun, 'isAnew' | 'onProgress' | 'signal'>;

function runIn({ state, importsDir, detectorProgram }: Workspace, watch: Watch) {
  return { ...watch, state, importsDir, threads: detectorProgram };
}

/**
 * Brings findings, corrections and scores in step with detectors, sessions and verdicts; gives the number of sessions
 * looked at.
 */
export function catchUpSignals(workspace: Workspace, watch: Watch = {}): Promise<number> {
  return workspace.derive(() => workspace.db.aside(() => catchUpIn(workspace, watch)));
}

/** Findings that people judged are known again once the signals have been looked for. */
async function catchUpIn(workspace: Workspace, watch: Watch): Promise<number> {
  const { db, state } = workspace;
  const sessions = await catchUp(db, runIn(workspace, watch));
  if ((await carryOver(workspace)) && !(await areScoresCurrent(db))) await scoreSessions(db);
  if (sessions > 0 && state.isCarriedOver) await layClusters(db, clusteringOf(state), state.clustering.edits);
  return sessions;
}

/** As catchUpSignals, but gives way to whatever else wants to derive: rejects with GaveWay then, and keeps what it has done. */
export function catchUpAside(workspace: Workspace, watch: Watch): Promise<number> {
  return workspace.deriveAside((signal) => {
    const both = watch.signal === undefined ? signal : AbortSignal.any([signal, watch.signal]);
    return catchUpIn(workspace, { ...watch, signal: both });
  });
}

/** Brings the index in step after a fact that touched more than judgements (the workspace room keeps those itself). */
export async function followFact(workspace: Workspace, touched: Touched): Promise<void> {
  const { db, state } = workspace;
  if (touched.imports) {
    await workspace.rebuildIndex('an import was removed or brought back');
    await carryOver(workspace);
    await catchUpSignals(workspace);
  } else {
    // In turn with imports being indexed, which write the same tables.
    if (touched.pillars || touched.contextWindows || touched.addedCorrections)
      await workspace.derive(async () => {
        if (touched.pillars) {
          await reassignPillars(db, rulesInForce(state.pillarOverrides));
        }
        if (touched.contextWindows) await writeContextWindows(db, state.contextWindows);
        if (touched.pillars || touched.contextWindows)
          await runDetectors(db, {
            state,
            importsDir: workspace.importsDir,
            threads: workspace.detectorProgram,
            isAnew: true,
          });
        if (touched.addedCorrections) await findCorrections(db, null, saidOf(state));
        await scoreSessions(db);
      });
    if (touched.signals.length > 0) await catchUpSignals(workspace);
    // Not in turn: a verdict must not wait for an import, which leaves scores alone until it is complete.
    else if (touched.findingIds.length > 0 || touched.judgedSessionIds.length > 0 || touched.reviews) {
      if (!(await areScoresCurrent(db))) await scoreSessions(db);
    }
    if (touched.clusters) await layClusters(db, clusteringOf(state), state.clustering.edits);
  }
  await workspace.followed(touched);
}

/**
 * Appends acts to the journal and brings everything derived in step. Resolves when the facts are on disk. Author and time
 * are the person's at this machine and now, but for what was said elsewhere and is taken in.
 */
export async function act(workspace: Workspace, acts: Act[], author?: string, at?: string): Promise<Fact[]> {
  const { facts, touched } = await workspace.act(acts, author, at);
  await followFact(workspace, touched);
  return facts;
}
