/**
 * Learns in the background from what the analyst does: proposals for unsorted corrections after every sorting, and what counts as a
 * correction after some verdicts. Owns when that happens; the corrections room owns what is learnt. Nothing here is the truth:
 * all of it is derived from the journal again whenever it is missing.
 */
import { findCorrections } from './corrections/find-corrections';
import { leastVerdicts } from './corrections/learn-corrections';
import { SortingMemory, sortFurther } from './corrections/sort-further';
import { saidOf } from './open-workspace';
import { modesInForce } from './workspace/mode-place';
import type { Workspace } from './workspace/workspace';

/** All turns are scored again once the verdicts have grown or shrunk by this share. */
const VERDICT_SHARE = 0.1;

export type LearningState = {
  isLearning: boolean;
  /** Sorted corrections that the present proposals come from. */
  learntFrom: number;
  /** Why learning failed last, in words; null when it did not. */
  problem: string | null;
};

class Learning {
  #seenSeq = -1;
  #running: Promise<void> | null = null;
  #verdicts: number;
  #memory = new SortingMemory();
  #learntFrom = 0;
  #problem: string | null = null;

  constructor(private readonly workspace: Workspace) {
    this.#verdicts = saidOf(workspace.state).verdicts.size;
  }

  get state(): LearningState {
    return { isLearning: this.#running !== null, learntFrom: this.#learntFrom, problem: this.#problem };
  }

  /** Starts learning where something was said since the last time. */
  keepUp(): LearningState {
    if (this.#running === null && this.#latest() !== this.#seenSeq) {
      this.#running = this.#run().finally(() => (this.#running = null));
    }
    return this.state;
  }

  /** What stands last in the journal, and how much is indexed: both change what is learnt. */
  #latest(): number {
    return this.workspace.history({ offset: 0, limit: 0 }).total;
  }

  async #run(): Promise<void> {
    const { db } = this.workspace;
    this.#seenSeq = this.#latest();
    try {
      const said = saidOf(this.workspace.state);
      const change = Math.abs(said.verdicts.size - this.#verdicts);
      if (change >= Math.max(leastVerdicts, this.#verdicts * VERDICT_SHARE)) {
        this.#verdicts = said.verdicts.size;
        await this.workspace.derive(async () => {
          await findCorrections(db, null, saidOf(this.workspace.state));
        });
      }
      const inForce = modesInForce(this.workspace.state.codebooks);
      const sorted = new Map(
        [...this.workspace.state.corrections].map(([id, say]) => [
          id,
          [...new Set(say.assignments.flatMap((one) => inForce.get(one.failureModeId) ?? []))],
        ]),
      );
      this.#learntFrom = await sortFurther(db, this.#memory, sorted);
      this.#problem = null;
    } catch (error) {
      this.#problem = db.isClosed ? null : error instanceof Error ? error.message : String(error);
    }
  }
}

const kept = new WeakMap<Workspace, Learning>();

/** Lets a workspace learn in the background from what was said since; returns at once with where that stands. */
export function keepLearning(workspace: Workspace): LearningState {
  let learning = kept.get(workspace);
  if (learning === undefined) kept.set(workspace, (learning = new Learning(workspace)));
  return learning.keepUp();
}
