/** `faultline import PATHS…`: reads trace exports into a workspace, which is made where it is absent. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImportEvent } from '../../shared/contract/import';
import type { Summary } from '../../shared/contract/overview';
import {
  mappingProfileSchema,
  type ImportRecord,
  type MappingProfile,
  type Source,
} from '../../shared/model/source';
import { workspaceOption, type CliEngine, type Command, type CommandContext } from '../command';
import { CommandError, UsageError } from '../failure';
import { count, importProgressLine, Progress, safe } from '../output';
import { findPaths } from '../paths';
import { firstRejects, reportText, type Times } from './import-report';

/** The format that a mapping profile is for. */
const GENERIC = 'generic';

export const importing: Command = {
  name: 'import',
  summary: 'read trace exports into a workspace',
  operands: 'PATHS…',
  options: {
    ...workspaceOption,
    format: { type: 'string', value: 'ID', help: 'Read every file as this format; see faultline formats.' },
    'no-wait': {
      type: 'boolean',
      help: 'End when the sessions can be opened; signals that need texts are found when the workspace is next opened.',
    },
    profile: {
      type: 'string',
      value: 'FILE',
      help: 'Read by this mapping (a JSON file), for shapes nobody knows.',
    },
    annotations: { type: 'boolean', help: 'The files are annotations that Faultline exported as JSONL.' },
    'in-place': {
      type: 'boolean',
      help: 'The folder is an extract (faultline extract): read it where it lies, copy nothing.',
    },
    from: { type: 'string', value: 'DAY', help: 'With --in-place: partitions of this day and later.' },
    to: { type: 'string', value: 'DAY', help: 'With --in-place: partitions of this day and earlier.' },
    source: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'With --in-place: partitions of this source; may be given several times.',
    },
  },
  examples: [
    'faultline import ~/.claude/projects -w audit.faultline',
    "faultline import 'exports/**/*.jsonl' -w audit.faultline --json",
    'faultline import odd.jsonl -w audit.faultline --profile mapping.json',
    'faultline import annotations.jsonl -w audit.faultline --annotations',
    'faultline import extract -w audit.faultline --in-place --from 2026-03-01',
  ],
  run: async (context) => {
    const { options, operands } = context;
    const [format, profilePath, isAnnotations] = [
      options.text('format'),
      options.text('profile'),
      options.isSet('annotations'),
    ];
    if (operands.length === 0) throw new UsageError('Give at least one file, folder or pattern.');
    if (isAnnotations && (format !== null || profilePath !== null))
      throw new UsageError('Annotations have one format: leave out --format and --profile.');
    const isInPlace = options.isSet('in-place');
    if (isInPlace && (isAnnotations || format !== null || profilePath !== null))
      throw new UsageError('An extract has one format: leave out --format, --profile and --annotations.');
    if (!isInPlace && ['from', 'to'].some((name) => options.text(name) !== null))
      throw new UsageError('--from and --to choose partitions of an extract: add --in-place.');
    if (!isInPlace && options.list('source').length > 0)
      throw new UsageError('--source chooses partitions of an extract: add --in-place.');
    const paths = await findPaths(operands, context.cwd);
    if (isInPlace) return openInPlace(context, paths);
    const profile = profilePath === null ? null : await readProfile(resolve(context.cwd, profilePath));
    if (isAnnotations) return importAnnotations(context, paths);
    if (format !== null) await mustBeKnown(context, format);
    return importTraces(context, paths, format ?? (profile === null ? null : GENERIC), profile);
  },
};

async function importTraces(
  context: CommandContext,
  paths: readonly string[],
  format: string | null,
  profile: MappingProfile | null,
): Promise<0 | 1> {
  const { client, grant } = await context.workspace('create');
  const files = paths.map((path) => ({
    handle: grant(path),
    ...(format !== null && { format }),
    ...(profile !== null && { profile }),
  }));
  return importedAndTold(context, client, () => client.imports.start({ files }, { signal: context.signal }));
}

/** Follows an import to its end, and unless told otherwise the search for signals after it; prints what came of it. */
async function importedAndTold(
  context: CommandContext,
  client: CliEngine['client'],
  start: () => Promise<AsyncIterable<ImportEvent>>,
): Promise<0 | 1> {
  const startedAt = performance.now();
  const record = await followed(await start(), context);
  const importMs = Math.round(performance.now() - startedAt);
  const waits = !context.options.isSet('no-wait');
  if (waits) await lookedForSignals(client, context);
  const signalsMs = waits ? Math.round(performance.now() - startedAt) - importMs : null;
  const summary = await client.overview.summary(undefined, { signal: context.signal });
  const rejected = context.isJson ? [] : await firstRejects(client, record);
  const times = { importMs, signalsMs };
  context.print(answerOf(record, summary, times), () => reportText(record, summary, times, rejected));
  return isFailed(record.sources) ? 1 : 0;
}

