/**
 * `npm run coverage:formats [folder]`: imports every file of a folder of trace exports (default ../shared/traces, or
 * FAULTLINE_TRACES), source by source, and prints sessions, user turns, tool calls and tool errors beside those of its
 * INDEX.csv. Ends with 1 where a difference has no explanation in coverage-causes.data.mjs, or a file is not read that
 * has none. Skips, saying so, where the folder is absent. Must not copy anything out of the folder.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openEngine } from './engine-for-coverage.mjs';
import { CAUSES, EMPTY, MAPPED, NOT_COUNTED, NOT_TRACES } from './coverage-causes.data.mjs';

const METRICS = ['sessions', 'user_turns', 'tool_calls', 'tool_errors'];
const root = resolve(process.argv[2] ?? process.env.FAULTLINE_TRACES ?? '../shared/traces');

/** Rows of a CSV whose fields may be quoted. */
function parseCsv(text) {
  const rows = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n\r]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== ',' && end !== '') rows.push([]);
    if (end === '') break;
  }
  const [header, ...rest] = rows;
  return rest
    .filter((row) => row.length === header.length)
    .map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Why a file that is not read need not be. */
function notATrace(path) {
  return NOT_TRACES.find(({ pattern }) => pattern.test(path))?.why ?? null;
}

async function measure(source, files) {
  const engine = await openEngine();
  try {
    const mapped = (path) => MAPPED.find(({ pattern }) => pattern.test(path))?.profile ?? null;
    const record = await engine.importFiles(...files.filter((path) => mapped(path) === null));
    for (const path of files.filter((file) => mapped(file) !== null)) {
      const { sources } = await engine.importMapped(path, mapped(path));
      record.sources.push(...sources);
    }
    const totals = { sessions: 0, user_turns: 0, tool_calls: 0, tool_errors: 0 };
    for (let offset = 0; ; offset += 500) {
      const { items, total } = await engine.client.session.list({ offset, limit: 500 });
      for (const session of items) {
        totals.sessions += 1;
        totals.user_turns += session.userTurnCount;
        totals.tool_calls += session.toolCallCount;
        totals.tool_errors += session.toolErrorCount;
      }
      if (offset + items.length >= total || items.length === 0) break;
    }
    return { source, totals, sources: record.sources };
  } finally {
    await engine.remove();
  }
}

/** The cause of a source itself, else that of its format. */
function causeOf(source, metric, direction) {
  return (CAUSES[source] ?? CAUSES[source.split('/')[0]])?.[metric]?.[direction];
}

function compare(source, ours, theirs) {
  const open = [];
  for (const metric of METRICS) {
    const [own, index] = [ours[metric], theirs[metric]];
    if (own === index) continue;
    const direction = own > index ? 'more' : 'fewer';
    const why = causeOf(source, metric, direction) ?? (index === 0 ? NOT_COUNTED : undefined);
    console.log(`    ${metric}: ${own} here, ${index} in the index. ${why ?? 'NOT EXPLAINED'}`);
    if (why === undefined) open.push(`${source} ${metric}: ${own} instead of ${index}`);
  }
  return open;
}

if (!existsSync(join(root, 'INDEX.csv'))) {
  console.log(`Skipped: there is no INDEX.csv in ${root}. Name the folder, or set FAULTLINE_TRACES.`);
  process.exit(0);
}
const index = parseCsv(readFileSync(join(root, 'INDEX.csv'), 'utf8'));
const groups = new Map();
for (const row of index) {
  const source = row.file.split('/').slice(0, 2).join('/');
  const group = groups.get(source) ?? { sessions: 0, user_turns: 0, tool_calls: 0, tool_errors: 0 };
  for (const metric of METRICS) group[metric] += Number(row[metric]) || 0;
  groups.set(source, group);
}
const open = [];
console.log(
  'source: files read / not read / sessions, user turns, tool calls, tool errors (index in brackets)',
);
for (const [source, theirs] of groups) {
  const files = filesBelow(join(root, source)).filter((path) => notATrace(path) === null);
  const { totals, sources } = await measure(source, files);
  const unread = sources.filter((one) => one.state !== 'imported' && one.state !== 'duplicate');
  const rejected = sources.reduce((sum, one) => sum + one.rejected, 0);
  const formats = [...new Set(sources.flatMap((one) => one.format ?? []))].join(', ');
  console.log(
    `${source} (${formats}): ${sources.length - unread.length} / ${unread.length} / ${METRICS.map((metric) => `${totals[metric]} (${theirs[metric]})`).join(', ')}; ${rejected} records rejected`,
  );
  for (const one of unread) {
    const isEmpty = one.bytes === 0;
    console.log(`    not read: ${one.path.slice(root.length + 1)}: ${isEmpty ? EMPTY : one.reason}`);
    if (!isEmpty) open.push(`${one.path.slice(root.length + 1)} is not read`);
  }
  open.push(...compare(source, totals, theirs));
}
console.log('');
for (const { pattern, why } of NOT_TRACES) console.log(`left out: ${String(pattern)}: ${why}`);
if (open.length > 0) {
  console.log(`\n${open.length} not explained:\n${open.map((one) => `  ${one}`).join('\n')}`);
  process.exit(1);
}
console.log('\nEvery difference is explained.');
process.exit(0);
