import { Button, Menu, SegmentedControl } from '@mantine/core';
import { IconChevronDown, IconCopy, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { exportFormats } from '../../../shared/contract/report';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Kbd } from '../../components/kbd';
import { MaskItem, outgoingWords, useMasking } from '../../components/mask-choice';
import { TextView } from '../../components/text-view';
import { client } from '../../lib/client';
import { formatCount, formatDuration, formatPlural } from '../../lib/format';
import { shell } from '../../lib/shell';
import { toastDone, toastError } from '../../lib/toast';
import { valueText } from './chart-choice';
import type { Outcome } from './console-state';
import { placeIn } from './query-text';
import { ResultChart } from './result-chart';
import { MOST_COLUMNS, ResultTable, type Cell } from './result-table';
import classes from './sql.module.css';

export type ResultView = 'table' | 'chart';
const VIEWS = [
  { value: 'table', label: 'Table' },
  { value: 'chart', label: 'Chart' },
];
const FORMAT_TITLES = { jsonl: 'JSONL', csv: 'CSV', parquet: 'Parquet' } as const;

interface ResultPaneProps {
  outcome: Outcome | null;
  isRunning: boolean;
  view: ResultView;
  onView: (view: ResultView) => void;
  onRetry: () => void;
}

/** What came of the last query: a table, a chart, or what was wrong with it. */
export function ResultPane({ outcome, isRunning, view, onView, onRetry }: ResultPaneProps): ReactNode {
  const [chosen, setChosen] = useState<{ outcome: Outcome | null; cell: Cell } | null>(null);
  const cell = chosen !== null && chosen.outcome === outcome ? chosen.cell : null;
  const setCell = (next: Cell) => setChosen({ outcome, cell: next });
  const value =
    outcome?.kind === 'result' && cell !== null ? outcome.result.rows[cell.row]?.[cell.column] : null;
  const column =
    outcome?.kind === 'result' && cell !== null ? outcome.result.columns[cell.column] : undefined;
  return (
    <section className={classes.result} aria-label="What came of the query" aria-busy={isRunning}>
      <div className={classes.resultBar}>
        <span className={classes.summary} role="status">
          <Summary outcome={outcome} isRunning={isRunning} />
        </span>
        <div className={classes.end}>
          {outcome?.kind === 'result' && (
            <>
              <SegmentedControl
                aria-label="Show the result as"
                data={VIEWS}
                value={view}
                onChange={(next) => onView(next === 'chart' ? 'chart' : 'table')}
              />
              <ExportMenu query={outcome.query} />
            </>
          )}
        </div>
      </div>
      <div className={classes.resultBody}>
        <Body outcome={outcome} view={view} cell={cell} onCell={setCell} onView={onView} onRetry={onRetry} />
      </div>
      {view === 'table' && column !== undefined && (
        <section className={classes.value} aria-label={`Value of ${column.name}`}>
          <div className={classes.valueBar}>
            <b>{column.name}</b> {column.type.toLowerCase()}, row {formatCount((cell?.row ?? 0) + 1)}
            <div className={classes.end}>
              <button
                type="button"
                className={classes.iconButton}
                aria-label="Copy the value"
                title="Copy the value"
                onClick={() => void shell.copyText(valueText(value ?? ''))}
              >
                <IconCopy size={14} aria-hidden />
              </button>
              <button
                type="button"
                className={classes.iconButton}
                aria-label="Close the value"
                title="Close"
                onClick={() => setChosen(null)}
              >
                <IconX size={14} aria-hidden />
              </button>
            </div>
          </div>
          <div className={classes.valueText}>
            {value === null ? <i>null</i> : <TextView text={valueText(value ?? '')} isMono />}
          </div>
        </section>
      )}
    </section>
  );
}

function Summary({ outcome, isRunning }: { outcome: Outcome | null; isRunning: boolean }): ReactNode {
  if (isRunning) return 'Running …';
  if (outcome?.kind !== 'result') return outcome === null ? '' : 'The query was not run.';
  const { rows, columns, isCut, cutValues, durationMs, incomplete } = outcome.result;
  const parts = [
    `${isCut ? 'first ' : ''}${formatPlural(rows.length, 'row')} of ${formatPlural(columns.length, 'column')} in ${formatDuration(durationMs)}`,
    isCut ? 'there are more: the export writes all' : '',
    columns.length > MOST_COLUMNS ? `the first ${MOST_COLUMNS} columns are shown` : '',
    cutValues > 0 ? `${formatPlural(cutValues, 'text')} cut after 100,000 characters` : '',
    incomplete ?? '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

interface BodyProps {
  outcome: Outcome | null;
  view: ResultView;
  cell: Cell | null;
  onCell: (cell: Cell) => void;
  onView: (view: ResultView) => void;
  onRetry: () => void;
}

function Body({ outcome, view, cell, onCell, onView, onRetry }: BodyProps): ReactNode {
  if (outcome === null)
    return (
      <EmptyState title="Nothing asked yet">
        Write one SELECT over the views on the left and press <Kbd keys="mod+Enter" />. It can read everything
        and change nothing.
      </EmptyState>
    );
  if (outcome.kind === 'failed') return <ErrorState error={outcome.error} onRetry={onRetry} />;
  if (outcome.kind === 'problem') {
    const place = outcome.position === null ? null : placeIn(outcome.query, outcome.position);
    return (
      <div className={classes.problem} role="alert">
        {place !== null && (
          <b>
            line {place.line}, column {place.column}
          </b>
        )}
        <TextView text={outcome.message} isMono />
      </div>
    );
  }
  const { result } = outcome;
  if (result.rows.length === 0)
    return (
      <EmptyState title="No rows">
        The query was run and nothing fits it. Loosen its WHERE, or look at a view whole: SELECT * FROM
        sessions.
      </EmptyState>
    );
  if (view === 'table') return <ResultTable result={result} cell={cell} onCell={onCell} />;
  const showRow = (row: number) => {
    onCell({ row, column: 0 });
    onView('table');
  };
  return <ResultChart result={result} onRow={showRow} />;
}

function ExportMenu({ query }: { query: string }): ReactNode {
  const [isMasked] = useMasking();
  const [isBusy, setBusy] = useState(false);
  const write = async (format: (typeof exportFormats)[number]) => {
    setBusy(true);
    try {
      const { handle, name, rows, ...about } = await client.sql.export({ query, format, redact: isMasked });
      if (await shell.saveFile(handle, name))
        toastDone(`Saved ${formatPlural(rows, 'row')} as ${name}.${outgoingWords(about)}`);
    } catch (error) {
      toastError(error, 'export the result');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button loading={isBusy} rightSection={<IconChevronDown size={13} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All rows</Menu.Label>
        {exportFormats.map((format) => (
          <Menu.Item key={format} onClick={() => void write(format)}>
            {FORMAT_TITLES[format]}
          </Menu.Item>
        ))}
        <MaskItem />
      </Menu.Dropdown>
    </Menu>
  );
}
