/** Walks the registry of detectors: each needs positive, negative and near-miss fixtures and must do as they say. */
import { describe, expect, test } from 'vitest';
import type { FindingInput, Trajectory } from '../../src/engine/signals/detector';
import { planDetector } from '../../src/engine/signals/plan';
import { inspectTrajectory } from '../../src/engine/signals/inspect-batch';
import { detectors } from '../../src/engine/signals/registry';
import { trajectory, type DetectorFixture } from '../support/trajectory';
import { findInDatabase } from '../support/trajectory-database';

const fixtures = import.meta.glob<DetectorFixture>('../fixtures/detectors/*.ts', {
  eager: true,
  import: 'fixture',
});

describe.each([...detectors.values()].map((detector) => [detector.id, detector] as const))(
  '%s',
  (id, detector) => {
    const fixture = fixtures[`../fixtures/detectors/${id}.ts`];
    const plan = planDetector(detector, {});
    const find = async (of: { trajectory: Trajectory }): Promise<FindingInput[]> =>
      'inspect' in plan ? plan.inspect(of.trajectory) : findInDatabase(of.trajectory, plan.query);

    test('has fixtures of all three kinds, and says where its defaults come from', () => {
      expect(fixture?.positive.length).toBeGreaterThan(0);
      expect(fixture?.negative.length).toBeGreaterThan(0);
      expect(fixture?.nearMiss.length).toBeGreaterThan(0);
      for (const [name, parameter] of Object.entries(detector.parameters.shape)) {
        expect((parameter as { description?: string }).description, `parameter ${name}`).toMatch(/\S+ \S+/);
      }
    });

    test.each(fixture?.positive ?? [])('fires: $why', async (one) => {
      const findings = await find(one);
      expect(findings.map((finding) => finding.evidence[0])).toEqual(one.at);
      const known = new Set(one.trajectory.spans.map((span) => span.spanId));
      for (const finding of findings) {
        expect(finding.reason).toMatch(/\S+ \S+ \S+/);
        for (const evidence of finding.evidence) expect(known.has(evidence)).toBe(true);
      }
    });

    test.each([...(fixture?.negative ?? []), ...(fixture?.nearMiss ?? [])])(
      'is silent: $why',
      async (one) => {
        expect(await find(one)).toEqual([]);
      },
    );
  },
);

test('a detector that throws costs only its own findings', () => {
  const errors: string[] = [];
  const broken = { ...trajectory(), spans: null as unknown as [] };
  expect(inspectTrajectory(broken, (detector) => errors.push(detector))).toEqual([]);
  expect(errors.length).toBe([...detectors.values()].filter((one) => 'inspect' in one).length);
});
