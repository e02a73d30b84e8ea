/** From reviews to objectives to regression sets and the gate, over the contract and against real DuckDB. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSample } from '../../src/engine/sample/generate';
import type { Review } from '../../src/shared/model/review';
import { regressionCaseSchema, type RegressionCase } from '../../src/shared/model/regression';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let bench: TestEngine;
let supportFile = '';

beforeEach(async () => {
  bench = await startEngine();
  const { files } = generateSample({ seed: 7, sessions: 40 });
  supportFile = join(bench.dir, 'support.jsonl');
  writeFileSync(supportFile, files.find((file) => file.name.endsWith('.otlp.jsonl'))?.text ?? '');
  await bench.client.workspace.create({ name: 'Audit' });
  await bench.importFiles(supportFile);
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
});

const review = (intent: Review['intent'], failureModeIds: string[] = []): Review => ({
  intent,
  quality: 'met',
  missed: intent === 'missed' ? ['goal'] : [],
  failureModes: failureModeIds.map((failureModeId) => ({ failureModeId, severity: 3 })),
  firstSpanId: null,
  expected: 'book the earlier train',
  note: '',
});

async function firstMode(): Promise<string> {
  const codebook = await bench.client.codebook.get({});
  return codebook.failureModes[0]?.id ?? '';
}

describe('reviewing', () => {
  test('a queue by priority: reasons, blindness, results that carry their design', async () => {
    const { client } = bench;
    const preview = await client.review.preview({ size: 10 });
    expect(preview.items).toHaveLength(10);
    expect(preview.items[0]?.reasons.length).toBeGreaterThan(2);
    const { queueId, size } = await client.review.createQueue({
      name: 'First pass',
      size: 10,
      reviewers: ['Ada', 'Ben'],
      reviewsPerItem: 2,
    });
    expect(size).toBe(10);
    const first = await client.review.next({ queueId, reviewer: 'Ada' });
    const sessionId = first?.sessionId ?? '';
    await client.review.complete({
      queueId,
      sessionId,
      reviewer: 'Ada',
      review: review('missed', [await firstMode()]),
      seconds: 40,
    });
    expect(await client.review.get({ queueId, sessionId, reviewer: 'Ben' })).toMatchObject({
      own: null,
      others: [],
      isHidden: true,
    });
    await client.review.complete({ queueId, sessionId, reviewer: 'Ben', review: review('met'), seconds: 20 });
    const seen = await client.review.get({ queueId, sessionId, reviewer: 'Ben' });
    expect(seen.others.map((one) => one.reviewer)).toEqual(['Ada']);
    const { items } = await client.review.disagreements({ queueId });
    expect(items.map((one) => one.sessionId)).toEqual([sessionId]);
    await client.review.settle({ queueId, sessionId, review: review('missed', [await firstMode()]) });
    const results = await client.review.results({ queueId });
    expect(results.missed.reviewed).toMatchObject({ count: 1, n: 1 });
    expect(results.failureModes[0]?.meanSeverity).toBe(3);
    expect(results.statement).toMatch(/proportional to their priority/);
    await client.workspace.undo();
    expect((await client.review.disagreements({ queueId })).items[0]?.settled).toBeNull();
  });

  test('two people without a server: a queue goes out, reviews come back in any order and only once', async () => {
    const { client } = bench;
    const { queueId } = await client.review.createQueue({
      name: 'Shared',
      size: 6,
      sampling: { kind: 'random' },
      reviewsPerItem: 2,
    });
    const { items } = await client.review.items({ queueId, reviewer: 'Ada' });
    for (const [i, item] of items.entries()) {
      await client.review.complete({
        queueId,
        sessionId: item.sessionId,
        reviewer: 'Ada',
        review: review(i % 2 === 0 ? 'missed' : 'met'),
        seconds: 10,
      });
    }
    const packed = await client.review.exportQueue({ queueId });
    const packedPath = bench.engine.grants.resolve(packed.handle) ?? '';
    const colleague = await startEngine();
    try {
      await colleague.client.workspace.open({ handle: colleague.grant(packedPath) });
      const info = await colleague.client.workspace.current();
      expect(info?.sessionCount).toBe(6);
      const theirs = await colleague.client.review.items({ queueId, reviewer: 'Ben' });
      expect(theirs.items.map((item) => item.sessionId)).toEqual(items.map((item) => item.sessionId));
      expect(theirs.items.every((item) => item.reviewCount === 0 && !item.isMissing)).toBe(true);
      for (const [i, item] of theirs.items.entries()) {
        await colleague.client.review.complete({
          queueId,
          sessionId: item.sessionId,
          reviewer: 'Ben',
          review: review(i === 0 ? 'met' : i % 2 === 0 ? 'missed' : 'met'),
          seconds: 12,
        });
      }
      const reviews = await colleague.client.review.exportReviews({ queueId });
      const path = colleague.engine.grants.resolve(reviews.handle) ?? '';
      const merged = await client.review.merge({ handle: bench.grant(path) });
      expect(merged).toMatchObject({ disputed: 1 });
      expect(merged.added).toBeGreaterThanOrEqual(6);
      expect(await client.review.merge({ handle: bench.grant(path) })).toMatchObject({ added: 0 });
      const agreement = await client.review.agreement({ queueId });
      expect(agreement.reviewers).toEqual(['Ada', 'Ben']);
      expect(agreement.coefficients.find((one) => one.measure === 'percent')?.value).toBeCloseTo(5 / 6, 10);
      expect(agreement.coefficients.find((one) => one.measure === 'cohen')?.value).toBeCloseTo(2 / 3, 10);
      expect(agreement.pairs[0]?.confusion.reduce((sum, cell) => sum + cell.count, 0)).toBe(6);
    } finally {
      await colleague.close();
      removeEngine(colleague);
    }
  });

  test('a file that is no reviews is refused with its line, and nothing is taken in', async () => {
    const path = join(bench.dir, 'odd.jsonl');
    writeFileSync(path, '{"record":"something"}\n');
    await expect(bench.client.review.merge({ handle: bench.grant(path) })).rejects.toThrow(
      /Line 1 of odd\.jsonl/,
    );
  });
});

describe('objectives', () => {
  const base = {
    objectiveId: null,
    name: 'Quick and clean',
    statement: 'The agent gets it done without a failing tool.',
    decides: 'intent' as const,
    appliesTo: {},
    combine: 'all' as const,
    note: '',
  };

  test('checks of every kind decide sessions with reasons, and an evaluation is kept', async () => {
    const { client } = bench;
    const { items } = await client.session.list({ limit: 200, withStrip: false });
    const erring = items.filter((item) => item.toolErrorCount > 0).length;
    const { objectiveId } = await client.objective.save({
      ...base,
      checks: [{ kind: 'number', of: 'toolErrorCount', most: 0, least: null }],
    });
    let summary = null;
    for await (const event of await client.objective.evaluate({ objectiveId }))
      if (event.type === 'done') summary = event.summary;
    expect(summary?.passed).toMatchObject({ count: items.length - erring, n: items.length });
    const failed = await client.objective.outcomes({ objectiveId, passed: 'failed' });
    expect(failed.total).toBe(erring);
    expect(failed.items[0]?.results[0]?.reason).toMatch(/toolErrorCount is [1-9]/);
    const results = await client.objective.results({ objectiveId });
    expect(results.groups.some((group) => group.kind === 'import')).toBe(true);
    await client.workspace.undo();
    expect(await client.objective.evaluations({ objectiveId })).toEqual([]);
  });

  test('a version never changes, and a bad query or pattern is refused when it is saved', async () => {
    const { client } = bench;
    const check = { kind: 'finding' as const, signal: 'tool-error', isPresent: false, severity: 1 };
    const { objectiveId } = await client.objective.save({ ...base, checks: [check] });
    const second = await client.objective.save({
      ...base,
      objectiveId,
      checks: [check, { kind: 'verdict' }],
    });
    expect(second.version).toBe(2);
    const versions = await client.objective.versions({ objectiveId });
    expect(versions.map((one) => one.objective.checks.length)).toEqual([2, 1]);
    await expect(
      client.objective.save({ ...base, checks: [{ kind: 'sql', query: 'SELECT nonsense FROM nowhere' }] }),
    ).rejects.toThrow(/Check 1 \(sql\)/);
    await expect(
      client.objective.save({
        ...base,
        checks: [{ kind: 'text', of: 'agent', operator: 'matches', value: '(', isCaseSensitive: false }],
      }),
    ).rejects.toThrow(/Check 1 \(text\)/);
  });

  test('tools, their order and arguments, texts and queries', async () => {
    const { client } = bench;
    const spans = await client.session.list({ limit: 200, withStrip: false });
    const preview = (check: object) =>
      client.objective.preview({
        objective: { appliesTo: {}, combine: 'all', checks: [check as never] },
        limit: 500,
      });
    const all = await preview({ kind: 'number', of: 'spanCount', least: 1, most: null });
    expect(all.passed).toMatchObject({ count: spans.total, n: spans.total });
    const called = await preview({
      kind: 'tool',
      tool: '*',
      least: 1,
      most: null,
      status: 'any',
      arguments: [],
    });
    const calling = spans.items.filter((item) => item.toolCallCount > 0).length;
    expect(called.passed.count).toBe(calling);
    const withArgument = await preview({
      kind: 'tool',
      tool: '*',
      least: 1,
      most: null,
      status: 'any',
      arguments: [{ path: 'no.such.path', operator: 'exists', value: '' }],
    });
    expect(withArgument.passed.count).toBe(0);
    const said = await preview({
      kind: 'text',
      of: 'user',
      operator: 'matches',
      value: '\\w',
      isCaseSensitive: false,
    });
    const unsaid = await preview({
      kind: 'text',
      of: 'user',
      operator: 'matches-not',
      value: '\\w',
      isCaseSensitive: false,
    });
    expect(said.passed.count + unsaid.passed.count).toBe(spans.total);
    const order = await preview({ kind: 'order', tools: ['*', '*'] });
    expect(order.passed.count).toBe(spans.items.filter((item) => item.toolCallCount > 1).length);
    const query = await preview({
      kind: 'sql',
      query: 'SELECT session_id, turn_count <= 3 AS passed FROM session',
    });
    expect(query.passed.count).toBe(spans.items.filter((item) => item.turnCount <= 3).length);
    expect((await preview({ kind: 'verdict' })).undecided).toBe(spans.total);
  });
});

describe('the local judge', () => {
  let server: Server;
  let seen: { url: string; body: { messages: { role: string; content: string }[] } }[] = [];
  let answer: (text: string) => { status?: number; content: string } = () => ({ content: '' });
  let address = '';

  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as (typeof seen)[number]['body'];
        seen.push({ url: request.url ?? '', body });
        const { status = 200, content } = answer(body.messages.at(-1)?.content ?? '');
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`;
  });
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const judged = {
    objectiveId: null,
    name: 'Polite',
    statement: 'The agent is polite.',
    decides: 'quality' as const,
    appliesTo: {},
    combine: 'all' as const,
    checks: [{ kind: 'judge' as const, rubric: 'The agent is polite throughout.' }],
    note: '',
  };
  const evaluate = async (objectiveId: string) => {
    for await (const event of await bench.client.objective.evaluate({ objectiveId }))
      if (event.type === 'done') return event.summary;
    return null;
  };

  test('is asked over HTTP on this machine, and its verdicts are kept with the rubric', async () => {
    const { client } = bench;
    const { items } = await client.session.list({ limit: 3, withStrip: false });
    const sessionIds = items.map((item) => item.sessionId);
    const { objectiveId } = await client.objective.save({ ...judged, appliesTo: { sessionIds } });
    await expect(evaluate(objectiveId)).rejects.toThrow(/judge, which is off/);
    await client.objective.setJudge({ judge: { address, model: 'tiny' } });
    let turn = 0;
    answer = () => {
      turn += 1;
      return {
        content:
          [
            '{"verdict":"passed","reason":"kind"}',
            'Sure! {"verdict": "failed", "reason": "curt"}',
            'I would say passed',
          ][turn - 1] ?? '',
      };
    };
    const summary = await evaluate(objectiveId);
    expect(summary).toMatchObject({ passed: { count: 1, n: 2 }, undecided: 1, judgeModel: 'tiny' });
    expect(seen.map((one) => one.url)).toEqual(Array(3).fill('/v1/chat/completions'));
    const [system, user] = seen[0]?.body.messages ?? [];
    const mark = /session-[0-9a-f]{24}/.exec(system?.content ?? '')?.[0] ?? 'none';
    expect(user?.content.split(mark)).toHaveLength(3);
    const { items: outcomes } = await client.objective.outcomes({ objectiveId, passed: 'failed' });
    expect(outcomes[0]?.results[0]?.reason).toBe('the judge: curt');
  });

  test('is refused anywhere but on this machine, and said when it does not answer as it should', async () => {
    const { client } = bench;
    for (const bad of [
      'https://127.0.0.1/v1',
      'http://example.org/v1',
      'http://127.0.0.1.example.org',
      'http://u:p@127.0.0.1',
      'nonsense',
    ])
      await expect(client.objective.setJudge({ judge: { address: bad, model: 'm' } })).rejects.toThrow(
        /machine|address/,
      );
    const { items } = await client.session.list({ limit: 1, withStrip: false });
    const { objectiveId } = await client.objective.save({
      ...judged,
      appliesTo: { sessionIds: items.map((item) => item.sessionId) },
    });
    await client.objective.setJudge({ judge: { address, model: 'tiny' } });
    answer = () => ({ status: 302, content: '' });
    await expect(evaluate(objectiveId)).rejects.toThrow(/status 302/);
    await client.objective.setJudge({ judge: { address: 'http://127.0.0.1:1/v1', model: 'tiny' } });
    await expect(evaluate(objectiveId)).rejects.toThrow(/cannot be reached/);
  });
});

describe('regression sets', () => {
  async function setOfCorrections() {
    const { client } = bench;
    const { items } = await client.correction.list({ limit: 5 });
    const modeId = await firstMode();
    await client.correction.assign({
      correctionIds: items.map((item) => item.correctionId),
      failureModeId: modeId,
    });
    const drafts: RegressionCase[] = [];
    for (const { correctionId } of items) {
      const { draft } = await client.regression.draft({ target: { kind: 'correction', correctionId } });
      drafts.push(draft);
    }
    const cases = drafts.filter(
      (draft, i) => drafts.findIndex((one) => one.lineage.sessionId === draft.lineage.sessionId) === i,
    );
    const saved = await client.regression.save({
      setId: null,
      name: 'Support',
      note: '',
      cases,
      baseline: null,
    });
    return { ...saved, cases };
  }

  test('a case leads back to its line, and its set comes back from JSON Lines without loss', async () => {
    const { client } = bench;
    const { setId, cases } = await setOfCorrections();
    const one = cases[0];
    expect(regressionCaseSchema.parse(one)).toEqual(one);
    expect(one?.lineage.sourcePath).toBe(supportFile);
    const line = readFileSync(supportFile, 'utf8').split('\n')[(one?.lineage.line ?? 0) - 1] ?? '';
    expect(line.length).toBeGreaterThan(0);
    expect(one?.input.at(-1)?.role).toBe('user');
    const written = await client.regression.export({ setId, format: 'jsonl' });
    const path = bench.engine.grants.resolve(written.handle) ?? '';
    const other = await startEngine();
    try {
      await other.client.workspace.create({ name: 'Other' });
      expect(await other.client.regression.import({ handle: other.grant(path) })).toMatchObject({
        isNew: true,
      });
      expect(await other.client.regression.get({ setId })).toEqual(await client.regression.get({ setId }));
      expect(await other.client.regression.import({ handle: other.grant(path) })).toMatchObject({
        isNew: false,
      });
    } finally {
      await other.close();
      removeEngine(other);
    }
  });

  test('the gate: the failing run is stopped, recorded as baseline it passes, and a run of nothing is stopped', async () => {
    const { client } = bench;
    const { setId, cases } = await setOfCorrections();
    const first = await client.regression.gate({ set: 'support' });
    expect(first.cases.every((one) => one.matchedBy === 'session id')).toBe(true);
    expect(first).toMatchObject({ isOpen: false, unmatched: 0, passed: { count: 0, n: cases.length } });
    await client.regression.recordBaseline({ setId, name: 'as it was', verdict: first });
    const again = await client.regression.gate({ set: setId });
    expect(again).toMatchObject({ isOpen: true, drop: 0, version: 2 });
    const nothing = await client.regression.gate({ set: setId, importIds: [] });
    expect(nothing).toMatchObject({ isOpen: false, unmatched: cases.length });
    const { text } = await client.regression.gateReport({ verdict: first, format: 'junit' });
    expect(text).toContain(`tests="${String(cases.length)}" failures="${String(cases.length)}"`);
    const difference = await client.regression.difference({ setId, from: 1, to: 2 });
    expect(difference).toEqual({ added: [], removed: [], changed: [] });
  });

  test('exports to other tools hold every case, and no text of a trace becomes code', async () => {
    const { client } = bench;
    const { cases } = await setOfCorrections();
    const hostile = cases.map((one, i) => ({
      ...one,
      name: `"""\n'); import os #${String(i)} \u2028 \u{1f600}`,
      checks: [
        {
          kind: 'text' as const,
          of: 'final' as const,
          operator: 'contains' as const,
          value: '"; throw 1; "',
          isCaseSensitive: false,
        },
      ],
    }));
    const { setId } = await client.regression.save({
      setId: null,
      name: 'Hostile',
      note: '',
      cases: hostile,
      baseline: null,
    });
    for (const format of ['promptfoo', 'inspect', 'openai-evals', 'pytest', 'vitest'] as const) {
      const written = await client.regression.export({ setId, format });
      const text = readFileSync(bench.engine.grants.resolve(written.handle) ?? '', 'utf8');
      for (const one of cases) expect(text).toContain(one.caseId);
      if (format === 'pytest' || format === 'vitest') {
        expect(text).toMatch(/^[\n -~]*$/u);
        const literal = /(?:json\.loads|JSON\.parse)\(("(?:[^"\\]|\\.)*")\)/.exec(text)?.[1] ?? '';
        const read = JSON.parse(JSON.parse(literal) as string) as { name: string }[];
        expect(read[0]?.name).toBe(hostile[0]?.name);
      }
    }
  });
});

describe('redaction', () => {
  test('an export is masked with the choice of the workspace, and says what and where', async () => {
    const { client } = bench;
    const plain = await client.report.export({ kind: 'corrections', format: 'jsonl' });
    expect(plain.redaction).toBeNull();
    const before = readFileSync(bench.engine.grants.resolve(plain.handle) ?? '', 'utf8').split('\n');
    const texts = before
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { text: string }).text);
    const word = /\b[a-z]{6,}\b/.exec(texts.join(' '))?.[0] ?? '';
    expect(word).not.toBe('');
    await client.redaction.set({ kinds: ['custom'], ownTerms: [word] });
    const masked = await client.report.export({ kind: 'corrections', format: 'jsonl', redact: true });
    expect(masked.name).toBe('corrections.redacted.jsonl');
    const after = readFileSync(bench.engine.grants.resolve(masked.handle) ?? '', 'utf8');
    expect(after.toLowerCase()).not.toContain(word);
    expect(after.trim().split('\n')).toHaveLength(plain.rows);
    const count = masked.redaction?.counts.find((one) => one.kind === 'custom')?.count ?? 0;
    expect(count).toBeGreaterThan(0);
    expect(masked.redaction?.leaks).toEqual([]);
    const first = masked.redaction?.places[0];
    const line = JSON.parse(before[(first?.row ?? 1) - 1] ?? '{}') as Record<string, string>;
    const cell = line[first?.column ?? ''] ?? '';
    expect(cell.slice(first?.start, (first?.start ?? 0) + (first?.length ?? 0)).toLowerCase()).toBe(word);
    const preview = await client.redaction.preview({});
    expect(preview.total).toBeGreaterThan(0);
    expect(preview.items[0]?.after.toLowerCase()).not.toContain(word);
    await client.workspace.undo();
    expect((await client.redaction.get()).ownTerms).toEqual([]);
  });
});
