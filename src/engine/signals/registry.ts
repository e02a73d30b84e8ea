/** The detectors: every file of ./detectors is one. Finds them by itself; a new detector is one file plus fixtures. */
import type { Detector } from './detector';

const modules = import.meta.glob<Detector>(['./detectors/*.ts', '!./detectors/*.test.ts'], {
  eager: true,
  import: 'default',
});

/** All detectors, by id. */
export const detectors: ReadonlyMap<string, Detector> = new Map(
  Object.values(modules)
    .map((detector): [string, Detector] => [detector.id, detector])
    .sort(([a], [b]) => a.localeCompare(b)),
);
