/** Left of the table: the piles and the clusters, with how much of each is sorted. */
import { IconGripVertical } from '@tabler/icons-react';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import type { Cluster } from '../../../shared/model/correction';
import type { CorrectionSummary } from '../../../shared/contract/correction';
import { SafeText } from '../../components/safe-text';
import { VirtualList, type VirtualListHandle } from '../../components/virtual-list';
import { cx } from '../../lib/class-names';
import { formatCount, formatScore } from '../../lib/format';
import { isDragged, putDragged, takeDragged, type Dragged } from './drag';
import { clusterTitle, partTitle, pileTitles, type PileId } from './place';
import classes from './cluster-list.module.css';

export interface ClusterListProps {
  clusters: readonly Cluster[];
  summary: CorrectionSummary | undefined;
  chosen: string;
  /** The cluster that was marked to be merged with the next one chosen. */
  markedId: string | null;
  /** CSS colours of the clusters on the map; none where the map is coloured by something else. */
  colors: ReadonlyMap<string, string> | null;
  /** The cluster that is open, its parts, and which of them is on the table. */
  opened: { clusterId: string; parts: readonly Part[] | null; chosen: number | null } | null;
  onChoose: (cluster: string) => void;
  onChoosePart: (index: number) => void;
  onDrop: (dragged: Dragged, clusterId: string) => void;
}

interface Row {
  id: string;
  title: string;
  size: number;
  cluster: Cluster | null;
  /** A part of the opened cluster: its place among the parts, and what it holds. */
  part: { index: number; correctionIds: string[] } | null;
}

interface Part {
  keywords: string[];
  correctionIds: string[];
  isOutliers: boolean;
}

function partRows({ clusterId, parts }: NonNullable<ClusterListProps['opened']>): Row[] {
  const row = (id: string, title: string, size: number, part: Row['part']): Row => ({
    id: `${clusterId} ${id}`,
    title,
    size,
    cluster: null,
    part,
  });
  if (parts === null) return [row('wait', 'Looking for its parts…', 0, null)];
  if (parts.length <= 1) return [row('one', 'No parts to be told', 0, null)];
  return parts.map((part, index) =>
    row(`part ${String(index)}`, partTitle(part), part.correctionIds.length, {
      index,
      correctionIds: part.correctionIds,
    }),
  );
}

function rowsOf({ clusters, summary, opened }: ClusterListProps): Row[] {
  const pile = (id: PileId, size: number): Row => ({
    id,
    title: pileTitles[id],
    size,
    cluster: null,
    part: null,
  });
  const counts = summary ?? { sortable: 0, sorted: 0, setAside: 0, rejected: 0 };
  return [
    pile('unsorted', counts.sortable - counts.sorted),
    pile('all', counts.sortable),
    ...clusters.flatMap((cluster) => [
      { id: cluster.clusterId, title: clusterTitle(cluster), size: cluster.size, cluster, part: null },
      ...(opened?.clusterId === cluster.clusterId ? partRows(opened) : []),
    ]),
    ...(counts.setAside > 0 ? [pile('set-aside', counts.setAside)] : []),
    ...(counts.rejected > 0 ? [pile('rejected', counts.rejected)] : []),
  ];
}

export function ClusterList(props: ClusterListProps): ReactNode {
  const { chosen, opened, markedId, colors, onChoose, onChoosePart, onDrop } = props;
  const rows = rowsOf(props);
  const listRef = useRef<VirtualListHandle>(null);
  const isChosen = (row: Row) => (row.part === null ? row.id === chosen : row.part.index === opened?.chosen);
  const place = rows.findIndex(isChosen);
  useEffect(() => {
    if (place >= 0) listRef.current?.scrollToIndex(place);
  }, [place]);
  return (
    <VirtualList
      ref={listRef}
      count={rows.length}
      estimateSize={(index) => (rows[index]?.cluster ? 62 : 30)}
      getKey={(index) => rows[index]?.id ?? index}
      label="Clusters"
      renderItem={(index) => {
        const row = rows[index];
        if (row === undefined) return null;
        if (opened !== null && row.id.startsWith(`${opened.clusterId} `))
          return <PartRow row={row} isChosen={isChosen(row)} onChoose={onChoosePart} />;
        return (
          <ClusterRow
            row={row}
            isChosen={isChosen(row)}
            isMarked={row.id === markedId}
            color={colors?.get(row.id)}
            onChoose={() => {
              onChoose(row.id);
            }}
            onDrop={onDrop}
          />
        );
      }}
    />
  );
}

