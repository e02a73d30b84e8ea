/** `faultline sessions`: the sessions of a workspace, filtered and sorted by the engine. */
import {
  sessionFlagSchema,
  sessionSortKeys,
  type SessionFilter,
  type SessionRow,
} from '../../shared/model/session';
import type { Options } from '../arguments';
import { mustBeOneOf } from '../arguments';
import { pageOf, pageOptions, workspaceOption, type Command } from '../command';
import { count, duration, table } from '../output';

const CORRECTION_FILTERS = ['any', 'confirmed', 'proposed', 'none'] as const;

export const sessions: Command = {
  name: 'sessions',
  summary: 'the sessions of a workspace',
  operands: '',
  options: {
    ...workspaceOption,
    ...pageOptions,
    text: { type: 'string', value: 'TEXT', help: 'Only sessions in which TEXT occurs.' },
    signal: {
      type: 'string',
      multiple: true,
      value: 'ID',
      help: 'Only with findings of this signal; may be repeated.',
    },
    format: {
      type: 'string',
      multiple: true,
      value: 'ID',
      help: 'Only from this trace format; may be repeated.',
    },
    model: { type: 'string', multiple: true, value: 'NAME', help: 'Only of this model; may be repeated.' },
    label: {
      type: 'string',
      multiple: true,
      value: 'NAME: VALUE',
      help: 'Only with this label of the export, as "accuracy: 1"; may be repeated.',
    },
    flag: {
      type: 'string',
      multiple: true,
      value: 'FLAG',
      help: 'Only with this oddity of the record; may be repeated.',
    },
    correction: {
      type: 'string',
      value: 'WHICH',
      help: `Only with corrections: ${CORRECTION_FILTERS.join(', ')}.`,
    },
    sort: { type: 'string', value: 'KEY', help: `Sort by ${sessionSortKeys.join(', ')}.` },
    ascending: { type: 'boolean', help: 'The smallest first.' },
  },
  examples: [
    'faultline sessions -w audit.faultline --sort toolErrorCount',
    'faultline sessions -w audit.faultline --signal rephrase-loop --json',
  ],
  run: async ({ workspace, options, print, signal }) => {
    const page = pageOf(options);
    const key = options.oneOf('sort', sessionSortKeys) ?? 'startTimeMs';
    const sort = { key, descending: !options.isSet('ascending') };
    const filter = filterOf(options);
    const { client } = await workspace();
    const found = await client.session.list({ ...page, filter, sort, withStrip: false }, { signal });
    print(
      found,
      () =>
        `${table(COLUMNS, found.items.map(cells))}\n\n${shown(found.items.length, page.offset, found.total)}`,
    );
    return 0;
  },
};

function filterOf(options: Options): SessionFilter {
  const filter: SessionFilter = {};
  const text = options.text('text');
  if (text !== null) filter.text = text;
  const [signals, formats, models, labels] = ['signal', 'format', 'model', 'label'].map((name) =>
    options.list(name),
  );
  if (signals !== undefined && signals.length > 0) filter.signals = signals;
  if (formats !== undefined && formats.length > 0) filter.formats = formats;
  if (models !== undefined && models.length > 0) filter.models = models;
  if (labels !== undefined && labels.length > 0) filter.labels = labels;
  const flags = options.list('flag').map((flag) => mustBeOneOf(flag, sessionFlagSchema.options, '--flag'));
  if (flags.length > 0) filter.flags = flags;
  const correction = options.oneOf('correction', CORRECTION_FILTERS);
  if (correction !== null) filter.correction = correction;
  return filter;
}

const COLUMNS = [
  { title: 'session', width: 40 },
  { title: 'started' },
  { title: 'lasted', align: 'right' },
  { title: 'turns', align: 'right' },
  { title: 'tools', align: 'right' },
  { title: 'errors', align: 'right' },
  { title: 'findings', align: 'right' },
  { title: 'corrections', align: 'right' },
  { title: 'title', width: 60 },
] as const;

function cells(row: SessionRow): string[] {
  return [
    row.sessionId,
    row.startTimeMs === null ? '' : new Date(row.startTimeMs).toISOString().slice(0, 16).replace('T', ' '),
    row.durationMs === null ? '' : duration(row.durationMs),
    count(row.turnCount),
    count(row.toolCallCount),
    count(row.toolErrorCount),
    count(row.findingCount),
    count(row.correctionCount),
    row.title,
  ];
}

/** "51 to 100 of 312". */
export function shown(items: number, offset: number, total: number): string {
  if (items === 0) return total === 0 ? 'None.' : `None after the first ${count(offset)} of ${count(total)}.`;
  if (items === total) return `${count(total)} in all.`;
  return `${count(offset + 1)} to ${count(offset + items)} of ${count(total)}.`;
}
