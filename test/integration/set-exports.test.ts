/**
 * A regression set opened by the tools it is exported for: Vitest and pytest run their files against an agent, promptfoo
 * evaluates its configuration where it is installed, and Inspect's and OpenAI's records are held to their published shapes.
 * promptfoo wants a newer Node than this project, so it is no dependency: FAULTLINE_PROMPTFOO names the command, such as
 * `node22 node_modules/promptfoo/dist/src/main.js`.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { setFormats, writeSet } from '../../src/engine/regression/export-set';
import { regressionSetSchema, type RegressionCase } from '../../src/shared/model/regression';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
/** Text of a trace that would be code in one tool or another. */
const HOSTILE = `"""'); process.exit(3); {{ 7 * 7 }} {% raw %} \${1+1} \\u2028 \u2028 𝒳 {# x #}`;

const lineage: RegressionCase['lineage'] = {
  workspaceId: 'w',
  importId: 'i',
  sourcePath: 'traces.jsonl',
  sourceSha256: 'f'.repeat(64),
  line: 12,
  sessionId: 's1',
  turnNo: 1,
  spanId: 'p1',
  codebookVersion: 1,
  objective: null,
  label: { kind: 'session', id: 's1', by: 'Ada', at: '2026-03-01T00:00:00.000Z' },
};

function caseOf(caseId: string, said: string, checks: RegressionCase['checks']): RegressionCase {
  return {
    caseId,
    name: said.slice(0, 60),
    input: [
      { role: 'system', text: 'You are a clerk.', toolName: null, turnNo: 0 },
      { role: 'user', text: said, toolName: null, turnNo: 1 },
      { role: 'tool', text: 'found', toolName: 'find', turnNo: 1 },
    ],
    tools: ['find'],
    expectation: `answers ${HOSTILE}`,
    combine: 'all',
    checks,
    failureModeId: null,
    failureModeName: null,
    severity: 2,
    split: 'open',
    lineage,
  };
}

const text = (
  operator: 'contains' | 'contains-not' | 'matches',
  value: string,
): RegressionCase['checks'][number] => ({
  kind: 'text',
  of: 'final',
  operator,
  value,
  isCaseSensitive: false,
});

const set = regressionSetSchema.parse({
  setId: 'set-1',
  name: 'Clerk',
  version: 3,
  note: '',
  baseline: null,
  cases: [
    caseOf('aaaa1', `Say lyon ${HOSTILE}`, [text('contains', 'LYON')]),
    caseOf('aaaa2', 'Say nothing of Paris', [text('contains-not', 'paris')]),
    caseOf('aaaa3', 'Only the gate knows', [{ kind: 'verdict' }]),
  ],
});

