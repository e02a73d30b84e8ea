/**
 * Transcripts of agents that grew since their last import. Whatever the place they had grown to, what both imports hold is
 * what one import of the whole file holds, span by span and in the same order.
 */
import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { Bench } from '../fuzz/intake-harness';
import { removeEngine, startEngine } from '../support/engine';
import { cutsOf, expectEqual } from '../support/grown-files';
import {
  copilotSession,
  cursorSession,
  droidSession,
  kimiSession,
  piSession,
  qwenSession,
} from '../support/growing-sessions';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const fixtures = fileURLToPath(new URL('../fixtures/formats', import.meta.url));

function filesBelow(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

describe('the fixtures, cut after any line, hold what the whole file holds', () => {
  for (const format of [
    'claude-code',
    'codex',
    'pi-agent',
    'droid',
    'copilot-cli',
    'qwen-code',
    'kimi-code',
    'cursor',
  ])
    for (const path of filesBelow(join(fixtures, format)).filter((name) => name.endsWith('.jsonl')))
      test(path.slice(fixtures.length + 1), async () => {
        await expectEqual(bench, path, 3);
      });
});

/** A rollout of several turns, each with a prompt told twice, a call with its result, an answer and its tokens. */
function rollout(turns: number): string {
  const lines: unknown[] = [];
  const add = (type: string, payload: unknown): void => {
    const timestamp = new Date(Date.UTC(2026, 3, 1) + lines.length * 1000).toISOString();
    lines.push({ timestamp, type, payload });
  };
  const said = (role: string, text: string): void => {
    const kind = role === 'assistant' ? 'output_text' : 'input_text';
    add('response_item', { type: 'message', role, content: [{ type: kind, text }] });
  };
  add('session_meta', { id: 'thread-of-many-turns', cwd: '/home/dev/pots', cli_version: '0.99.0' });
  for (let turn = 1; turn <= turns; turn++) {
    add('event_msg', { type: 'task_started', turn_id: `turn-${String(turn)}` });
    add('turn_context', { turn_id: `turn-${String(turn)}`, model: 'gpt-made-up', cwd: '/home/dev/pots' });
    said('user', `Count the pots, time ${String(turn)}.`);
    add('event_msg', { type: 'user_message', message: `Count the pots, time ${String(turn)}.` });
    add('response_item', {
      type: 'function_call',
      name: 'shell',
      call_id: `call-${String(turn)}`,
      arguments: '{"command":["ls"]}',
    });
    add('response_item', {
      type: 'function_call_output',
      call_id: `call-${String(turn)}`,
      output: turn === 3 ? 'Exit code: 1\nOutput:\nno pots' : `Exit code: 0\nOutput:\n${String(turn)} pots`,
    });
    said('assistant', `There are ${String(turn)} pots.`);
    const usage = { input_tokens: 100 * turn, output_tokens: 10 };
    const info = { total_token_usage: usage, last_token_usage: usage };
    add('event_msg', { type: 'token_count', info });
    if (turn % 2 === 0) add('event_msg', { type: 'token_count', info });
    add('event_msg', { type: 'task_complete' });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** A transcript of several turns, some of which start a sub-agent, are rewound or compacted. */
function transcript(turns: number): string {
  const lines: Record<string, unknown>[] = [];
  let last: string | null = null;
  const current = (): string | null => last;
  const add = (line: Record<string, unknown>): void => {
    const uuid = `line-${String(lines.length)}`;
    const timestamp = new Date(Date.UTC(2026, 3, 1) + lines.length * 1000).toISOString();
    const common = {
      isSidechain: false,
      sessionId: 'session-of-many-turns',
      cwd: '/home/dev/pots',
      version: '2.1.0',
    };
    lines.push({ parentUuid: last, ...common, uuid, timestamp, ...line });
    last = uuid;
  };
  const user = (content: unknown, more = {}): void => {
    add({ type: 'user', message: { role: 'user', content }, ...more });
  };
  const answer = (id: string, block: unknown): void => {
    const usage = { input_tokens: 10, output_tokens: 5 };
    add({ type: 'assistant', message: { id, role: 'assistant', model: 'made-up', content: [block], usage } });
  };
  for (let turn = 1; turn <= turns; turn++) {
    const n = String(turn);
    const before = current();
    if (turn === 4) {
      add({
        type: 'system',
        subtype: 'compact_boundary',
        parentUuid: null,
        content: 'Conversation compacted',
      });
      user('What was said so far.', { isCompactSummary: true });
    }
    user(`Count the pots, time ${n}.`);
    answer(`msg-${n}`, { type: 'text', text: 'I shall look.' });
    answer(`msg-${n}`, { type: 'tool_use', id: `toolu-${n}`, name: 'Bash', input: { command: 'ls' } });
    user([{ type: 'tool_result', tool_use_id: `toolu-${n}`, content: `${n} pots` }]);
    answer(`msg-${n}-end`, { type: 'text', text: `There are ${n} pots.` });
    if (turn === 6) {
      last = before;
      user('No: count the pans.');
      answer('msg-pans', { type: 'text', text: 'There are no pans.' });
    }
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

describe('a transcript of many turns', () => {
  test.each([
    ['claude-code', transcript(8)],
    ['codex', rollout(7)],
    ['pi-agent', piSession(8)],
    ['droid', droidSession(8)],
    ['copilot-cli', copilotSession(8)],
    ['qwen-code', qwenSession(8)],
    ['kimi-code', kimiSession(8)],
    ['cursor', cursorSession(8)],
  ])('of %s is read on from its last turn, cut after any line', async (format, text) => {
    const path = join(mkdtempSync(join(bench.dir, 'made-')), `${format}.jsonl`);
    writeFileSync(path, text);
    const cuts = cutsOf(path, 8);
    const resumed = await expectEqual(bench, path, 8);
    // Turns that were taken back, and the first one, need what stands before them.
    expect(resumed).toBeGreaterThan(cuts.length / 2);
  });

  test.each([
    ['claude-code', transcript(8), 'session-of-many-turns'],
    ['codex', rollout(7), 'thread-of-many-turns'],
    ['pi-agent', piSession(8), 'pi-of-many-turns'],
    ['droid', droidSession(8), 'droid-of-many-turns'],
    ['copilot-cli', copilotSession(8), 'copilot-of-many-turns'],
    ['qwen-code', qwenSession(8), 'qwen-of-many-turns'],
  ])('of %s makes the same turns in a workspace', async (format, text, sessionId) => {
    const half = text.split('\n').slice(0, -12).join('\n');
    const turnsOf = async (...pieces: string[]): Promise<unknown> => {
      const engine = await startEngine();
      try {
        await engine.client.workspace.create({ name: 'Grown' });
        const path = join(engine.dir, `${format}.jsonl`);
        for (const piece of pieces) {
          writeFileSync(path, piece);
          await engine.importFiles(path);
        }
        const { turns } = await engine.client.session.outline({ sessionId });
        const { sessions, spans } = await engine.client.overview.summary();
        return { sessions, spans, turns: turns.map(({ turnNo, userText }) => [turnNo, userText]) };
      } finally {
        await engine.close();
        removeEngine(engine);
      }
    };
    expect(await turnsOf(half, text)).toEqual(await turnsOf(text));
  });
});

const traces = fileURLToPath(new URL('../../../shared/traces', import.meta.url));
describe.skipIf(!existsSync(traces))('real transcripts (skipped where ../shared/traces is not there)', () => {
  for (const format of ['claude-code', 'codex'])
    test.skipIf(!existsSync(join(traces, format)))(`of ${format}`, { timeout: 600_000 }, async () => {
      const paths = filesBelow(join(traces, format)).filter(
        (path) => path.endsWith('.jsonl') && statSync(path).size > 2000,
      );
      expect(paths).not.toEqual([]);
      // The largest have the most turns; whether any can be read on depends on what they hold, the result does not.
      const largest = paths.sort((a, b) => statSync(b).size - statSync(a).size).slice(0, 3);
      for (const path of largest) await expectEqual(bench, path, 1);
    });
});