/** Resolves when all detectors have looked at all sessions. */
async function lookedForSignals(
  client: CliEngine['client'],
  { signal, streams }: CommandContext,
): Promise<void> {
  const progress = new Progress(streams.stderr);
  try {
    for await (const event of await client.signal.run({}, { signal }))
      if (event.type === 'progress')
        progress.show(`signals of ${count(event.sessions)} of ${count(event.total)} sessions`);
  } finally {
    progress.clear();
  }
}

/** A day as the folders of an extract name it. */
function dayOf(options: CommandContext['options'], name: string): string | undefined {
  const day = options.text(name) ?? undefined;
  if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day))
    throw new UsageError(`--${name} wants a day such as 2026-03-01, not ${JSON.stringify(day)}.`);
  return day;
}

async function openInPlace(context: CommandContext, paths: readonly string[]): Promise<0 | 1> {
  const { options, signal } = context;
  const [path] = paths;
  if (path === undefined || paths.length > 1)
    throw new UsageError('Give one folder: an extract is opened by itself.');
  const choice = { from: dayOf(options, 'from'), to: dayOf(options, 'to'), sources: options.list('source') };
  const { client, grant } = await context.workspace('create');
  return importedAndTold(context, client, () =>
    client.extract.open({ handle: grant(path), ...choice }, { signal }),
  );
}

/** Imports files and waits for their signals, with progress; resolves with the record. Throws CommandError when it ends without one. */
export async function runImport(
  { client }: Pick<CliEngine, 'client'>,
  files: { handle: string }[],
  context: CommandContext,
): Promise<ImportRecord> {
  const record = await followed(await client.imports.start({ files }, { signal: context.signal }), context);
  await lookedForSignals(client, context);
  return record;
}

/** The record at the end of what an import says of itself. */
async function followed(
  events: AsyncIterable<ImportEvent>,
  { streams }: Pick<CommandContext, 'streams'>,
): Promise<ImportRecord> {
  const progress = new Progress(streams.stderr);
  try {
    for await (const event of events) {
      if (event.type === 'done') return event.record;
      progress.show(importProgressLine(event.progress));
    }
  } finally {
    progress.clear();
  }
  throw new CommandError('The import ended without a result.');
}

/** What `--json` prints: the files of this import, what it added, and the figures of the whole workspace. */
function answerOf(record: ImportRecord, summary: Summary, times: Times): object {
  const { importId, at, durationMs, spans, sessions } = record;
  const { workspace, sources: _sources, ...figures } = summary;
  return {
    workspace,
    import: { importId, at, durationMs, spans, sessions, ...times },
    sources: record.sources,
    ...(record.leftOut === undefined ? {} : { leftOut: record.leftOut }),
    ...figures,
  };
}

/** Nothing of use among the files, or one that should have been read and could not be. */
function isFailed(sources: readonly Source[]): boolean {
  const usable = sources.some(({ state }) => state === 'imported' || state === 'duplicate');
  return !usable || sources.some(({ state }) => state === 'failed');
}

async function importAnnotations(context: CommandContext, paths: readonly string[]): Promise<0> {
  const { client, grant } = await context.workspace();
  const files: ({ path: string } & Awaited<ReturnType<typeof client.report.importAnnotations>>)[] = [];
  for (const path of paths) {
    const read = await client.report.importAnnotations({ handle: grant(path) }, { signal: context.signal });
    files.push({ path, ...read });
  }
  context.print({ files }, () =>
    files
      .map(({ path, read, added, known, unmatched }) =>
        [
          `${safe(path)}: ${count(read)} read, ${count(added)} added, ${count(known)} known already`,
          unmatched === 0 ? '' : `, ${count(unmatched)} about sessions that are not in this workspace`,
        ].join(''),
      )
      .join('\n'),
  );
  return 0;
}

async function readProfile(path: string): Promise<MappingProfile> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new CommandError(
      `${path} cannot be read as a mapping: ${error instanceof Error ? error.message : ''}`,
    );
  }
  const profile = mappingProfileSchema.safeParse(parsed);
  if (profile.success) return profile.data;
  const [issue] = profile.error.issues;
  throw new CommandError(
    `${path} is not a mapping: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}. See docs/cli.md.`,
  );
}

async function mustBeKnown({ engine, signal }: CommandContext, format: string): Promise<void> {
  const known = await (await engine()).client.imports.formats(undefined, { signal });
  if (!known.some(({ id }) => id === format))
    throw new UsageError(
      `--format is one of ${known.map(({ id }) => id).join(', ')}, not ${JSON.stringify(format)}.`,
    );
}