/** A part of the opened cluster; a word where there is none. */
function PartRow({
  row,
  isChosen,
  onChoose,
}: {
  row: Row;
  isChosen: boolean;
  onChoose: (index: number) => void;
}): ReactNode {
  const { part } = row;
  if (part === null) return <div className={cx(classes.part, classes.noPart)}>{row.title}</div>;
  return (
    <button
      type="button"
      className={cx(classes.row, classes.part, isChosen && classes.chosen)}
      aria-current={isChosen}
      draggable
      onDragStart={(event) => {
        putDragged(event.dataTransfer, { kind: 'corrections', ids: part.correctionIds });
      }}
      onClick={() => {
        onChoose(part.index);
      }}
    >
      <span className={classes.head}>
        <span className={classes.title}>
          <SafeText text={row.title} />
        </span>
        <IconGripVertical className={classes.grip} size={13} aria-hidden />
        <span className={classes.size}>{formatCount(row.size)}</span>
      </span>
    </button>
  );
}

interface ClusterRowProps {
  row: Row;
  isChosen: boolean;
  isMarked: boolean;
  color: string | undefined;
  onChoose: () => void;
  onDrop: ClusterListProps['onDrop'];
}

function ClusterRow({ row, isChosen, isMarked, color, onChoose, onDrop }: ClusterRowProps): ReactNode {
  const [isOver, setOver] = useState(false);
  const { cluster } = row;
  const drop =
    cluster === null
      ? {}
      : {
          onDragOver: (event: DragEvent) => {
            if (!isDragged(event.dataTransfer)) return;
            event.preventDefault();
            setOver(true);
          },
          onDragLeave: () => {
            setOver(false);
          },
          onDrop: (event: DragEvent) => {
            setOver(false);
            const dragged = takeDragged(event.dataTransfer);
            if (dragged !== null) onDrop(dragged, row.id);
            event.preventDefault();
          },
        };
  return (
    <button
      type="button"
      className={cx(
        classes.row,
        isChosen && classes.chosen,
        isOver && classes.over,
        cluster === null && classes.pile,
      )}
      aria-current={isChosen}
      draggable={cluster !== null}
      onDragStart={(event) => {
        putDragged(event.dataTransfer, { kind: 'cluster', clusterId: row.id });
      }}
      onClick={onChoose}
      {...drop}
    >
      <span className={classes.head}>
        {color !== undefined && <span className={classes.swatch} style={{ background: color }} aria-hidden />}
        <span className={classes.title}>
          <SafeText text={row.title} />
        </span>
        {cluster !== null && <IconGripVertical className={classes.grip} size={13} aria-hidden />}
        <span className={classes.size}>{formatCount(row.size)}</span>
      </span>
      {cluster !== null && (
        <>
          <span className={classes.facts}>
            {isMarked && <span className={classes.marked}>to be merged</span>}
            {!cluster.isOutliers && cluster.cohesion > 0 && (
              <span>cohesion {formatScore(cluster.cohesion)}</span>
            )}
            {cluster.name !== null && (
              <span className={classes.keywords}>{cluster.keywords.slice(0, 3).join(', ')}</span>
            )}
            <span>
              {cluster.sortedCount === 0 ? 'none sorted' : `${formatCount(cluster.sortedCount)} sorted`}
            </span>
          </span>
          <span className={classes.bar} aria-hidden>
            <span
              className={classes.done}
              style={{ width: `${((cluster.sortedCount / Math.max(1, cluster.size)) * 100).toFixed(1)}%` }}
            />
          </span>
        </>
      )}
    </button>
  );
}
