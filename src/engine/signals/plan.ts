/**
 * Which detectors run in a workspace, and how: those of the program as the analyst tuned them, and those written as
 * queries. Owns the stamp that tells whether findings still hold.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SignalField, SignalParameters, SignalQuery } from '../../shared/model/signal';
import { BadInput } from '../workspace/problem';
import type { SqlValue } from '../workspace/sql-values';
import type { AnyDetector, FindingInput, SqlDetector, Trajectory } from './detector';
import type { QueryDetector } from './query-findings';
import { detectors } from './registry';

/** What the journal says of detectors. */
export interface SignalState {
  readonly signalSettings: ReadonlyMap<string, { isEnabled: boolean; parameters: SignalParameters }>;
  readonly signalQueries: ReadonlyMap<string, SignalQuery>;
}

interface Planned {
  id: string;
  version: string;
  pillar: string;
  /** Changes whenever it may find something else. */
  stamp: string;
}
export type FunctionPlan = Planned & {
  /** Those in force. */
  parameters: SignalParameters;
  inspect: (trajectory: Trajectory) => FindingInput[];
};
export type QueryPlan = Planned & { query: QueryDetector };
export type Plan = FunctionPlan | QueryPlan;

/** The version every query of the workspace has: its text is what changes. */
export const QUERY_VERSION = '1';

export function isSql(detector: AnyDetector): detector is SqlDetector {
  return 'sql' in detector;
}

/** The detectors that are switched on. */
export function planOf(state: SignalState): Plan[] {
  const own = [...detectors.values()].flatMap((detector) => {
    const setting = state.signalSettings.get(detector.id);
    return setting?.isEnabled === false ? [] : [planDetector(detector, setting?.parameters ?? {})];
  });
  const queries = [...state.signalQueries.values()]
    .filter((query) => state.signalSettings.get(query.id)?.isEnabled !== false)
    .map(planQuery);
  return [...own, ...queries];
}

/** A detector with the parameters that differ from its own; ones it does not know, or that do not fit, are left out. */
export function planDetector(detector: AnyDetector, parameters: SignalParameters): Plan {
  const parsed = detector.parameters.safeParse(parameters);
  const inForce = parsed.success ? parsed.data : detector.parameters.parse({});
  const base = {
    id: detector.id,
    version: detector.version,
    pillar: detector.pillar,
    stamp: stampOf([detector.version, inForce, isSql(detector) ? detector.sql : '']),
  };
  return isSql(detector)
    ? {
        ...base,
        query: { select: detector.sql, parameters: inForce as Record<string, SqlValue>, isOwn: true },
      }
    : {
        ...base,
        parameters: inForce as SignalParameters,
        inspect: (trajectory) => detector.inspect(trajectory, inForce),
      };
}

/** A query saved in the workspace, as it runs. */
export function planQuery(query: SignalQuery): QueryPlan {
  return {
    id: query.id,
    version: QUERY_VERSION,
    pillar: query.pillar,
    stamp: stampOf([query.pillar, query.sql]),
    query: { select: query.sql, parameters: {}, isOwn: false },
  };
}

function stampOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/**
 * Parameters a person wants a detector to have, checked; only those that differ from its own are returned.
 * Throws BadInput with a sentence that names the parameter.
 */
export function checkParameters(detector: AnyDetector, wanted: SignalParameters): SignalParameters {
  const unknown = Object.keys(wanted).filter((name) => !(name in detector.parameters.shape));
  if (unknown.length > 0) throw new BadInput(`${detector.title} has no parameter ${unknown.join(', ')}.`);
  const parsed = detector.parameters.safeParse(wanted);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BadInput(`${String(issue?.path[0] ?? 'A parameter')}: ${issue?.message ?? 'does not fit'}.`);
  }
  const own = detector.parameters.parse({}) as SignalParameters;
  const given = parsed.data as SignalParameters;
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(own[name])),
  );
}

const propertySchema = z.object({
  type: z.string().optional(),
  description: z.string().default(''),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  enum: z.array(z.string()).default([]),
  default: z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]),
});
const KINDS = { number: 'number', integer: 'integer', boolean: 'boolean', array: 'list' } as const;
/** zod bounds whole numbers by what a double holds exactly, which is no bound anybody set. */
const bound = (value: number | undefined): number | null =>
  value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;

/** The parameters of a detector as an editor needs them. */
export function fieldsOf(detector: AnyDetector): SignalField[] {
  const { properties = {} } = z.toJSONSchema(detector.parameters, { io: 'input' });
  return Object.entries(properties).flatMap(([name, property]) => {
    const parsed = propertySchema.safeParse(property);
    if (!parsed.success) return [];
    const { type, description, minimum, maximum, exclusiveMinimum, exclusiveMaximum, ...rest } = parsed.data;
    return [
      {
        name,
        kind: type !== undefined && type in KINDS ? KINDS[type as keyof typeof KINDS] : 'text',
        description,
        minimum: bound(minimum ?? exclusiveMinimum),
        maximum: bound(maximum ?? exclusiveMaximum),
        choices: rest.enum,
        default: rest.default,
      },
    ];
  });
}
