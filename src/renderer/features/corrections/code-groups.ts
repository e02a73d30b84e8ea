/** Free codes by the failure mode they are under. Pure. */
import type { CodeUse } from '../../../shared/model/code';
import type { FailureMode } from '../../../shared/model/codebook';

export interface CodeGroup {
  /** Null: under none yet. */
  mode: FailureMode | null;
  /** The key of the failure mode; null beyond the first nine. */
  digit: string | null;
  codes: CodeUse[];
}

/** Codes under no failure mode in force first, then every failure mode in its order, also those without a code: all take drops. */
export function groupedCodes(codes: readonly CodeUse[], modes: readonly FailureMode[]): CodeGroup[] {
  const known = new Set(modes.map((mode) => mode.id));
  return [
    {
      mode: null,
      digit: null,
      codes: codes.filter((one) => one.failureModeId === null || !known.has(one.failureModeId)),
    },
    ...modes.map((mode, index) => ({
      mode,
      digit: index < 9 ? String(index + 1) : null,
      codes: codes.filter((one) => one.failureModeId === mode.id),
    })),
  ];
}
