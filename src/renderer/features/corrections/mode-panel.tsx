/** Right of the table: the failure modes with their keys and counts, and whether new ones are still turning up. */
import { Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type DragEvent, type ReactNode } from 'react';
import type { CorrectionSummary } from '../../../shared/contract/correction';
import type { FailureMode } from '../../../shared/model/codebook';
import { ErrorState } from '../../components/empty-state';
import { Kbd } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SaturationChart } from '../../components/saturation-chart';
import { ShareBar } from '../../components/share-bar';
import { SkeletonRows } from '../../components/skeleton';
import { cx } from '../../lib/class-names';
import { formatCount, formatPlural, formatShare } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { CodesPane } from './codes-pane';
import { isDragged, takeDragged, type Dragged } from './drag';
import type { TableActs } from './table-acts';
import type { Table } from './use-table';
import classes from './mode-panel.module.css';

type ModeCount = CorrectionSummary['byFailureMode'][number];

export function ModePanel({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { summary, codes, rightTab } = table;
  const codeCount = codes.data?.length ?? 0;
  return (
    <Panel
      title={rightTab === 'modes' ? 'Failure modes' : 'Codes'}
      detail={
        summary.data && (
          <a
            className={classes.codebook}
            href={formatHash({ screen: 'codebook' })}
            title={`Version ${String(summary.data.codebookVersion)} of the codebook`}
          >
            v{summary.data.codebookVersion}
          </a>
        )
      }
      actions={
        <button type="button" className={classes.tab} onClick={table.switchCodes}>
          {rightTab === 'codes' ? 'modes' : `codes${codeCount === 0 ? '' : ` ${formatCount(codeCount)}`}`}{' '}
          <Kbd keys="shift+f" />
        </button>
      }
    >
      {rightTab === 'modes' ? <Modes table={table} act={act} /> : <CodesPane table={table} act={act} />}
    </Panel>
  );
}

function Modes({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { modes, summary } = table;
  return (
    <>
      {modes.query.isError ? (
        <ErrorState error={modes.query.error} onRetry={() => void modes.query.refetch()} />
      ) : modes.query.isPending ? (
        <SkeletonRows label="Fetching the codebook" />
      ) : (
        <ModeRows table={table} act={act} />
      )}
      <button type="button" className={classes.add} onClick={() => table.setDialogue('new-mode')}>
        <IconPlus size={14} aria-hidden />
        New failure mode <Kbd keys="+" />
      </button>
      {summary.data !== undefined && <SaturationChart points={summary.data.saturation} />}
    </>
  );
}

function ModeRows({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { modes, summary, place, looks, cursor } = table;
  const counts = new Map(summary.data?.byFailureMode.map((count) => [count.failureModeId, count]) ?? []);
  const max = Math.max(0.05, ...[...counts.values()].map((count) => count.sorted.high ?? 0));
  const mostProposed = Math.max(1, ...[...counts.values()].map((count) => count.proposed));
  return (
    <ul className={classes.rows}>
      {modes.modes.map((mode, index) => (
        <ModeRow
          key={mode.id}
          mode={mode}
          digit={index < 9 ? String(index + 1) : null}
          count={counts.get(mode.id)}
          max={max}
          mostProposed={mostProposed}
          color={looks.modeColors.get(mode.id)}
          isChosen={place.failureModeId === mode.id && place.lassoed === null}
          isOfCard={cursor.current?.failureModeIds.includes(mode.id) === true}
          onShow={() => table.chooseMode(place.failureModeId === mode.id ? null : mode.id)}
          onAssign={() => act.assignTo(mode.id)}
          onDrop={(dragged) => act.dropOnMode(dragged, mode.id)}
        />
      ))}
    </ul>
  );
}

interface ModeRowProps {
  mode: FailureMode;
  /** Its key; null beyond the ninth, which are found by their letters. */
  digit: string | null;
  count: ModeCount | undefined;
  max: number;
  /** Most proposals any failure mode has: the right end of the bars of proposals. */
  mostProposed: number;
  color: string | undefined;
  isChosen: boolean;
  isOfCard: boolean;
  onShow: () => void;
  onAssign: () => void;
  onDrop: (dragged: Dragged) => void;
}

function ModeRow(props: ModeRowProps): ReactNode {
  const { mode, digit, count, max, mostProposed, color, isChosen, isOfCard, onShow, onAssign, onDrop } =
    props;
  const [isOver, setOver] = useState(false);
  return (
    <li
      className={cx(classes.row, isChosen && classes.chosen, isOver && classes.over)}
      onDragOver={(event: DragEvent) => {
        if (!isDragged(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        const dragged = takeDragged(event.dataTransfer);
        if (dragged !== null) onDrop(dragged);
      }}
    >
      <button
        type="button"
        className={cx(classes.digit, isOfCard && classes.isOfCard)}
        aria-pressed={isOfCard}
        aria-label={`Sort as ${mode.name}`}
        title={
          digit === null
            ? 'Sort as this (0, then its letters)'
            : `Sort as this (${digit}; the whole table: Shift ${digit})`
        }
        onClick={onAssign}
      >
        {digit ?? '0'}
      </button>
      <Tooltip
        label={mode.definition.slice(0, 500)}
        multiline
        disabled={mode.definition === ''}
        position="left"
      >
        <button type="button" className={classes.body} aria-pressed={isChosen} onClick={onShow}>
          <span className={classes.head}>
            <span className={classes.name}>{mode.name}</span>
            <span className={classes.count}>{formatCount(count?.sorted.count ?? 0)}</span>
          </span>
          {count !== undefined && (
            <>
              <ShareBar
                share={count.sorted}
                of="of sorted corrections"
                max={max}
                {...(color === undefined ? {} : { color })}
              />
              <span className={classes.facts}>
                {count.sorted.count === 0
                  ? 'none yet'
                  : `${formatShare(count.sorted)} of sorted, ${formatPlural(count.sessions.count, 'session')}`}
              </span>
              {count.proposed > 0 && (
                <span className={classes.proposed} title="What the machine proposes; counted nowhere else">
                  <span
                    className={classes.proposedBar}
                    style={{ width: `${((count.proposed / mostProposed) * 100).toFixed(1)}%` }}
                    aria-hidden
                  />
                  <span>{formatCount(count.proposed)} proposed</span>
                </span>
              )}
            </>
          )}
        </button>
      </Tooltip>
    </li>
  );
}
