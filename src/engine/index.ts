/**
 * The headless workbench. Owns the one open workspace of this process and the router over it.
 * Knows no Electron, no HTTP and no screen; shells hand it files through `grants` and serve its router.
 */
import { EngineState } from './engine';
import type { EngineOptions } from './engine-options';
import { createRouter, type Router } from './router';

export type { EngineOptions } from './engine-options';

export interface Engine {
  router: Router;
  grants: { grant(path: string): string; resolve(handle: string): string | null };
  /** Opens, or creates where absent, the workspace at a path; for shells that take paths (command line, file association). */
  openPath(path: string, options?: { create?: boolean; name?: string }): Promise<void>;
  /** Closes the workspace and gives its lock back; an opening under way is stopped. Nothing can be opened afterwards. */
  close(): Promise<void>;
}

/** Makes an engine without a workspace. Rejects when the data folder cannot be made or read. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const state = await EngineState.create(options);
  return {
    router: createRouter(state),
    grants: state.grants,
    openPath: (path, { create = false, name } = {}) => state.openPath(path, create, name),
    close: () => state.close(),
  };
}
