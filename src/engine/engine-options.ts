/** What a shell brings to the engine. */
import type { IntakeLauncher } from './intake/launcher';
import type { ThreadProgram } from './workspace/thread-pool';

export interface EngineOptions {
  shell: 'electron' | 'browser' | 'cli';
  /** Version of the program, from package.json. */
  version: string;
  /** Folder for new workspaces, the list of recent ones and settings; made when absent. */
  dataDir: string;
  /** The built sample workspace to copy from; null where it was not built. */
  sampleDir: string | null;
  launchIntake: IntakeLauncher;
  /** The program of the clustering thread; absent, clusters are sought in the engine's own thread. */
  clusterProgram?: string;
  /** The program of the threads that detectors run in; absent, they run in the engine's own thread. */
  detectorProgram?: ThreadProgram;
}
