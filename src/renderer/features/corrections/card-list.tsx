/** Middle of the table: the pile that is on it, card by card, read from the engine in pages as one goes down. */
import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Kbd } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { VirtualList, type VirtualListHandle } from '../../components/virtual-list';
import { formatCount, formatPlural, formatScore } from '../../lib/format';
import { CorrectionCard } from './correction-card';
import { clusterTitle, NOT_NARROWED } from './place';
import type { TableActs } from './table-acts';
import type { Table } from './use-table';
import classes from './card-list.module.css';

/** One list for all cards without any, so that they are not drawn again. */
const NO_LINKS: never[] = [];
const CARD_HEIGHT = 124;
/** Cards before the end at which the next page is fetched. */
const AHEAD = 30;

export function CardList({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { pile, cluster } = table;
  const facts = [
    table.text === ''
      ? formatPlural(pile.total, 'card')
      : `${formatPlural(pile.total, 'card')} with “${table.text}”`,
    ...(cluster !== null && !cluster.isOutliers && cluster.cohesion > 0
      ? [`cohesion ${formatScore(cluster.cohesion)}`]
      : []),
  ];
  return (
    <Panel
      title={table.title}
      detail={facts.join(', ')}
      actions={
        cluster !== null ? (
          <ClusterActions table={table} act={act} />
        ) : (
          table.chosen?.part != null && (
            <button type="button" className={classes.action} onClick={act.partToCluster}>
              make it a cluster <Kbd keys="n" />
            </button>
          )
        )
      }
      hasOwnScroll
      className={classes.panel}
    >
      <div className={classes.column}>
        <PickBar table={table} act={act} />
        <div className={classes.list} data-stale={pile.isStale || undefined}>
          <Cards table={table} act={act} />
        </div>
      </div>
    </Panel>
  );
}

function ClusterActions({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const isMarked = table.markedId === table.cluster?.clusterId;
  const isOpened = table.openedId === table.cluster?.clusterId;
  return (
    <>
      <button type="button" className={classes.action} aria-pressed={isOpened} onClick={act.toggleParts}>
        parts <Kbd keys="i" />
      </button>
      <button type="button" className={classes.action} onClick={() => table.setDialogue('name-cluster')}>
        name <Kbd keys="e" />
      </button>
      <button type="button" className={classes.action} onClick={act.split}>
        split <Kbd keys="s" />
      </button>
      <button type="button" className={classes.action} aria-pressed={isMarked} onClick={act.mark}>
        {table.markedId === null ? 'merge' : isMarked ? 'marked, go to the other' : 'merge into this'}{' '}
        <Kbd keys="m" />
      </button>
    </>
  );
}

/** What is picked, and what can be done with it besides sorting. */
function PickBar({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { picks, clusters } = table;
  const count = picks.ids.size;
  if (count === 0 && !table.isAdding) return null;
  if (count === 0)
    return (
      <div className={classes.picks} role="status">
        Press the number of a further failure mode, or <Kbd keys="Escape" />
      </div>
    );
  return (
    <div className={classes.picks} role="status">
      <b>{formatCount(count)} picked</b>
      <span className={classes.hint}>
        {table.isAdding ? 'the next number is added to' : 'a number sorts'} all of them
      </span>
      <span className={classes.pickActions}>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button rightSection={<IconChevronDown size={13} aria-hidden />}>Move to</Button>
          </Menu.Target>
          <Menu.Dropdown className={classes.menu}>
            {clusters.data?.map((cluster) => (
              <Menu.Item
                key={cluster.clusterId}
                onClick={() =>
                  act.dropOnCluster({ kind: 'corrections', ids: [...picks.ids] }, cluster.clusterId)
                }
              >
                <SafeText text={clusterTitle(cluster)} />
              </Menu.Item>
            ))}
            {clusters.data?.length === 0 && <Menu.Label>There are no clusters yet</Menu.Label>}
          </Menu.Dropdown>
        </Menu>
        <Button onClick={() => table.setDialogue('code')} rightSection={<Kbd keys="f" />}>
          Code
        </Button>
        {count > 1 && (
          <Button onClick={() => table.setLinking([...picks.ids])} rightSection={<Kbd keys="t" />}>
            Together?
          </Button>
        )}
        <Button onClick={act.setAside} rightSection={<Kbd keys="x" />}>
          Set aside
        </Button>
        <Button onClick={act.leave} rightSection={<Kbd keys="Escape" />}>
          Leave
        </Button>
      </span>
    </div>
  );
}

function Cards({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { pile, cursor, picks } = table;
  const listRef = useRef<VirtualListHandle>(null);
  const { index, isSeeking } = cursor;
  const { more, hasMore } = pile;
  useEffect(() => {
    if (index >= 0) listRef.current?.scrollToIndex(index);
  }, [index]);
  useEffect(() => {
    if (hasMore && (isSeeking || index > pile.items.length - AHEAD)) more();
  }, [hasMore, isSeeking, index, pile.items.length, more]);

  if (pile.error !== null) return <ErrorState error={pile.error} onRetry={pile.retry} />;
  if (pile.isPending) return <SkeletonRows rows={12} label="Fetching the corrections" />;
  if (pile.items.length === 0) return <EmptyPile table={table} />;
  return (
    <VirtualList
      ref={listRef}
      count={pile.items.length + (hasMore ? 1 : 0)}
      estimateSize={() => CARD_HEIGHT}
      getKey={(place) => pile.items[place]?.correctionId ?? 'more'}
      label="Corrections"
      role="feed"
      renderItem={(place) => {
        const correction = pile.items[place];
        if (correction === undefined) return <Further onShown={more} />;
        const isPicked = picks.ids.has(correction.correctionId);
        return (
          <CorrectionCard
            correction={correction}
            similarity={pile.similarity.get(correction.correctionId)}
            isCurrent={place === index}
            isPicked={isPicked}
            modeNames={table.modes.names}
            dragIds={isPicked ? [...picks.ids] : [correction.correctionId]}
            onSelect={(event) => {
              if (event.shiftKey) act.pickTo(place);
              else if (event.metaKey || event.ctrlKey) picks.toggle([correction.correctionId]);
              cursor.goTo(place);
            }}
            onJudge={(verdict) => table.acts.judge([correction.correctionId], verdict)}
            onRemoveMode={(failureModeId) =>
              table.acts.assign([correction.correctionId], failureModeId, 'remove')
            }
            onRemoveCode={(code) => table.acts.code([correction.correctionId], code, 'remove')}
            links={table.links.get(correction.correctionId) ?? NO_LINKS}
            onUnlink={(link) => table.acts.link(link.correctionIds, null)}
            onDropped={(dragged) => act.dropOnCard(dragged, correction.correctionId)}
          />
        );
      }}
    />
  );
}

function Further({ onShown }: { onShown: () => void }): ReactNode {
  useEffect(onShown, [onShown]);
  return <SkeletonRows rows={3} label="Fetching further corrections" />;
}

function EmptyPile({ table }: { table: Table }): ReactNode {
  const { place, text, summary } = table;
  const { sortable = 0, sorted = 0 } = summary.data ?? {};
  if (text !== '')
    return (
      <EmptyState
        title={`Nothing here says “${text}”`}
        actions={<Button onClick={() => table.setText('')}>Clear the search</Button>}
      >
        The search looks through what users said, in the pile on the table.
      </EmptyState>
    );
  if (table.narrowing.kinds.length + table.narrowing.acts.length > 0)
    return (
      <EmptyState
        title="Nothing of what the cards are narrowed to is here"
        actions={<Button onClick={() => table.setNarrowing(NOT_NARROWED)}>Show all</Button>}
      >
        The pile on the table holds no correction of the kinds and turns you chose.
      </EmptyState>
    );
  if (place.code !== null)
    return (
      <EmptyState
        title="No card has this code"
        actions={<Button onClick={() => table.chooseCode(null)}>Back to the pile</Button>}
      >
        Codes come and go with the cards they are on: press f on a card to write one.
      </EmptyState>
    );
  if (place.failureModeId !== null)
    return (
      <EmptyState
        title="Nothing is sorted into this failure mode"
        actions={<Button onClick={() => table.chooseMode(null)}>Back to the pile</Button>}
      >
        Go to a card and press its number, or drag cards onto it.
      </EmptyState>
    );
  if (place.cluster === 'unsorted' && sortable > 0 && sorted === sortable)
    return (
      <EmptyState
        title="All sorted"
        actions={
          <Button component="a" href="#/overview" variant="filled">
            See how often each occurs
          </Button>
        }
      >
        Every correction has a failure mode: {formatCount(sorted)} of {formatCount(sortable)}.
      </EmptyState>
    );
  // The engine found more just now, and their cards are on their way.
  if (place.cluster === 'unsorted' && sorted < sortable)
    return <SkeletonRows rows={12} label="Fetching the corrections" />;
  const isKept = place.cluster === 'rejected' || place.cluster === 'set-aside';
  return (
    <EmptyState
      title="Nothing in this pile"
      actions={<Button onClick={() => table.choose('all')}>Show all corrections</Button>}
    >
      {isKept
        ? 'What you reject or set aside is kept here, and can be brought back.'
        : 'No correction belongs to it now.'}
    </EmptyState>
  );
}
