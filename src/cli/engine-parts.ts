/** What a command needs of the engine, loaded when the first one asks. Owns nothing of its own. */
export { createRouterClient } from '@orpc/server';
export { createEngine } from '../engine/index';
export { forkLauncher } from '../engine/intake/fork-launcher';
