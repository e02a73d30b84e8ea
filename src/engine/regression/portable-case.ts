/** What of a case other tools understand: its conversation as chat, and the checks on texts. */
import type { Check } from '../../shared/model/check';
import type { RegressionCase } from '../../shared/model/regression';

/** The conversation as chat messages; tool results are told as text, since their calls are the new run's own to make. */
export function chatOf(one: RegressionCase): { role: 'system' | 'user' | 'assistant'; content: string }[] {
  return one.input.map(({ role, text, toolName }) =>
    role === 'tool'
      ? { role: 'assistant', content: `[${toolName ?? 'tool'}] ${text}` }
      : { role, content: text },
  );
}

/** What other tools can decide by themselves: texts of the answer. Everything else is the gate's. */
export function textChecks(one: RegressionCase): Extract<Check, { kind: 'text' }>[] {
  return one.checks.flatMap((check) =>
    check.kind === 'text' && (check.of === 'final' || check.of === 'agent') ? [check] : [],
  );
}
