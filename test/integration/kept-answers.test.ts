/** What is kept of answers goes with whatever people do and import: every screen's figures follow at once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Kept' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

/** Conversations in which a person corrects the agent, a session each. */
function write(name: string, sessions: number): string {
  const says = [
    'Where is my parcel?',
    'It was delivered.',
    'No, that is wrong, it never came.',
    'Sorry, it is on its way.',
  ];
  const rows = Array.from({ length: sessions }, (_, i) =>
    says.map((text, at) => ({
      conversation_id: `${name}-${String(i)}`,
      timestamp: new Date(Date.UTC(2026, 8, 1, i, at)).toISOString(),
      role: at % 2 === 0 ? 'user' : 'assistant',
      text,
    })),
  ).flat();
  const path = join(engine.dir, `${name}.jsonl`);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

/** The same figures from each screen; asked twice, so that the second are the kept ones. */
async function figures() {
  const { session, overview } = engine.client;
  const ask = async () => {
    const [list, found, whole, text, summary] = await Promise.all([
      session.list({ limit: 50 }),
      session.facets({}),
      overview.get(),
      session.list({ limit: 50, filter: { text: 'never CAME' } }),
      overview.summary(),
    ]);
    return {
      listed: list.total,
      inFacets: found.total,
      inOverview: whole.sessions,
      withText: text.total,
      corrections: list.items.reduce((sum, item) => sum + item.correctionCount, 0),
      withCorrections: whole.withCorrections.count,
      proposed: summary.corrections.proposed,
      without: found.corrections.find(({ value }) => value === 'none')?.count ?? 0,
      signals: new Set(list.items.flatMap((item) => item.signals)).size,
      bySignal: whole.bySignal.length,
      signalFacets: found.signals.length,
    };
  };
  const first = await ask();
  expect(await ask()).toEqual(first);
  return first;
}

test('figures follow imports, verdicts and what is taken back', async () => {
  await engine.importFiles(write('first', 3));
  const three = await figures();
  expect(three).toMatchObject({
    listed: 3,
    inFacets: 3,
    inOverview: 3,
    withText: 3,
    corrections: 3,
    withCorrections: 3,
  });
  expect(three).toMatchObject({ proposed: 3, without: 0 });

  const { items } = await engine.client.correction.list({ limit: 10 });
  const rejected = items.slice(0, 1).map(({ correctionId }) => correctionId);
  await engine.client.correction.judge({ correctionIds: rejected, verdict: 'rejected' });
  expect(await figures()).toMatchObject({ corrections: 2, withCorrections: 2, proposed: 2, without: 1 });
  await engine.client.correction.judge({ correctionIds: rejected, verdict: null });
  expect(await figures()).toEqual(three);

  const findings = await engine.client.session.outline({ sessionId: items[0]?.sessionId ?? '' });
  expect(findings.findings.length).toBeGreaterThan(0);
  const sessions = await Promise.all(
    items.map(({ sessionId }) => engine.client.session.outline({ sessionId })),
  );
  const findingIds = sessions.flatMap((one) => one.findings.map(({ findingId }) => findingId));
  await engine.client.signal.judge({ findingIds, verdict: 'wrong' });
  expect(await figures()).toMatchObject({ signals: 0, bySignal: 0, signalFacets: 0, listed: 3 });
  await engine.client.signal.judge({ findingIds, verdict: null });
  expect(await figures()).toEqual(three);

  const { importId } = await engine.importFiles(write('second', 2));
  expect(await figures()).toMatchObject({
    listed: 5,
    inFacets: 5,
    inOverview: 5,
    withText: 5,
    corrections: 5,
    proposed: 5,
  });
  await engine.client.imports.remove({ importId });
  expect(await figures()).toEqual(three);
});
