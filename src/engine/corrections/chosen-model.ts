/**
 * The sentence model chosen on this machine: whether it can be used, in words for a person. Owns no file; the choice is kept in the
 * program's memory beside the author's name, since a workspace that travels must name no folder of any machine.
 */
import { basename } from 'node:path';
import type { SentenceModel } from '../../shared/contract/correction';
import { BadInput } from '../workspace/problem';
import { tryModelInThread } from './cluster-thread';
import { SentenceModelProblem } from './sentence-model';

/** Tries the model in a folder; null is none. Never rejects for what is wrong with the folder: that is its `problem`. */
export async function describeModel(folder: string | null, program: string | null): Promise<SentenceModel> {
  if (folder === null) return { folder: null, name: null, dimensions: null, problem: null };
  try {
    const { name, dimensions } = await tryModelInThread(program, folder);
    return { folder, name, dimensions, problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { folder, name: basename(folder), dimensions: null, problem };
  }
}

/** What a clustering by the model threw, as the contract says it. */
export function asBadInput(error: unknown): unknown {
  return error instanceof SentenceModelProblem ? new BadInput(error.message) : error;
}
