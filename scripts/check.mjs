/**
 * Everything that must hold before a change is done, in one command: `npm run check`. Each step is an npm script, so
 * any of them can be run alone. A failing step does not stop the others. The last line counts: a static step is one, a
 * test is one. `npm run check -- --only types,lint` picks steps.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REPORTS = mkdtempSync(join(tmpdir(), 'faultline-check-'));
process.on('exit', () => rmSync(REPORTS, { recursive: true, force: true }));
const VITEST_REPORT = join(REPORTS, 'vitest.json');
const PLAYWRIGHT_REPORT = join(REPORTS, 'playwright.json');
/** What is said again at the end of each failed test: enough to know it by where the end of a log is all there is. */
const FAILURES_SAID = 20;
const LINES_OF_AN_ERROR = 3;
const CHARACTERS_OF_A_LINE = 240;

/**
 * In the order they run: the quick ones first, and the build before the tests that use it. Those beside the lint need one core
 * each and touch nothing, so they run at its side; tests want the whole machine.
 */
const STEPS = [
  { name: 'lint', script: 'lint' },
  { name: 'types', script: 'typecheck', isBeside: true },
  { name: 'format', script: 'format:check', isBeside: true },
  { name: 'layers', script: 'layers', isBeside: true },
  { name: 'deadcode', script: 'deadcode', isBeside: true },
  { name: 'build', script: 'build' },
  {
    name: 'vitest',
    script: 'test:unit',
    args: ['--reporter=default', '--reporter=./scripts/vitest-tally.mjs'],
    env: { FAULTLINE_TALLY: VITEST_REPORT },
    count: () => countVitest(readJson(VITEST_REPORT)),
  },
  {
    name: 'e2e',
    script: 'test:e2e',
    args: ['--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: PLAYWRIGHT_REPORT },
    count: () => countPlaywright(readJson(PLAYWRIGHT_REPORT)),
  },
];

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function countVitest({ passed, skipped, failures }) {
  return { passed, failed: failures.length, skipped, failures };
}

function countPlaywright({ stats, suites, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: [
      ...suites.flatMap((suite) => failedSpecs(suite, [])),
      ...errors.map((error) => ({ name: error.location?.file ?? 'outside any test', error: error.message })),
    ],
  };
}

/** A suite holds tests and suites; a test that passed at a later attempt is named too. */
function failedSpecs({ title, specs = [], suites = [] }, titles) {
  const path = [...titles, title];
  const failed = specs.filter(({ tests }) =>
    tests.some(({ status }) => status === 'unexpected' || status === 'flaky'),
  );
  return [
    ...failed.map((spec) => ({
      name: [...path, spec.title].join(' > '),
      error: spec.tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors))[0]?.message,
    })),
    ...suites.flatMap((suite) => failedSpecs(suite, path)),
  ];
}

/** Runs a step; what it prints comes at its end where others run at the same time. */
async function runStep({ name, script, args = [], env = {}, count }, isAlone) {
  if (isAlone) console.log(`\n── ${name} ──`);
  const startMs = performance.now();
  const step = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', isAlone ? 'inherit' : 'pipe', isAlone ? 'inherit' : 'pipe'],
    shell: process.platform === 'win32',
  });
  const said = [];
  for (const stream of [step.stdout, step.stderr]) stream?.on('data', (chunk) => said.push(chunk));
  const [status] = await once(step, 'close');
  if (!isAlone) console.log(`\n── ${name} ──\n${Buffer.concat(said).toString('utf8')}`);
  const durationMs = performance.now() - startMs;
  return { name, durationMs, ...tally(status === 0, count) };
}

/** The results in the order of the steps. */
async function runSteps(steps) {
  const beside = steps.filter((step) => step.isBeside);
  const lint = steps.find((step) => step.name === 'lint');
  const results = new Map();
  const run = async (step, isAlone) => results.set(step.name, await runStep(step, isAlone));
  const runBeside = async () => {
    for (const step of beside) await run(step, lint === undefined);
  };
  await Promise.all([runBeside(), ...(lint === undefined ? [] : [run(lint, beside.length === 0)])]);
  for (const step of steps) if (!results.has(step.name)) await run(step, true);
  return steps.map((step) => results.get(step.name));
}

/** What a step adds to the last line. One that failed always adds a failure, whatever its report says. */
function tally(succeeded, count) {
  if (count === undefined)
    return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0, failures: [] };
  try {
    const counted = count();
    return succeeded ? counted : { ...counted, failed: Math.max(1, counted.failed) };
  } catch {
    console.log('The tests left no report: they did not run to the end.');
    return { passed: 0, failed: 1, skipped: 0, failures: [] };
  }
}

function chosenSteps() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return STEPS;
  const names = values.only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`No such step: ${unknown.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}`);
    process.exit(2);
  }
  return STEPS.filter((step) => names.includes(step.name));
}

function printSummary(results) {
  const rows = results.map(({ name, durationMs, passed, failed, skipped }) => [
    failed === 0 ? 'ok' : 'FAILED',
    name,
    `${passed} passed`,
    `${failed} failed`,
    `${skipped} skipped`,
    `${(durationMs / 1000).toFixed(1)} s`,
  ]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  console.log('');
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log(cells.join('  '));
  }
}

/** The end of a log is often all that is kept of it: what failed is named there once more. */
function printFailures(results) {
  const failures = results.flatMap(({ name, failures }) =>
    failures.map((failure) => ({ step: name, ...failure })),
  );
  for (const { step, name, error } of failures.slice(0, FAILURES_SAID)) {
    const lines = stripVTControlCharacters(error ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '');
    console.log(`\n${step}: ${name}`);
    for (const line of lines.slice(0, LINES_OF_AN_ERROR))
      console.log(`  ${line.slice(0, CHARACTERS_OF_A_LINE)}`);
  }
  const untold = failures.length - FAILURES_SAID;
  if (untold > 0) console.log(`\nand ${untold} more`);
}

const results = await runSteps(chosenSteps());
printSummary(results);
printFailures(results);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const skipped = sum('skipped');
console.log('');
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
