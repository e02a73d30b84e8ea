/**
 * The sorting table: what users corrected, pile by pile, sorted into failure modes by key, by drag or a whole cluster
 * at once. What is on the table is in the address. Must not decide anything itself: every act is a fact of the journal.
 */
import { Button } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { formatCount, formatPlural } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { useWorkspace } from '../../lib/workspace';
import { CardList } from './card-list';
import { RunningBar } from './cluster-control';
import { CodeDialogues } from './code-dialogues';
import { ModePicker } from './mode-picker';
import { Dialogues } from './dialogues';
import { LeftPanes } from './left-panes';
import { ModePanel } from './mode-panel';
import { useTableKeys } from './table-keys';
import { TopBar } from './top-bar';
import { useTableActs } from './table-acts';
import { useTable, type Table } from './use-table';
import classes from './corrections.module.css';

const OUTER = [230, 560] as const;
const INNER = [360, 236] as const;

export function CorrectionsScreen(): ReactNode {
  const table = useTable();
  const act = useTableActs(table);
  const searchRef = useRef<HTMLInputElement>(null);
  useTableKeys(table, act, searchRef);
  const { summary } = table;
  if (summary.isError) return <ErrorState error={summary.error} onRetry={() => void summary.refetch()} />;
  if (summary.isPending || table.isPending)
    return <SkeletonRows rows={14} label="Fetching the corrections" />;
  const { proposed, confirmed, rejected } = summary.data;
  if (proposed + confirmed + rejected === 0) return <NoCorrections />;
  return (
    <div className={classes.screen}>
      <Places table={table} />
      <TopBar table={table} summary={summary.data} searchRef={searchRef} />
      <RunningBar />
      <div className={classes.body}>
        <SplitPanes
          id="corrections.left"
          direction="row"
          initial={20}
          min={OUTER}
          label="clusters and cards"
          first={<LeftPanes table={table} act={act} />}
          second={
            <SplitPanes
              id="corrections.right"
              direction="row"
              initial={74}
              min={INNER}
              label="cards and failure modes"
              first={<CardList table={table} act={act} />}
              second={<ModePanel table={table} act={act} />}
            />
          }
        />
      </div>
      <Dialogues table={table} />
      <CodeDialogues table={table} act={act} />
      <ModePicker table={table} act={act} />
    </div>
  );
}

/** How many there are and where one is, in the header and the status line. */
function Places({ table }: { table: Table }): ReactNode {
  const { summary, pile, cursor } = table;
  const sessionCount = useWorkspace().data?.sessionCount;
  const { proposed = 0, confirmed = 0, rejected = 0 } = summary.data ?? {};
  return (
    <>
      <HeaderDetail>
        <span>
          {formatCount(proposed + confirmed + rejected)}
          {sessionCount !== undefined && ` in ${formatPlural(sessionCount, 'session')}`}
        </span>
      </HeaderDetail>
      <StatusDetail>
        {pile.total > 0 && (
          <span>
            card {formatCount(cursor.index + 1)} of {formatCount(pile.total)}
          </span>
        )}
        <KeyHint keys="j">next</KeyHint>
        <KeyHint keys="1">sort as 1 to 9</KeyHint>
        {table.modes.modes.length > 9 && <KeyHint keys="0">by letters</KeyHint>}
        <KeyHint keys="shift+1">sort all here</KeyHint>
        <KeyHint keys="c">confirm</KeyHint>
        <KeyHint keys="r">reject</KeyHint>
        <KeyHint keys="f">code</KeyHint>
        <KeyHint keys="x">set aside</KeyHint>
        <KeyHint keys="g g">more like this</KeyHint>
      </StatusDetail>
    </>
  );
}

function NoCorrections(): ReactNode {
  const sessionCount = useWorkspace().data?.sessionCount;
  if (sessionCount === 0)
    return (
      <EmptyState
        title="Nothing to sort yet"
        actions={
          <Button component="a" href={formatHash({ screen: 'import' })} variant="filled">
            Import trace files
          </Button>
        }
      >
        Corrections are found in what users said, and there are no sessions in this workspace. Import some
        traces first.
      </EmptyState>
    );
  return (
    <EmptyState
      title="No corrections found"
      actions={
        <>
          <Button component="a" href={formatHash({ screen: 'sessions' })} variant="filled">
            Look through the sessions
          </Button>
          <Button component="a" href={formatHash({ screen: 'import' })}>
            Import trace files
          </Button>
        </>
      }
    >
      A correction is a user turn that rejects, repairs or redirects what the agent did before it. None of the
      user turns read so far looks like one. Import traces with more than one user turn, or open a session and
      mark a turn as a correction with the key c.
    </EmptyState>
  );
}