let folder: string;
beforeAll(() => {
  // Below the packages and not among them, where Vitest would not look for tests.
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'test-results/faultline-set-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the set into a folder of its own; gives its path. */
function written(format: (typeof setFormats)[number], where = folder): { dir: string; path: string } {
  const dir = mkdtempSync(join(where, `${format}-`));
  const { name, text: content } = writeSet(set, format);
  writeFileSync(join(dir, name), content);
  return { dir, path: join(dir, name) };
}

const failing = (error: unknown): { stdout: string; stderr: string } =>
  error as { stdout: string; stderr: string };

describe('Vitest', () => {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  async function outcomes(agent: string | null): Promise<Record<string, string>> {
    const { dir, path } = written('vitest');
    // Else the tool takes this project's own settings, which lie above.
    writeFileSync(join(dir, 'vitest.config.mjs'), 'export default {};\n');
    const env: NodeJS.ProcessEnv = { ...process.env, VITEST: '', NODE_OPTIONS: '' };
    if (agent !== null) {
      writeFileSync(join(dir, 'agent.mjs'), `export default (messages) => ${agent};\n`);
      env['FAULTLINE_AGENT'] = join(dir, 'agent.mjs');
    }
    const args = [vitest, 'run', '--root', dir, '--reporter=json', path];
    const { stdout } = await run(process.execPath, args, { env, cwd: dir }).catch(failing);
    const report = JSON.parse(stdout.slice(stdout.indexOf('{"'))) as {
      testResults: { assertionResults: { title: string; status: string }[] }[];
    };
    return Object.fromEntries(
      report.testResults.flatMap((file) =>
        file.assertionResults.map((one) => [one.title.slice(0, 5), one.status]),
      ),
    );
  }

  test('runs the file: cases pass, fail, and are left to the gate', async () => {
    expect(await outcomes("'To Lyon, ' + messages.length")).toEqual({
      aaaa1: 'passed',
      aaaa2: 'passed',
      aaaa3: 'skipped',
    });
    expect(await outcomes("'Paris'")).toEqual({ aaaa1: 'failed', aaaa2: 'failed', aaaa3: 'skipped' });
    // The agent gets the very messages, whatever they are made of.
    expect(
      (
        await outcomes(
          `messages[1].content === ${JSON.stringify(set.cases[0]?.input[1]?.text)} ? 'lyon' : ''`,
        )
      )['aaaa1'],
    ).toBe('passed');
  }, 60_000);

  test('without an agent nothing is run', async () => {
    expect(Object.values(await outcomes(null))).toEqual(['skipped', 'skipped', 'skipped']);
  }, 60_000);
});

describe('pytest', () => {
  const has = (args: string[]): boolean => spawnSync('python3', args, { stdio: 'ignore' }).status === 0;
  const hasPython = has(['--version']);
  const hasPytest = has(['-c', 'import pytest']);
  if (!hasPytest) console.info('Skipped: running the file for pytest, since it is not installed.');

  test.skipIf(!hasPython)('the file is Python', async () => {
    const { path } = written('pytest');
    await run('python3', ['-m', 'py_compile', path]);
  });

  test.skipIf(!hasPytest)(
    'runs the file: cases pass, fail, and are left to the gate',
    async () => {
      const { dir, path } = written('pytest');
      writeFileSync(
        join(dir, 'clerk.py'),
        "def good(messages):\n    return 'To LYON'\n\ndef bad(messages):\n    return 'Paris'\n\ndef same(messages):\n    import json\n    return 'lyon' if messages[1]['content'] == json.load(open('said.json')) else ''\n",
      );
      writeFileSync(join(dir, 'said.json'), JSON.stringify(set.cases[0]?.input[1]?.text));
      const outcome = async (agent: string): Promise<string> => {
        const args = ['-m', 'pytest', '-q', '-rs', '-p', 'no:cacheprovider', path];
        const env = { ...process.env, FAULTLINE_AGENT: `clerk:${agent}`, PYTHONPATH: dir };
        const { stdout } = await run('python3', args, { env, cwd: dir }).catch(failing);
        return stdout.trim().split('\n').at(-1) ?? '';
      };
      expect(await outcome('good')).toMatch(/^2 passed, 1 skipped/);
      expect(await outcome('bad')).toMatch(/^2 failed, 1 skipped/);
      expect(await outcome('same')).toMatch(/^2 passed, 1 skipped/);
    },
    60_000,
  );
});

describe('promptfoo', () => {
  const command = process.env['FAULTLINE_PROMPTFOO']?.split(' ') ?? [];
  if (command.length === 0)
    console.info('Skipped: promptfoo’s own run of a set, since FAULTLINE_PROMPTFOO names no command.');

  test('the configuration has what promptfoo’s reference asks for', () => {
    // https://www.promptfoo.dev/docs/configuration/reference/
    const assertion = z.strictObject({
      type: z.enum([
        'contains',
        'icontains',
        'regex',
        'not-contains',
        'not-icontains',
        'not-regex',
        'llm-rubric',
      ]),
      value: z.string(),
    });
    const config = z.strictObject({
      description: z.string(),
      prompts: z.array(z.string()).min(1),
      providers: z.array(z.string()).min(1),
      tests: z.array(
        z.strictObject({
          description: z.string(),
          vars: z.record(z.string(), z.string()),
          assert: z.array(assertion).min(1),
          metadata: z.record(z.string(), z.unknown()),
        }),
      ),
    });
    const parsed = config.parse(JSON.parse(readFileSync(written('promptfoo').path, 'utf8')));
    expect(parsed.tests).toHaveLength(3);
    const messages = JSON.parse(parsed.tests[0]?.vars['messages'] ?? '') as { content: string }[];
    expect(messages[1]?.content).toBe(set.cases[0]?.input[1]?.text);
    for (const one of parsed.tests) expect(one.vars['messages']).not.toMatch(/\{[{%#]|[}%#]\}(?!\])/);
  });

  test.skipIf(command.length === 0)(
    'promptfoo takes it and evaluates it, and no text is a template',
    async () => {
      const [program = '', ...first] = command;
      // Rubrics want a model; the cases with checks on texts do not.
      const { dir, path } = written('promptfoo', tmpdir());
      const env = {
        ...process.env,
        PROMPTFOO_CONFIG_DIR: dir,
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        PROMPTFOO_DISABLE_UPDATE: '1',
      };
      const valid = await run(program, [...first, 'validate', '-c', path], { env, cwd: dir });
      expect(valid.stdout).toMatch(/valid/i);
      const out = join(dir, 'out.json');
      await run(
        program,
        [...first, 'eval', '-c', path, '--no-cache', '--no-write', '--filter-first-n', '2', '-o', out],
        {
          env,
          cwd: dir,
        },
      ).catch(failing);
      const { results } = JSON.parse(readFileSync(out, 'utf8')) as {
        results: { results: { success: boolean; response: { output: string } }[] };
      };
      // The provider `echo` answers with the prompt, which is the conversation.
      expect(results.results.map((one) => one.success)).toEqual([true, false]);
      const answered = JSON.parse(results.results[0]?.response.output ?? '') as { content: string }[];
      expect(answered[1]?.content).toBe(set.cases[0]?.input[1]?.text);
      rmSync(dir, { recursive: true, force: true });
    },
    180_000,
  );
});

describe('records', () => {
  const lines = (format: 'inspect' | 'openai-evals'): unknown[] =>
    readFileSync(written(format).path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);

  test('Inspect: fields of a Sample and of its chat messages, and no others', () => {
    // https://inspect.aisi.org.uk/datasets.html, inspect_ai/dataset/_dataset.py
    const message = z.strictObject({
      role: z.enum(['system', 'user', 'assistant', 'tool']),
      content: z.string(),
    });
    const sample = z.strictObject({
      id: z.union([z.string(), z.number()]).optional(),
      input: z.union([z.string(), z.array(message).min(1)]),
      choices: z.array(z.string()).optional(),
      target: z.union([z.string(), z.array(z.string())]),
      metadata: z.record(z.string(), z.unknown()).optional(),
      sandbox: z.unknown().optional(),
      files: z.record(z.string(), z.string()).optional(),
      setup: z.string().optional(),
    });
    const samples = lines('inspect').map((one) => sample.parse(one));
    expect(samples.map((one) => one.id)).toEqual(['aaaa1', 'aaaa2', 'aaaa3']);
    expect(samples[0]?.metadata).toMatchObject({ source: 'traces.jsonl:12', session_id: 's1' });
  });

  test('OpenAI evals: a chat and its ideal answer', () => {
    // https://github.com/openai/evals/blob/main/docs/build-eval.md
    const record = z.looseObject({
      input: z
        .array(
          z.strictObject({
            role: z.enum(['system', 'user', 'assistant']),
            content: z.string(),
            name: z.string().optional(),
          }),
        )
        .min(1),
      ideal: z.union([z.string(), z.array(z.string()).min(1)]),
    });
    const records = lines('openai-evals').map((one) => record.parse(one));
    expect(records).toHaveLength(3);
    expect(records[0]?.input[1]?.content).toBe(set.cases[0]?.input[1]?.text);
  });
});
