/** Parameters of a detector while they are being edited. Pure. */
import type { SignalField, SignalParameters } from '../../../shared/model/signal';

type Value = SignalParameters[string];
/** As the fields hold it: a number being typed may be a text, or nothing yet. */
export type ParameterDraft = Readonly<Record<string, Value>>;

export function isSameValue(a: Value | undefined, b: Value | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What is wrong with a value, as a sentence; null where nothing is. */
export function fieldProblem(field: SignalField, value: Value | undefined): string | null {
  if (field.kind !== 'number' && field.kind !== 'integer') return null;
  if (typeof value !== 'number' || Number.isNaN(value)) return 'A number is needed here.';
  if (field.kind === 'integer' && !Number.isInteger(value)) return 'A whole number is needed here.';
  if (field.minimum !== null && value < field.minimum) return `No less than ${String(field.minimum)}.`;
  if (field.maximum !== null && value > field.maximum) return `No more than ${String(field.maximum)}.`;
  return null;
}

/** What differs from the detector's own values, which is what a workspace keeps. */
export function changedParameters(fields: readonly SignalField[], draft: ParameterDraft): SignalParameters {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = draft[field.name];
      return value === undefined || isSameValue(value, field.default) ? [] : [[field.name, value]];
    }),
  );
}

/** Whether the draft asks for something else than what is in force. */
export function differs(
  fields: readonly SignalField[],
  draft: ParameterDraft,
  inForce: SignalParameters,
): boolean {
  return fields.some((field) => !isSameValue(draft[field.name], inForce[field.name] ?? field.default));
}
