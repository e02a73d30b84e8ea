/** The detectors: every file of ./detectors is one. Finds them by itself; a new detector is one file plus fixtures. */
import type { AnyDetector } from './detector';

const modules = import.meta.glob<AnyDetector>(['./detectors/*.ts', '!./detectors/*.test.ts'], {
  eager: true,
  import: 'default',
});

/** All detectors, by id. */
export const detectors: ReadonlyMap<string, AnyDetector> = new Map(
  Object.values(modules)
    .map((detector): [string, AnyDetector] => [detector.id, detector])
    .sort(([a], [b]) => a.localeCompare(b)),
);
