/**
 * Entry of the engine process: finds the wire to the shell that started it and hosts the engine over it. Must not be
 * imported by anything.
 */
import { join } from 'node:path';
import { createEngine } from './index';
import { forkLauncher } from './intake/fork-launcher';
import { hostEngine } from './process-host';
import { failOnUncaught, findWire } from './process-wire';

const { wire, isUtility } = findWire();
const clusterProgram = join(import.meta.dirname, 'cluster-worker.js');
const detectorProgram = { path: join(import.meta.dirname, 'detector-worker.js'), givesWay: true };

failOnUncaught(wire);
hostEngine({
  wire,
  createEngine: (options) => createEngine({ ...options, clusterProgram, detectorProgram }),
  // Only Electron's main process can make utility processes; it is asked to.
  forkIntake: isUtility ? null : forkLauncher(join(import.meta.dirname, 'intake.js'), { givesWay: true }),
});
