/**
 * Files that belong together make the same sessions whether they come in one import or in several, in whatever order:
 * every scenario is imported at once, and again spread over imports in many ways, and what the index holds is compared.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../support/belonging/dialogue';
import { agentScenarios } from '../support/belonging/agent-scenarios';
import { otelScenarios } from '../support/belonging/otel-scenarios';
import { platformScenarios } from '../support/belonging/platform-scenarios';
import { picturesOf, type Picture } from '../support/belonging/picture';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const only = process.env['ONLY'];
const scenarios: Scenario[] = [...otelScenarios(), ...platformScenarios(), ...agentScenarios()].filter(
  ({ name }) => only === undefined || only.split(',').includes(name),
);

/** Which import a part of `count` parts comes in. */
type Plan = (part: number, count: number) => number;
const PLANS: Record<string, Plan> = {
  'one part after another': (part) => part,
  'the last part first': (part, count) => count - 1 - part,
  'the second part first': (part, count) => (part + count - 1) % count,
  'two imports, the earlier half first': (part, count) => (part < count / 2 ? 0 : 1),
  'two imports, every second part first': (part) => (part % 2 === 0 ? 1 : 0),
};

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  for (const { parts } of scenarios)
    for (const part of parts)
      for (const [name, content] of Object.entries(part)) {
        const path = join(engine.dir, 'files', name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
});
afterAll(async () => {
  await engine.close();
  removeEngine(engine);
});

const pathsOf = (part: Scenario['parts'][number]): string[] =>
  Object.keys(part).map((name) => join(engine.dir, 'files', name));

async function importAll(name: string, plan: Plan, order: 'as told' | 'the other way round' = 'as told') {
  await engine.client.workspace.create({ name });
  const imports = new Map<number, string[]>();
  for (const { parts } of scenarios)
    parts.forEach((part, i) => {
      const at = plan(i, parts.length);
      imports.set(at, [...(imports.get(at) ?? []), ...pathsOf(part)]);
    });
  for (const [, paths] of [...imports].sort(([a], [b]) => a - b))
    await engine.takeIn(...(order === 'as told' ? paths : paths.toReversed()));
  return picturesOf(engine, scenarios);
}

describe('scenarios', () => {
  let atOnce: Map<string, Picture>;
  beforeAll(async () => {
    atOnce = await importAll('At once', () => 0);
  });

  test.each(scenarios)('$name says what it was made to say', ({ name, turns, toolCalls, labelCount = 0 }) => {
    const picture = atOnce.get(name);
    expect(picture?.turns).toEqual(turns);
    if (toolCalls) expect(picture?.toolCalls).toEqual(toolCalls);
    const labels = Object.entries(picture?.labels ?? {}).filter(([session]) => session in turns);
    expect(labels.flatMap(([, list]) => list)).toHaveLength(labelCount);
  });

  describe('files in the other order', () => {
    let pictures: Map<string, Picture>;
    beforeAll(async () => {
      pictures = await importAll('Other order', () => 0, 'the other way round');
    });
    test.each(scenarios)('$name', ({ name }) => {
      expect(pictures.get(name)).toEqual(atOnce.get(name));
    });
  });

  describe.each(Object.entries(PLANS))('%s', (title, plan) => {
    let pictures: Map<string, Picture>;
    beforeAll(async () => {
      pictures = await importAll(title, plan);
    });
    test.each(scenarios)('$name', ({ name, staysWithFirst }) => {
      const [apart, together] = [pictures.get(name), atOnce.get(name)];
      if (staysWithFirst === true) expect(apart?.toolCalls).toEqual(together?.toolCalls);
      else expect(apart).toEqual(together);
    });
  });

  test('an import that is removed leaves the others as they were, and comes back as it was', async () => {
    const [first, later] = [1, 0].map((wanted) =>
      scenarios.flatMap(({ parts }) => parts.filter((_, i) => i % 2 === wanted).flatMap(pathsOf)),
    ) as [string[], string[]];
    await engine.client.workspace.create({ name: 'Removed' });
    await engine.takeIn(...first);
    const alone = await picturesOf(engine, scenarios);
    const { importId } = await engine.takeIn(...later);
    const both = await picturesOf(engine, scenarios);
    await engine.client.imports.remove({ importId });
    expect(await picturesOf(engine, scenarios)).toEqual(alone);
    await engine.client.workspace.undo();
    expect(await picturesOf(engine, scenarios)).toEqual(both);
  });
});
