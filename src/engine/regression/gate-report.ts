/** A gate's verdict for build servers: JUnit XML (the schema of Jenkins' xUnit plugin) and Markdown. Owns escaping. */
import type { GateVerdict } from '../../shared/contract/regression';
import { markdownText, visible } from '../workspace/shown-text';

/** Text that is safe in XML: what XML 1.0 forbids and what cannot be seen is shown by its number. */
function xml(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

type CaseVerdict = GateVerdict['cases'][number];

function whyOf(one: CaseVerdict): string {
  if (one.sessionId === null) return 'no session of the run belongs to this case';
  const said = one.results.filter((result) => result.passed !== true).map((result) => result.reason);
  return said.length === 0 ? 'passed' : said.join('; ');
}

/** JUnit XML: a test case per regression case; unmatched and undecided ones are skipped, with the reason. */
export function junitOf(verdict: GateVerdict): string {
  const failed = verdict.cases.filter((one) => one.sessionId !== null && one.passed === false).length;
  const skipped = verdict.unmatched + verdict.undecided;
  const name = xml(`${verdict.setName} v${String(verdict.version)}`);
  const lines = verdict.cases.map((one) => {
    const open = `    <testcase classname="${name}" name="${xml(`${one.caseId} ${one.name}`)}"`;
    if (one.sessionId !== null && one.passed === true) return `${open}/>`;
    if (one.sessionId !== null && one.passed === false)
      return `${open}>\n      <failure message="${xml(whyOf(one))}">${xml(`${one.failureModeName ?? 'failure'} of severity ${String(one.severity)}; from ${one.sourcePath}:${String(one.line)}`)}</failure>\n    </testcase>`;
    return `${open}>\n      <skipped message="${xml(whyOf(one))}"/>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${name}" tests="${String(verdict.cases.length)}" failures="${String(failed)}" skipped="${String(skipped)}" errors="0">`,
    ...lines,
    `    <system-out>${xml(verdict.reason)}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Text that is safe in a Markdown table cell: no markup, no link, nobody mentioned. */
function cell(text: string): string {
  return markdownText(text.slice(0, 160), true);
}

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)}%`);
const said = (passed: boolean | null): string =>
  passed === null ? 'undecided' : passed ? 'passed' : 'failed';

/** Markdown for a pull request: the verdict, the figures, and the cases that changed or failed. */
export function markdownOf(verdict: GateVerdict): string {
  const { passed, expected } = verdict;
  const changed = verdict.cases.filter((one) => one.before !== null && one.before !== one.passed);
  const failed = verdict.cases.filter((one) => one.passed !== true && !changed.includes(one));
  const row = (one: CaseVerdict): string =>
    `| ${cell(one.caseId)} | ${cell(one.name)} | ${one.before === null ? '–' : said(one.before)} | ${one.sessionId === null ? 'no session' : said(one.passed)} | ${cell(whyOf(one))} |`;
  const table = (title: string, rows: readonly CaseVerdict[]): string[] =>
    rows.length === 0
      ? []
      : [
          '',
          `## ${title}`,
          '',
          '| case | request | before | now | why |',
          '|---|---|---|---|---|',
          ...rows.map(row),
        ];
  return [
    `# ${verdict.isOpen ? 'Passed' : 'Stopped'}: ${cell(verdict.setName)} v${String(verdict.version)}`,
    '',
    markdownText(verdict.reason),
    '',
    '| | share | 95% interval | cases |',
    '|---|---|---|---|',
    `| expected | ${percent(expected.share)} | ${percent(expected.low)} – ${percent(expected.high)} | ${String(expected.n)} |`,
    `| this run | ${percent(passed.share)} | ${percent(passed.low)} – ${percent(passed.high)} | ${String(passed.n)} |`,
    '',
    `${String(verdict.unmatched)} cases without a session, ${String(verdict.undecided)} undecided.`,
    ...table('Changed', changed),
    ...table('Failed or not decided', failed),
    '',
  ].join('\n');
}
