/** `faultline report`: writes the report of a workspace into a folder, as a page, as Markdown and as data. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { reportFormats, type ReportFormat } from '../../shared/contract/report';
import { reportParts } from '../../shared/model/report';
import { mustBeOneOf, type Options } from '../arguments';
import { workspaceOption, type Command } from '../command';
import { UsageError } from '../failure';
import { bytes, count } from '../output';
import { maskedText } from '../masked-text';

const SHORT: Readonly<Record<string, ReportFormat>> = { md: 'markdown' };

/** `html,md,data` → formats; html where none is given. */
function formatsOf(options: Options): ReportFormat[] {
  const given = (options.text('format') ?? 'html').split(',').map((one) => one.trim());
  return [...new Set(given.map((one) => SHORT[one] ?? mustBeOneOf(one, reportFormats, '--format')))];
}

export const report: Command = {
  name: 'report',
  summary: 'write a report whose every figure leads back to its rows',
  operands: '',
  options: {
    ...workspaceOption,
    format: {
      type: 'string',
      value: 'FORMAT',
      help: 'html, md or data (figures and all their rows as JSONL, CSV and Parquet); several with commas (html).',
    },
    out: {
      type: 'string',
      short: 'o',
      value: 'DIR',
      help: 'The folder to write into; made where it is not there.',
    },
    parts: {
      type: 'string',
      value: 'PARTS',
      help: `Only these, with commas: ${reportParts.join(', ')}.`,
    },
    title: { type: 'string', value: 'TITLE', help: 'Title of the report.' },
    redact: {
      type: 'boolean',
      help: 'Mask people, accounts, keys and places. Finding nothing is no proof that nothing is there.',
    },
  },
  examples: [
    'faultline report -w audit.faultline --out report/',
    'faultline report -w audit.faultline --format html,md,data --out report/ --redact',
  ],
  run: async ({ options, workspace, print, note, signal, cwd }) => {
    const out = options.text('out');
    if (out === null) throw new UsageError('Say where to: --out DIR');
    const formats = formatsOf(options);
    const parts = options
      .text('parts')
      ?.split(',')
      .map((one) => mustBeOneOf(one.trim(), reportParts, '--parts'));
    const folder = resolve(cwd, out);
    const { client, pathOf } = await workspace();
    const files: { path: string; bytes: number }[] = [];
    const redactions: Record<string, unknown> = {};
    const lines: string[] = [];
    let incomplete: string | null = null;
    for (const format of formats) {
      const written = await client.report.write(
        {
          format,
          title: options.text('title') ?? '',
          redact: options.isSet('redact'),
          ...(parts === undefined ? {} : { parts }),
        },
        { signal },
      );
      const target = format === 'data' ? join(folder, 'data') : folder;
      await mkdir(target, { recursive: true });
      for (const file of written.files) {
        const path = join(target, file.name);
        await copyFile(pathOf(file.handle), path);
        files.push({ path, bytes: file.bytes });
      }
      const size = written.files.reduce((sum, file) => sum + file.bytes, 0);
      incomplete ??= written.incomplete;
      lines.push(
        `${format === 'data' ? target : join(target, written.name)}: ${count(written.figures)} figures, ${bytes(size)}`,
      );
      if (written.redaction !== null) {
        redactions[format] = written.redaction;
        lines.push(maskedText(written.redaction));
      }
    }
    if (incomplete !== null) note(incomplete);
    print(
      {
        files,
        ...(incomplete !== null && { incomplete }),
        ...(options.isSet('redact') && { redaction: redactions }),
      },
      () => lines.join('\n'),
    );
    return 0;
  },
};
