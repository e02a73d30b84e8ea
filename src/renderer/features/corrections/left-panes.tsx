import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ErrorState } from '../../components/empty-state';
import { Kbd } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { formatPlural } from '../../lib/format';
import { runClustering, useClusterRun } from './cluster-run';
import { ClusterList } from './cluster-list';
import { CorrectionMap } from './correction-map';
import type { TableActs } from './table-acts';
import type { Table } from './use-table';
import classes from './left-panes.module.css';
import map from './correction-map.module.css';

const PANES = [160, 150] as const;

/** Left of the table: the piles and clusters, and below them the map of the same. */
export function LeftPanes({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const [colorBy, setColorBy] = useState<'cluster' | 'mode'>('cluster');
  const clusters = <Clusters table={table} act={act} colorBy={colorBy} />;
  if (table.clusters.data?.length === 0) return clusters;
  return (
    <SplitPanes
      id="corrections.map"
      direction="column"
      initial={62}
      min={PANES}
      label="clusters and map"
      first={clusters}
      second={<MapPanel table={table} colorBy={colorBy} onColorBy={setColorBy} />}
    />
  );
}

interface ClustersProps {
  table: Table;
  act: TableActs;
  colorBy: 'cluster' | 'mode';
}

function Clusters({ table, act, colorBy }: ClustersProps): ReactNode {
  const { clusters, summary, place, markedId } = table;
  const running = useClusterRun();
  const isChosen = place.lassoed === null && place.failureModeId === null && place.code === null;
  const { openedId, parts, chosen } = table;
  return (
    <Panel
      title="Clusters"
      detail={clusters.data && (clusters.data.length === 0 ? 'none yet' : `${clusters.data.length}, by size`)}
      actions={
        <span className={classes.keys}>
          <Kbd keys="[" />
          <Kbd keys="]" />
        </span>
      }
      hasOwnScroll
    >
      {clusters.isError ? (
        <ErrorState error={clusters.error} onRetry={() => void clusters.refetch()} />
      ) : clusters.isPending ? (
        <SkeletonRows label="Fetching the clusters" />
      ) : (
        <div className={classes.column}>
          <div className={classes.list}>
            <ClusterList
              clusters={clusters.data}
              summary={summary.data}
              chosen={isChosen ? place.cluster : ''}
              markedId={markedId}
              colors={colorBy === 'cluster' ? table.looks.clusterColors : null}
              opened={
                openedId === null
                  ? null
                  : {
                      clusterId: openedId,
                      parts: parts.data ?? (parts.isError ? [] : null),
                      chosen: chosen?.part?.index ?? null,
                    }
              }
              onChoose={table.choose}
              onChoosePart={table.choosePart}
              onDrop={act.dropOnCluster}
            />
          </div>
          {clusters.data.length === 0 && (
            <div className={classes.none}>
              <p>
                Grouped by wording, {formatPlural(summary.data?.sortable ?? 0, 'correction')} can be sorted
                many at a time.
              </p>
              <Button
                variant="filled"
                loading={running !== null}
                onClick={() => void runClustering({ count: null, basis: 'wording', withAnswered: false })}
                fullWidth
              >
                Group them
              </Button>
            </div>
          )}
        </div>
      )}
    </Panel>
  );
}

interface MapPanelProps {
  table: Table;
  colorBy: 'cluster' | 'mode';
  onColorBy: (colorBy: 'cluster' | 'mode') => void;
}

function MapPanel({ table, colorBy, onColorBy }: MapPanelProps): ReactNode {
  const { looks, place, cluster, cursor, isLassoing } = table;
  return (
    <Panel
      title="Map"
      isMinor
      hasOwnScroll
      className={classes.map}
      actions={
        <>
          <button
            type="button"
            className={map.switch}
            title="What the colours stand for"
            onClick={() => onColorBy(colorBy === 'cluster' ? 'mode' : 'cluster')}
          >
            by {colorBy === 'cluster' ? 'cluster' : 'failure mode'}
          </button>
          <button
            type="button"
            className={classes.lasso}
            aria-pressed={isLassoing}
            title="Drag round dots to choose them"
            onClick={() => table.setLassoing(!isLassoing)}
          >
            lasso <Kbd keys="l" />
          </button>
        </>
      }
    >
      <div className={classes.column}>
        {isLassoing && <div className={classes.say}>Drag a line round the dots you want.</div>}
        <div className={classes.canvas}>
          <CorrectionMap
            colorBy={colorBy}
            clusterColors={looks.clusterColors}
            modeColors={looks.modeColors}
            names={looks.names}
            clusterId={colorBy === 'cluster' ? (cluster?.clusterId ?? null) : null}
            currentId={cursor.current?.correctionId ?? null}
            lassoed={place.lassoed}
            isLassoing={isLassoing}
            onChoose={(correctionId, clusterId) => table.choose(clusterId ?? 'all', correctionId)}
            onLasso={(ids) => {
              table.setChosen({ ids: [...ids], part: null });
              table.setLassoing(false);
            }}
          />
        </div>
        <div className={map.legend}>
          <span className={map.key}>
            <span className={`${map.swatch ?? ''} ${map.full ?? ''}`} /> confirmed
          </span>
          <span className={map.key}>
            <span className={`${map.swatch ?? ''} ${map.ring ?? ''}`} /> proposed
          </span>
          {colorBy === 'mode' && (
            <span className={map.key}>
              <span className={map.swatch} style={{ background: 'var(--faint)' }} /> not sorted
            </span>
          )}
          <span>colours as in the {colorBy === 'cluster' ? 'list above' : 'bars on the right'}</span>
        </div>
      </div>
    </Panel>
  );
}
