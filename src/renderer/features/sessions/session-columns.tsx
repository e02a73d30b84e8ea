/** The columns of the table of sessions: what each is called, what it shows, how wide it is and what sorting it means. */
import {
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  metaHelper,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';
import type { SessionRow } from '../../../shared/model/session';
import { Flag } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { TrajectoryStrip } from '../../components/trajectory-strip';
import {
  formatCompact,
  formatCost,
  formatCount,
  formatDateTime,
  formatDuration,
  formatPercent,
  formatPlural,
} from '../../lib/format';
import { visible } from '../../lib/visible-text';
import type { ColumnId } from './column-state';
import { flagWords } from './facet-words';
import { TitleCell } from './title-cell';
import classes from './session-table.module.css';

export interface SessionColumnMeta {
  /** In the column chooser, and as the header's tooltip. */
  words: string;
  isNumber?: boolean;
}

/** What cells need to know besides their row. */
export interface SessionTableMeta {
  /** What is searched for, to be marked in excerpts. */
  text: string;
  signalTitle: (signal: string) => string;
  formatTitle: (format: string) => string;
}

export const sessionTableFeatures = tableFeatures({
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
  rowSortingFeature,
  columnMeta: metaHelper<SessionColumnMeta>(),
  tableMeta: metaHelper<SessionTableMeta>(),
});

const helper = createColumnHelper<typeof sessionTableFeatures, SessionRow>();

/** Width of the strip's column, and of the strip in it. */
const STRIP_WIDTH = 150;

const VERDICT_TONES: Readonly<Record<string, 'good' | 'fail' | 'quiet'>> = { met: 'good', missed: 'fail' };

type NumberKey = {
  [K in keyof SessionRow]-?: number extends SessionRow[K] ? K : never;
}[keyof SessionRow] &
  ColumnId;
type TextKey = 'feature' | 'cohort' | 'model' | 'agentName' | 'agentVersion' | 'userId' | 'sourceName';

function counted(id: NumberKey, header: string, words: string, isSortable: boolean, size = 58) {
  return helper.accessor(id, {
    id,
    header,
    size,
    minSize: 44,
    enableSorting: isSortable,
    sortDescFirst: true,
    meta: { words, isNumber: true },
    cell: (info) => <Count value={info.getValue() ?? null} />,
  });
}

function worded(id: TextKey, header: string, words: string, size: number) {
  return helper.accessor(id, {
    id,
    header,
    size,
    minSize: 50,
    enableSorting: false,
    meta: { words },
    cell: (info) => <Words text={info.getValue()} />,
  });
}

/** A zero is nothing to look at. */
function Count({ value }: { value: number | null }): ReactNode {
  return value === 0 ? <span className={classes.nothing}>0</span> : formatCompact(value);
}

function Words({ text }: { text: string | null }): ReactNode {
  if (text === null || text === '') return null;
  return (
    <span className={classes.words} title={visible(text)}>
      <SafeText text={text.slice(0, 200)} />
    </span>
  );
}

/** The first of a list as flags, and how many more there are. */
function Several({ words, tone }: { words: readonly string[]; tone: 'fail' | 'mode' | 'quiet' }): ReactNode {
  const [first, ...rest] = words;
  if (first === undefined) return null;
  return (
    <span className={classes.flags} title={visible(words.join(', '), 500)}>
      <Flag tone={tone}>
        <span className={classes.flagText}>
          <SafeText text={first.slice(0, 80)} />
        </span>
      </Flag>
      {rest.length > 0 && <span className={classes.rest}>+{rest.length}</span>}
    </span>
  );
}

export const sessionColumns = helper.columns([
  helper.accessor('title', {
    id: 'title',
    header: 'Session',
    size: 260,
    minSize: 180,
    enableHiding: false,
    sortDescFirst: false,
    meta: { words: 'First words of the user' },
    cell: (info) => <TitleCell session={info.row.original} text={info.table.options.meta?.text ?? ''} />,
  }),
  helper.display({
    id: 'strip',
    header: 'Trajectory',
    size: STRIP_WIDTH + 20,
    enableResizing: false,
    enableSorting: false,
    meta: { words: 'All spans in order, a line for the user and one per pillar; findings as flags' },
    cell: ({ row }) =>
      row.original.strip && <TrajectoryStrip strip={row.original.strip} width={STRIP_WIDTH} height={24} />,
  }),
  helper.accessor('startTimeMs', {
    id: 'startTimeMs',
    header: 'Start',
    size: 146,
    minSize: 80,
    sortDescFirst: true,
    meta: { words: 'Start, local time' },
    cell: (info) => formatDateTime(info.getValue()),
  }),
  helper.accessor('durationMs', {
    id: 'durationMs',
    header: 'Duration',
    size: 80,
    minSize: 60,
    sortDescFirst: true,
    meta: { words: 'From the first to the last span', isNumber: true },
    cell: (info) => formatDuration(info.getValue()),
  }),
  counted('turnCount', 'Turns', 'Turns: a user message and all that follows until the next', true),
  counted('spanCount', 'Spans', 'Spans of all kinds', true),
  counted('toolCallCount', 'Tools', 'Tool calls', true),
  counted('toolErrorCount', 'Errors', 'Tool calls that failed', true, 60),
  helper.accessor('findingCount', {
    id: 'findingCount',
    header: 'Findings',
    size: 80,
    minSize: 70,
    sortDescFirst: true,
    meta: { words: 'Findings of all signals', isNumber: true },
    cell: (info) => {
      const signals = info.row.original.signals.map((id) => info.table.options.meta?.signalTitle(id) ?? id);
      return info.getValue() === 0 ? null : (
        <Flag tone="fail" title={`${formatPlural(info.getValue(), 'finding')}: ${signals.join(', ')}`}>
          {formatCount(info.getValue())}
        </Flag>
      );
    },
  }),
  helper.accessor('signals', {
    id: 'signals',
    header: 'Signals',
    size: 190,
    minSize: 90,
    enableSorting: false,
    meta: { words: 'Which signals have findings' },
    cell: (info) => (
      <Several
        tone="fail"
        words={info.getValue().map((id) => info.table.options.meta?.signalTitle(id) ?? id)}
      />
    ),
  }),
  helper.accessor('failProbability', {
    id: 'failProbability',
    header: 'Fails',
    size: 66,
    minSize: 56,
    sortDescFirst: true,
    meta: {
      words: 'Failure probability: how probable it is that the session failed its user',
      isNumber: true,
    },
    cell: (info) => formatPercent(info.getValue()),
  }),
  helper.accessor('correctionCount', {
    id: 'correctionCount',
    header: 'Corrections',
    size: 98,
    minSize: 80,
    sortDescFirst: true,
    meta: { words: 'Corrections of the user, proposed and confirmed', isNumber: true },
    cell: (info) =>
      info.getValue() === 0 ? null : (
        <Flag tone="warn" title={formatPlural(info.getValue(), 'correction')}>
          {formatCount(info.getValue())}
        </Flag>
      ),
  }),
  helper.accessor('failureModes', {
    id: 'failureModes',
    header: 'Failure modes',
    size: 146,
    minSize: 90,
    enableSorting: false,
    meta: { words: 'Failure modes the analyst assigned' },
    cell: (info) => <Several tone="mode" words={info.getValue()} />,
  }),
  helper.accessor('verdict', {
    id: 'verdict',
    header: 'Verdict',
    size: 76,
    minSize: 60,
    enableSorting: false,
    meta: { words: 'What reviewers decided: met, missed or unclear' },
    cell: (info) => {
      const verdict = info.getValue();
      return verdict === null ? null : <Flag tone={VERDICT_TONES[verdict] ?? 'quiet'}>{verdict}</Flag>;
    },
  }),
  counted('interruptionCount', 'Stopped', 'How often the user stopped the agent', false, 70),
  counted('rejectionCount', 'Refused', 'How often the user refused an act of the agent', false, 70),
  worded('feature', 'Feature', 'Feature', 120),
  worded('cohort', 'Cohort', 'Cohort', 110),
  worded('model', 'Model', 'Model used most', 150),
  worded('agentName', 'Agent', 'Agent', 120),
  worded('agentVersion', 'Version', 'Version of the agent', 90),
  worded('userId', 'User', 'User', 120),
  helper.accessor('inputTokens', {
    id: 'inputTokens',
    header: 'Tokens in',
    size: 84,
    minSize: 60,
    sortDescFirst: true,
    meta: { words: 'Input tokens', isNumber: true },
    cell: (info) => formatCompact(info.getValue()),
  }),
  helper.accessor('outputTokens', {
    id: 'outputTokens',
    header: 'Tokens out',
    size: 88,
    minSize: 60,
    enableSorting: false,
    meta: { words: 'Output tokens', isNumber: true },
    cell: (info) => formatCompact(info.getValue()),
  }),
  helper.accessor('costUsd', {
    id: 'costUsd',
    header: 'Cost',
    size: 76,
    minSize: 56,
    sortDescFirst: true,
    meta: { words: 'Cost in US dollars, as the source says it', isNumber: true },
    cell: (info) => formatCost(info.getValue()),
  }),
  helper.accessor('format', {
    id: 'format',
    header: 'Format',
    size: 120,
    minSize: 60,
    enableSorting: false,
    meta: { words: 'Format of the source' },
    cell: (info) => <Words text={info.table.options.meta?.formatTitle(info.getValue()) ?? info.getValue()} />,
  }),
  worded('sourceName', 'Source', 'Source file', 160),
  helper.accessor('flags', {
    id: 'flags',
    header: 'Odd in the record',
    size: 150,
    minSize: 80,
    enableSorting: false,
    meta: { words: 'What is odd in the record' },
    cell: (info) => <Several tone="quiet" words={info.getValue().map((flag) => flagWords[flag].title)} />,
  }),
  helper.accessor('sessionId', {
    id: 'sessionId',
    header: 'Session id',
    size: 200,
    minSize: 80,
    sortDescFirst: false,
    meta: { words: 'Session id' },
    cell: (info) => <span className={classes.id}>{info.getValue().slice(0, 120)}</span>,
  }),
]);
