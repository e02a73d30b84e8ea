/**
 * The Claude Code reader against a second, independent reading of real projects: turns, interruptions, refusals, tool
 * calls and errors must agree project by project. They agree without exception. What is counted alike on both sides:
 * turns on branches that were left, calls of sub-agents, and each line, call and result once though files may repeat
 * them. A tool call's `is_error` result shows as status error, rejected or interrupted in the reader.
 * Skipped where the real projects are not at hand; nothing of them is part of this repository.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import claudeCode from '../../src/engine/intake/formats/claude-code';
import type { SpanInput } from '../../src/engine/intake/format';
import { removeEngine, startEngine } from '../support/engine';

const PROJECTS = fileURLToPath(
  new URL(
    '../../../shared/traces/claude-code/iansherr+claude-code-log/test/test_data/real_projects',
    import.meta.url,
  ),
);
const COUNTER = fileURLToPath(new URL('../independent/count-claude-code.mjs', import.meta.url));

const countsSchema = z.record(
  z.string(),
  z.object({
    humanTurns: z.number(),
    interruptions: z.number(),
    toolCalls: z.number(),
    errorResults: z.number(),
    rejections: z.number(),
    stopped: z.number(),
  }),
);
type Counts = z.infer<typeof countsSchema>[string];

/** The spans of all files of a project, each once by session and id, as intake keeps them. */
function spansOf(folder: string): SpanInput[] {
  const spans = new Map<string, SpanInput>();
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files) {
    const reader = claudeCode.read(
      {
        span: (span) => {
          const key = `${span.sessionId ?? ''}\0${span.spanId}`;
          if (!spans.has(key)) spans.set(key, span);
        },
        label: () => undefined,
        note: () => undefined,
        reject: () => undefined,
      },
      { name: basename(file), path: file, shortHash: 'a'.repeat(12), lineOf: () => 1 },
    );
    readFileSync(file, 'utf8')
      .split('\n')
      .forEach((text, i) => {
        if (text.trim() !== '') reader.record(JSON.parse(text), { line: i + 1 });
      });
    reader.end?.();
  }
  return [...spans.values()];
}

function countSpans(spans: readonly SpanInput[]): Counts {
  const count = (is: (span: SpanInput) => boolean): number => spans.filter(is).length;
  const tools = spans.filter((span) => span.kind === 'tool' && span.toolName !== null);
  const ended = (status: string): number => tools.filter((span) => span.status === status).length;
  return {
    humanTurns: count((span) => span.kind === 'user' && span.origin === 'human'),
    interruptions: count((span) => span.kind === 'event' && span.name === 'interruption'),
    toolCalls: tools.length,
    errorResults: ended('error') + ended('rejected') + ended('interrupted'),
    rejections: ended('rejected'),
    stopped: ended('interrupted'),
  };
}

const isHere = existsSync(PROJECTS);
if (!isHere) console.log('skipped: the real Claude Code projects are not in ../shared');

describe.skipIf(!isHere)('Claude Code, counted twice', () => {
  const counted = isHere
    ? countsSchema.parse(
        JSON.parse(execFileSync(process.execPath, [COUNTER, PROJECTS], { encoding: 'utf8' })),
      )
    : {};

  it('has projects to count', () => {
    expect(Object.keys(counted).length).toBeGreaterThan(0);
  });

  it.each(Object.entries(counted))('agrees on %s', (project, counts) => {
    expect(countSpans(spansOf(join(PROJECTS, project)))).toEqual(counts);
  });

  // The summary says the same of all projects together, but for what the user stopped: neither an error nor a refusal.
  it('agrees with the summary after a real import', { timeout: 180_000 }, async () => {
    const total = (of: keyof Counts): number => Object.values(counted).reduce((sum, one) => sum + one[of], 0);
    const workbench = await startEngine();
    try {
      await workbench.client.workspace.create({ name: 'Projects' });
      await workbench.importFiles(PROJECTS);
      expect(await workbench.client.overview.summary()).toMatchObject({
        userTurns: total('humanTurns'),
        interruptions: total('interruptions'),
        rejections: total('rejections'),
        toolCalls: total('toolCalls'),
        toolErrors: total('errorResults') - total('rejections') - total('stopped'),
      });
    } finally {
      await workbench.close();
      removeEngine(workbench);
    }
  });
});
