import type { Rng } from '../rng';

export interface TranscriptMeta {
  sessionId: string;
  cwd: string;
  version: string;
  gitBranch: string;
  model: string;
  /** Versions before 2 write sub-agents into the session's own file. */
  inlineSubAgents: boolean;
  isSidechain: boolean;
  /** Id of the sub-agent whose own file this is. */
  sidechainOf: string | null;
}

/** The file of one sub-agent, next to the session's. */
export class SubAgentFile {
  constructor(
    readonly agentId: string,
    readonly lines: readonly string[],
  ) {}
}

/** What every line of a conversation begins with. */
export function baseLine(meta: TranscriptMeta, parentUuid: string | null): object {
  return {
    parentUuid,
    isSidechain: meta.isSidechain,
    userType: 'external',
    cwd: meta.cwd,
    sessionId: meta.sessionId,
    version: meta.version,
    gitBranch: meta.gitBranch,
    ...(meta.sidechainOf === null ? {} : { agentId: meta.sidechainOf }),
  };
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';

export function toolUseId(rng: Rng): string {
  return `toolu_01${rng.code(22, alphabet)}`;
}

export function requestId(rng: Rng): string {
  return `req_011${rng.code(21, alphabet)}`;
}
