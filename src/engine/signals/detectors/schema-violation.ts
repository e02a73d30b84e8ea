/**
 * schema-violation: a call names a tool that was not declared, or its arguments do not fit the tool's declared JSON schema.
 * Checks what a source declares (type, required, enum, minimum, maximum, additionalProperties; JSON Schema 2020-12), one level deep
 * into objects and lists; what a schema leaves open is allowed. Nothing is said where the source declares no tools.
 */
import { z } from 'zod';
import { violationsOf } from '../../../shared/failures/argument-schema';
import { isToolCall, toolOf } from '../../../shared/failures/step';
import { defineDetector, type FindingInput } from '../detector';

const parameters = z.object({
  undeclared: z
    .boolean()
    .default(true)
    .describe('whether calls of tools that the source does not declare count'),
  maxTold: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('violations named in a reason; a matter of reading, not of detection'),
});

/** A declaration may carry a namespace that the call leaves out, or the other way round. */
function bareName(name: string): string {
  return (name.split(/__|[.:/]/).at(-1) ?? name).toLowerCase();
}

export default defineDetector({
  id: 'schema-violation',
  title: 'Schema violation',
  description: 'A call of an undeclared tool, or with arguments that do not fit its declared schema.',
  pillar: 'tools',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans, declaredTools }, { undeclared, maxTold }) {
    const calls = spans.filter((span) => isToolCall(span) && span.toolName !== null);
    if (calls.length === 0 || declaredTools === null || declaredTools.length === 0) return [];
    const known = new Map(declaredTools.map((tool) => [bareName(tool.name), tool]));
    const findings: FindingInput[] = [];
    for (const span of calls) {
      const declared = known.get(bareName(toolOf(span)));
      if (declared === undefined) {
        // A sub-agent has tools of its own, which are declared to it alone.
        if (undeclared && span.agentId === null)
          findings.push({
            evidence: [span.spanId],
            turnNo: span.turnNo,
            reason: `${toolOf(span)} was called, but the ${String(declaredTools.length)} declared tools have none of that name.`,
            severity: 3,
          });
        continue;
      }
      const violations = violationsOf(span.input, declared.schema);
      if (violations.length === 0) continue;
      findings.push({
        evidence: [span.spanId],
        turnNo: span.turnNo,
        reason: `The arguments of ${toolOf(span)} do not fit its schema: ${violations.slice(0, maxTold).join(', ')}.`,
        severity: 3,
      });
    }
    return findings;
  },
});
