/** `faultline export WHAT`: writes annotations, corrections, findings, sessions, the codebook or the whole workspace. */
import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RedactionReport } from '../../shared/contract/redaction';
import { codebookFormats } from '../../shared/contract/codebook';
import { exportFormats, exportKinds } from '../../shared/contract/report';
import { mustBeOneOf, type Options } from '../arguments';
import { workspaceOption, type Client, type Command } from '../command';
import { CommandError, UsageError } from '../failure';
import { maskedText } from '../masked-text';
import { bytes, count, printFile } from '../output';

const KINDS = [...exportKinds, 'codebook', 'workspace'] as const;

interface Written {
  handle: string;
  name: string;
  bytes: number;
  rows: number | null;
  incomplete?: string | null;
  redaction?: RedactionReport | null;
}

export const exporting: Command = {
  name: 'export',
  summary: 'write what was found and judged to a file',
  operands: KINDS.join('|'),
  options: {
    ...workspaceOption,
    format: {
      type: 'string',
      value: 'FORMAT',
      help: `${exportFormats.join(', ')} (jsonl); of a codebook ${codebookFormats.join(', ')} (json).`,
    },
    out: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'Where to; - is standard output. Otherwise a file here.',
    },
    redact: {
      type: 'boolean',
      help: 'Mask people, accounts, keys and places. Finding nothing is no proof that nothing is there.',
    },
    force: { type: 'boolean', help: 'Write over a file that is there.' },
  },
  examples: [
    'faultline export corrections -w audit.faultline --format csv -o corrections.csv',
    'faultline export annotations -w audit.faultline -o - | head',
    'faultline export workspace -w audit.faultline -o audit.faultline.zip',
  ],
  run: async ({ operands, options, workspace, print, note, signal, cwd, streams, isJson }) => {
    const [given, ...more] = operands;
    if (given === undefined || more.length > 0)
      throw new UsageError(`Say what to export: ${KINDS.join(', ')}.`);
    const kind = mustBeOneOf(given, KINDS, 'What to export');
    if (options.isSet('redact') && kind === 'workspace')
      throw new UsageError('A workspace is packed whole: leave out --redact.');
    const out = options.text('out');
    if (out === '-' && isJson)
      throw new UsageError('With -o - the export itself is printed: leave out --json.');
    const write = exporter(kind, options);
    const { client, pathOf } = await workspace();
    const written = await write(client, signal);
    const source = pathOf(written.handle);
    const incomplete = written.incomplete ?? null;
    if (incomplete !== null) note(incomplete);
    if (out === '-') {
      await printFile(source, streams.stdout);
      return 0;
    }
    const path = resolve(cwd, out ?? written.name);
    await copy(source, path, options.isSet('force'));
    const redaction = written.redaction ?? null;
    print(
      {
        kind,
        path,
        rows: written.rows,
        bytes: written.bytes,
        ...(incomplete !== null && { incomplete }),
        ...(redaction && { redaction }),
      },
      () => {
        const rows = written.rows === null ? '' : `${count(written.rows)} rows, `;
        const masked = redaction === null ? '' : `\n${maskedText(redaction)}`;
        return `${path}: ${rows}${bytes(written.bytes)}${masked}`;
      },
    );
    return 0;
  },
};

/** Checks the format before a workspace is opened. */
function exporter(kind: (typeof KINDS)[number], options: Options) {
  if (kind === 'workspace') {
    if (options.text('format') !== null)
      throw new UsageError('A workspace is packed as .faultline.zip: leave out --format.');
    return async (client: Client, signal: AbortSignal): Promise<Written> => ({
      ...(await client.workspace.pack(undefined, { signal })),
      rows: null,
    });
  }
  if (kind === 'codebook') {
    const format = options.oneOf('format', codebookFormats) ?? 'json';
    return async (client: Client, signal: AbortSignal): Promise<Written> => ({
      ...(await client.codebook.export({ format, redact: options.isSet('redact') }, { signal })),
      rows: null,
    });
  }
  const format = options.oneOf('format', exportFormats) ?? 'jsonl';
  return (client: Client, signal: AbortSignal): Promise<Written> =>
    client.report.export({ kind, format, redact: options.isSet('redact') }, { signal });
}

async function copy(source: string, path: string, isForced: boolean): Promise<void> {
  try {
    await copyFile(source, path, isForced ? 0 : constants.COPYFILE_EXCL);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CommandError(`${path} is already there. Give another name with -o, or --force.`);
    throw error;
  }
}
