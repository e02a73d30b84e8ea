/**
 * A set in the shapes of other tools: JSON Lines (lossless, comes back in), promptfoo, Inspect, OpenAI evals, pytest and
 * Vitest. Texts of traces only ever go out as JSON strings in ASCII, so that none of them can become code.
 * https://www.promptfoo.dev/docs/configuration/reference/ · https://inspect.aisi.org.uk/datasets.html ·
 * https://github.com/openai/evals/blob/main/docs/build-eval.md
 */
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import {
  regressionCaseSchema,
  regressionSetSchema,
  type RegressionCase,
  type RegressionSet,
} from '../../shared/model/regression';
import { defaultLimits } from '../intake/limits';
import { parseRecord } from '../intake/parse-record';
import { splitLines } from '../intake/split-lines';
import { BadInput } from '../workspace/problem';
import { chatOf, textChecks } from './portable-case';
import { pytestFile, vitestFile } from './test-files';

export const setFormats = ['jsonl', 'promptfoo', 'inspect', 'openai-evals', 'pytest', 'vitest'] as const;
export type SetFormat = (typeof setFormats)[number];

const endings: Record<SetFormat, string> = {
  jsonl: 'regression.jsonl',
  promptfoo: 'promptfooconfig.json',
  inspect: 'inspect.jsonl',
  'openai-evals': 'evals.jsonl',
  pytest: 'test_regression.py',
  vitest: 'regression.test.mjs',
};

/** File name and content of a set in a format. */
export function writeSet(set: RegressionSet, format: SetFormat): { name: string; text: string } {
  const stem = set.name.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60);
  const name = format === 'pytest' ? `test_${stem.replaceAll('-', '_')}.py` : `${stem}.${endings[format]}`;
  return { name, text: writers[format](set) };
}

const writers: Record<SetFormat, (set: RegressionSet) => string> = {
  jsonl: (set) => {
    const { cases, ...head } = set;
    return lines([
      { record: 'faultline.regression-set', ...head },
      ...cases.map((one) => ({ record: 'faultline.regression-case', ...one })),
    ]);
  },
  promptfoo: promptfooConfig,
  inspect: (set) => lines(set.cases.map(inspectSample)),
  'openai-evals': (set) =>
    lines(set.cases.map((one) => ({ input: chatOf(one), ideal: one.expectation, case_id: one.caseId }))),
  pytest: pytestFile,
  vitest: vitestFile,
};

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

const assertions = {
  contains: { sensitive: 'contains', insensitive: 'icontains' },
  'contains-not': { sensitive: 'not-contains', insensitive: 'not-icontains' },
  matches: { sensitive: 'regex', insensitive: 'regex' },
  'matches-not': { sensitive: 'not-regex', insensitive: 'not-regex' },
} as const;

/**
 * promptfoo fills in every text as a Nunjucks template, so that `{{ env.KEY }}` in a trace would be code. In JSON a brace
 * has another spelling; in plain text what opens or closes a tag is itself put out by one.
 */
function untemplatedChat(one: RegressionCase): string {
  const messages = chatOf(one).map(
    ({ role, content }) =>
      `{"role":${JSON.stringify(role)},"content":${JSON.stringify(content).replaceAll('{', '\\u007b').replaceAll('}', '\\u007d')}}`,
  );
  return `[${messages.join(',')}]`;
}

function untemplated(text: string): string {
  return text.replace(/\{[{%#]|[}%#]\}/g, (tag) => `{{ '${tag}' }}`);
}

function promptfooConfig(set: RegressionSet): string {
  const tests = set.cases.map((one) => {
    const asserts: object[] = textChecks(one).map((check) => ({
      type: assertions[check.operator][check.isCaseSensitive ? 'sensitive' : 'insensitive'],
      value: untemplated(check.value),
    }));
    return {
      description: untemplated(`${one.caseId} ${one.name}`),
      vars: { messages: untemplatedChat(one) },
      assert:
        asserts.length > 0
          ? asserts
          : [{ type: 'llm-rubric', value: untemplated(one.expectation || one.name) }],
      metadata: {
        caseId: one.caseId,
        failureMode: one.failureModeName,
        severity: one.severity,
        split: one.split,
      },
    };
  });
  return `${JSON.stringify(
    {
      description: `${set.name} v${String(set.version)}`,
      prompts: ['{{messages}}'],
      providers: ['echo'],
      tests,
    },
    null,
    2,
  )}\n`;
}

function inspectSample(one: RegressionCase): object {
  return {
    id: one.caseId,
    input: chatOf(one),
    target: one.expectation,
    metadata: {
      name: one.name,
      failure_mode: one.failureModeName,
      severity: one.severity,
      split: one.split,
      source: `${one.lineage.sourcePath}:${String(one.lineage.line)}`,
      session_id: one.lineage.sessionId,
    },
  };
}

const headSchema = regressionSetSchema
  .omit({ cases: true })
  .extend({ record: z.literal('faultline.regression-set') });
const caseLineSchema = regressionCaseSchema.extend({ record: z.literal('faultline.regression-case') });

/** Reads a set that was written as JSON Lines. Throws BadInput with the line that is no part of one. */
export async function readSet(path: string, name: string): Promise<RegressionSet> {
  let head: Omit<RegressionSet, 'cases'> | null = null;
  const cases: RegressionCase[] = [];
  for await (const line of splitLines(createReadStream(path) as AsyncIterable<Buffer>, 64 * 1024 * 1024)) {
    const where = `Line ${String(line.line)} of ${name}`;
    if ('tooLong' in line) throw new BadInput(`${where} is longer than 64 MB.`);
    if (line.bytes.toString('utf8').trim() === '') continue;
    const parsed = parseRecord(line.bytes, defaultLimits);
    if (!parsed.ok) throw new BadInput(`${where} cannot be read: ${parsed.reason}.`);
    if (head === null) {
      const read = headSchema.safeParse(parsed.value);
      if (!read.success)
        throw new BadInput(`${name} is no regression set of Faultline: its first line does not say so.`);
      const { record: _record, ...rest } = read.data;
      head = rest;
      continue;
    }
    const read = caseLineSchema.safeParse(parsed.value);
    if (!read.success) {
      const issue = read.error.issues[0];
      throw new BadInput(
        `${where} is no regression case (${issue ? `${issue.path.join('.')}: ${issue.message}` : 'unknown'}).`,
      );
    }
    const { record: _record, ...one } = read.data;
    cases.push(one);
  }
  if (head === null) throw new BadInput(`${name} is empty.`);
  return { ...head, cases };
}
