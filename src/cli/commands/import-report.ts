/** What `faultline import` prints of an import that is done: its files, what was noticed in them, and the figures. */
import { plural } from '../../engine/report/document/context';
import type { Summary } from '../../shared/contract/overview';
import type { ImportRecord, LeftOut, Source } from '../../shared/model/source';
import type { CliEngine } from '../command';
import { count, duration, safe, table } from '../output';
import { namesOf, rejectLine } from './rejects';
import { summaryText } from './summary';

/** Milliseconds an import took until its sessions could be opened, and the signals after it; null where they were not waited for. */
export interface Times {
  importMs: number;
  signalsMs: number | null;
}

/** Rejected lines shown of each file, and files they are shown of. */
const REJECTS_SHOWN = 3;
const FILES_SHOWN = 20;

/** The first rejected lines of each file, and where the rest is. */
export async function firstRejects(client: CliEngine['client'], record: ImportRecord): Promise<string[]> {
  const { importId } = record;
  const withRejects = record.sources.filter(({ state, rejected }) => state === 'imported' && rejected > 0);
  if (withRejects.length === 0) return [];
  const lines: string[] = [];
  const names = namesOf(record.sources);
  for (const { sourceId } of withRejects.slice(0, FILES_SHOWN)) {
    const page = { importId, sourceId, offset: 0, limit: REJECTS_SHOWN };
    const { items, total } = await client.imports.rejects(page);
    lines.push(
      ...items.map((one) => rejectLine({ ...one, sourceName: names.get(one.sourceId) ?? one.sourceName })),
    );
    if (total > items.length) lines.push(`… and ${count(total - items.length)} more of this file`);
  }
  const further = withRejects.length - FILES_SHOWN;
  if (further > 0) lines.push(`… and those of ${count(further)} more files`);
  return [...lines, 'All of them, with their text: faultline rejects'];
}

export function reportText(
  record: ImportRecord,
  summary: Summary,
  { importMs, signalsMs }: Times,
  rejected: readonly string[],
): string {
  const columns = [
    { title: 'file', width: 60 },
    { title: 'format' },
    { title: 'sure', align: 'right' },
    { title: 'records', align: 'right' },
    { title: 'rejected', align: 'right' },
    { title: 'spans', align: 'right' },
    { title: 'what became of it' },
  ] as const;
  const names = namesOf(record.sources);
  const rows = record.sources.map((source) => [
    names.get(source.sourceId) ?? source.name,
    source.format ?? '',
    source.confidence === null ? '' : source.confidence.toFixed(2),
    count(source.records),
    count(source.rejected),
    count(source.spans),
    source.state,
  ]);
  const notes = noteLines(record.sources, names);
  const added = `${plural(record.spans, 'span')} and ${plural(record.sessions, 'session')} added in ${duration(importMs)}${signalsMs === null ? '; signals that need texts are found when the workspace is next opened' : `, signals found in another ${duration(signalsMs)}`}.`;
  return [
    table(columns, rows),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    ...(rejected.length > 0 ? [rejected.join('\n')] : []),
    ...(record.leftOut === undefined ? [] : [leftOutText(record.leftOut)]),
    added,
    summaryText(summary),
  ].join('\n\n');
}

/** Files named of those in which the same was noticed. */
const FILES_OF_A_NOTE = 3;

/** Why files were not imported, and what was noticed: the same of several files once. Reasons are sentences: in a column they would be cut. */
function noteLines(sources: readonly Source[], names: ReadonlyMap<string, string>): string[] {
  const nameOf = ({ sourceId, name }: Source): string => names.get(sourceId) ?? name;
  const outcomes = sources.filter(({ state }) => state !== 'imported');
  const noticed = new Map<string, { times: number; files: Set<string> }>();
  for (const source of sources)
    for (const note of source.notes) {
      const seen = noticed.get(note.what) ?? { times: 0, files: new Set() };
      seen.times += note.count;
      noticed.set(note.what, { ...seen, files: seen.files.add(nameOf(source)) });
    }
  return [
    ...outcomes.map((source) => `${safe(nameOf(source))}: ${source.state}: ${safe(source.reason)}`),
    ...[...noticed].map(([what, { times, files }]) => `${filesOf(files)}: ${safe(what)} (${count(times)})`),
  ];
}

function filesOf(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, FILES_OF_A_NOTE).map(safe).join(', ');
  const further = names.size - FILES_OF_A_NOTE;
  return further > 0 ? `${shown} and ${plural(further, 'more file')}` : shown;
}

function leftOutText(leftOut: readonly LeftOut[]): string {
  const kinds = leftOut.map(
    ({ ending, count: files, example }) =>
      `${count(files)} ${ending === '' ? 'without an ending' : ending} (${safe(example)})`,
  );
  return `Left out of the folder, since they are no traces: ${kinds.join(', ')}.`;
}
