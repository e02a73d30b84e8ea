/**
 * A codebook as a file and back: JSON and CSV for programs and spreadsheets, Markdown and HTML to read.
 * Owns the shapes; which version is written or saved is the caller's.
 */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureModeSchema, type Codebook, type FailureMode } from '../../shared/model/codebook';
import type { CodebookFormat } from '../../shared/contract/codebook';
import { BadInput } from '../workspace/problem';
import { html, markdownCode, markdownText } from '../workspace/shown-text';
import { csvCell, plainCell } from '../workspace/csv-cell';
import { csvRecords } from './csv-records';
import { idFor } from './codebook';

const endings: Record<CodebookFormat, string> = { json: 'json', csv: 'csv', markdown: 'md', html: 'html' };

const severityWords = ['', 'notice', 'minor', 'major', 'critical'];

/** A version as a page to read. */
export function codebookMarkdown(codebook: Codebook): string {
  const lines = [
    `# Codebook, version ${String(codebook.version)}`,
    '',
    `Saved ${codebook.at} by ${markdownText(codebook.author)}.${codebook.note === '' ? '' : ` ${markdownText(codebook.note)}`}`,
  ];
  const names = new Map(codebook.failureModes.map((mode) => [mode.id, mode.name]));
  for (const mode of codebook.failureModes) {
    const below = mode.parentId === null ? undefined : names.get(mode.parentId);
    lines.push(
      '',
      `## ${markdownText(mode.name)}${mode.isRetired ? ' (retired)' : ''}`,
      '',
      `Id ${markdownCode(mode.id)}, severity ${String(mode.severity)} (${severityWords[mode.severity] ?? ''})${mode.pillar === null ? '' : `, pillar ${mode.pillar}`}${below === undefined ? '' : `, below ${markdownText(below)}`}.`,
    );
    if (mode.definition !== '') lines.push('', markdownText(mode.definition));
    if (mode.include !== '') lines.push('', `**Include:** ${markdownText(mode.include)}`);
    if (mode.exclude !== '') lines.push('', `**Exclude:** ${markdownText(mode.exclude)}`);
    if (mode.examples.length > 0)
      lines.push('', '**Examples:**', ...mode.examples.map((example) => `- ${markdownText(example.text)}`));
    if (mode.source !== '') lines.push('', `Source: ${markdownText(mode.source)}`);
  }
  return `${lines.join('\n')}\n`;
}

const columns = [
  'id',
  'name',
  'definition',
  'include',
  'exclude',
  'severity',
  'pillar',
  'parentId',
  'color',
  'source',
  'isRetired',
] as const;

/** One line per failure mode; examples are left out. */
export function codebookCsv({ failureModes }: Codebook): string {
  const lines = failureModes.map((mode) => columns.map((column) => csvCell(mode[column])).join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

/** Texts of the page are nobody's code, and it loads nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A page of its own, without scripts or anything loaded. */
export function codebookHtml(codebook: Codebook): string {
  const paragraph = (title: string, text: string) =>
    text === '' ? '' : `<p>${title === '' ? '' : `<strong>${title}</strong> `}${html(text)}</p>`;
  const names = new Map(codebook.failureModes.map((mode) => [mode.id, mode.name]));
  const modes = codebook.failureModes.map((mode) => {
    const below = mode.parentId === null ? undefined : names.get(mode.parentId);
    const examples = mode.examples.map((example) => `<li>${html(example.text)}</li>`).join('');
    return `<section id="${html(mode.id)}"><h2>${html(mode.name)}${mode.isRetired ? ' (retired)' : ''}</h2>
<p class="facts">${html(mode.id)} · severity ${String(mode.severity)}, ${severityWords[mode.severity] ?? ''}${mode.pillar === null ? '' : ` · ${mode.pillar}`}${below === undefined ? '' : ` · below ${html(below)}`}</p>
${paragraph('', mode.definition)}${paragraph('Include:', mode.include)}${paragraph('Exclude:', mode.exclude)}${examples === '' ? '' : `<ul>${examples}</ul>`}${paragraph('Source:', mode.source)}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>Codebook, version ${String(codebook.version)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}.facts{opacity:.7}</style></head>
<body><h1>Codebook, version ${String(codebook.version)}</h1>
<p class="facts">Saved ${html(codebook.at)} by ${html(codebook.author)}. ${html(codebook.note)}</p>
${modes.join('\n')}
</body></html>
`;
}

function textOf(codebook: Codebook, format: CodebookFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(codebook, null, 2)}\n`;
    case 'csv':
      return codebookCsv(codebook);
    case 'markdown':
      return codebookMarkdown(codebook);
    case 'html':
      return codebookHtml(codebook);
  }
}

/** Writes a version into a folder. */
export async function writeCodebook(
  codebook: Codebook,
  format: CodebookFormat,
  dir: string,
): Promise<{ path: string; name: string; bytes: number }> {
  const name = `codebook-v${String(codebook.version)}.${endings[format]}`;
  const path = join(dir, name);
  await writeFile(path, textOf(codebook, format));
  return { path, name, bytes: (await stat(path)).size };
}

function problemOf(where: string, issues: readonly { path: PropertyKey[]; message: string }[]): BadInput {
  const [first] = issues;
  return new BadInput(
    `${where}: ${first === undefined ? 'not a failure mode' : `${first.path.join('.')} ${first.message}`}`,
  );
}

/** A record with what a person may have left out filled in; only the name is needed. */
function modeFrom(record: Readonly<Record<string, unknown>>, taken: Set<string>, where: string): FailureMode {
  const text = (key: string) => {
    const value = record[key];
    return typeof value === 'string' ? plainCell(value) : value;
  };
  const orNull = (key: string) => (text(key) === '' || text(key) === undefined ? null : text(key));
  const name = text('name');
  const given = text('id');
  const id =
    typeof given === 'string' && given !== '' ? given : idFor(typeof name === 'string' ? name : '', taken);
  taken.add(id);
  const severity = record['severity'];
  const parsed = failureModeSchema.safeParse({
    id,
    name,
    definition: text('definition') ?? '',
    include: text('include') ?? '',
    exclude: text('exclude') ?? '',
    severity: severity === undefined || severity === '' ? 2 : Number(severity),
    pillar: orNull('pillar'),
    parentId: orNull('parentId'),
    color: orNull('color'),
    examples: record['examples'] ?? [],
    source: text('source') ?? '',
    isRetired: record['isRetired'] === true || record['isRetired'] === 'true',
  });
  if (!parsed.success) throw problemOf(where, parsed.error.issues);
  return parsed.data;
}

function fromJson(text: string, name: string): FailureMode[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadInput(`${name} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list = Array.isArray(value)
    ? value
    : value !== null && typeof value === 'object' && 'failureModes' in value
      ? value.failureModes
      : null;
  if (!Array.isArray(list)) throw new BadInput(`${name} holds no list of failure modes.`);
  const taken = new Set<string>();
  return list.map((one: unknown, i) =>
    modeFrom(
      one !== null && typeof one === 'object' ? { ...one } : {},
      taken,
      `${name}, failure mode ${String(i + 1)}`,
    ),
  );
}

function fromCsv(text: string, name: string): FailureMode[] {
  const [header, ...records] = csvRecords(text.replace(/^\ufeff/u, ''));
  const names = header?.fields.map((field) => field.trim()) ?? [];
  if (!names.includes('name')) throw new BadInput(`${name}, line 1: there is no column “name”.`);
  const taken = new Set<string>();
  return records.map(({ line, fields }) =>
    modeFrom(
      Object.fromEntries(names.map((column, i) => [column, fields[i] ?? ''])),
      taken,
      `${name}, line ${String(line)}`,
    ),
  );
}

/** Failure modes of a file that `writeCodebook` or a person wrote. Throws BadInput with file, line and reason. */
export function readCodebook(text: string, name: string): FailureMode[] {
  return name.toLowerCase().endsWith('.csv') ? fromCsv(text, name) : fromJson(text, name);
}
