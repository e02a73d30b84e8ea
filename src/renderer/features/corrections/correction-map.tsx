/**
 * The map: each dot a correction, alike ones near each other. Drag round dots to choose them. It shows nothing that the
 * list beside it does not, so to screen readers it is one picture with a name.
 */
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import type { CorrectionState } from '../../../shared/model/correction';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { cx } from '../../lib/class-names';
import { orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { cssColor, useShownTheme } from '../../lib/lanes';
import { dotAt, dotsInside, layOut, type Dots, type Point } from './map-geometry';
import { paintDots, paintOverlay, prepare, type DotLook } from './map-paint';
import classes from './correction-map.module.css';

export interface MapData {
  correctionIds: readonly string[];
  x: readonly number[];
  y: readonly number[];
  clusterIds: readonly (string | null)[];
  failureModeIds: readonly (string | null)[];
  states: readonly CorrectionState[];
}

interface CorrectionMapProps {
  colorBy: 'cluster' | 'mode';
  /** CSS colours by cluster and by failure mode; what is not in them is grey. */
  clusterColors: ReadonlyMap<string, string>;
  modeColors: ReadonlyMap<string, string>;
  /** The names of clusters and failure modes, for the words under the pointer. */
  names: ReadonlyMap<string, string>;
  /** Dots of another cluster are faint; null when all count alike. */
  clusterId: string | null;
  currentId: string | null;
  lassoed: readonly string[] | null;
  isLassoing: boolean;
  onChoose: (correctionId: string, clusterId: string | null) => void;
  onLasso: (correctionIds: string[]) => void;
}

const MARGIN = 14;
const REACH = 9;
/** A press that moves less is a click. */
const DRAG_PX = 5;

export function CorrectionMap(props: CorrectionMapProps): ReactNode {
  const map = useQuery(orpc.cluster.map.queryOptions());
  if (map.isPending) return <SkeletonRows rows={4} label="Fetching the map" />;
  if (map.isError) return <ErrorState error={map.error} onRetry={() => void map.refetch()} />;
  if (map.data.correctionIds.length === 0)
    return <p className={classes.none}>The map is drawn from the clusters, and there are none yet.</p>;
  return <MapView {...props} data={map.data} />;
}

function useLooks(data: MapData, props: CorrectionMapProps): DotLook[] {
  const { colorBy, clusterColors, modeColors, clusterId } = props;
  const theme = useShownTheme();
  return useMemo(() => {
    const grey = cssColor(theme === 'dark' ? '--dim' : '--faint');
    return data.correctionIds.map((_id, index) => {
      const cluster = data.clusterIds[index] ?? '';
      const mode = data.failureModeIds[index] ?? '';
      const color = colorBy === 'cluster' ? clusterColors.get(cluster) : modeColors.get(mode);
      return {
        color: color ?? grey,
        isFull: data.states[index] === 'confirmed',
        isFaint: clusterId !== null && cluster !== clusterId,
      };
    });
  }, [data, colorBy, clusterColors, modeColors, clusterId, theme]);
}

function MapView({ data, ...props }: CorrectionMapProps & { data: MapData }): ReactNode {
  const { currentId, lassoed, isLassoing, onChoose, onLasso } = props;
  const { ref, width, height } = useElementSize();
  const dotsRef = useRef<HTMLCanvasElement>(null);
  const overlayRef = useRef<HTMLCanvasElement>(null);
  const dots = useMemo(() => layOut(data.x, data.y, { width, height }, MARGIN), [data, width, height]);
  const looks = useLooks(data, props);
  const [hovered, setHovered] = useState(-1);
  const [line, setLine] = useState<readonly Point[]>([]);
  const pressed = useRef<Point | null>(null);
  const indexOf = useMemo(() => new Map(data.correctionIds.map((id, index) => [id, index])), [data]);
  const theme = useShownTheme();

  useEffect(() => {
    const context = dotsRef.current && prepare(dotsRef.current, { width, height });
    if (context) paintDots(context, dots, looks);
  }, [dots, looks, width, height]);
  useEffect(() => {
    const context = overlayRef.current && prepare(overlayRef.current, { width, height });
    if (!context) return;
    paintOverlay(context, {
      dots,
      current: currentId === null ? -1 : (indexOf.get(currentId) ?? -1),
      hovered,
      lassoed: (lassoed ?? []).map((id) => indexOf.get(id) ?? -1),
      line,
      ink: cssColor('--ink'),
      accent: cssColor('--acc'),
    });
  }, [dots, indexOf, currentId, hovered, lassoed, line, width, height, theme]);

  const pointOf = (event: PointerEvent<HTMLElement>): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const point = pointOf(event);
    if (pressed.current === null) {
      setHovered(dotAt(dots, point[0], point[1], REACH));
      return;
    }
    const [x, y] = line.at(-1) ?? pressed.current;
    if (line.length === 0 && Math.hypot(point[0] - x, point[1] - y) < DRAG_PX) return;
    setHovered(-1);
    setLine(line.length === 0 ? [pressed.current, point] : [...line, point]);
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    if (pressed.current === null) return;
    pressed.current = null;
    if (line.length > 0) {
      const ids = dotsInside(dots, line).flatMap((index) => data.correctionIds[index] ?? []);
      setLine([]);
      if (ids.length > 0) onLasso(ids);
      return;
    }
    const [x, y] = pointOf(event);
    const index = dotAt(dots, x, y, REACH);
    const id = data.correctionIds[index];
    if (id !== undefined) onChoose(id, data.clusterIds[index] ?? null);
  };
  return (
    <div
      ref={ref}
      className={cx(classes.map, isLassoing && classes.lassoing)}
      role="img"
      aria-label={`Map of ${formatPlural(data.correctionIds.length, 'correction')}, alike ones near each other. The list has the same corrections.`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        pressed.current = pointOf(event);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => setHovered(-1)}
      onPointerCancel={() => {
        pressed.current = null;
        setLine([]);
      }}
    >
      <canvas ref={dotsRef} className={classes.layer} />
      <canvas ref={overlayRef} className={classes.layer} />
      {hovered >= 0 && (
        <DotTip dots={dots} index={hovered} data={data} box={{ width, height }} names={props.names} />
      )}
    </div>
  );
}

interface DotTipProps {
  dots: Dots;
  index: number;
  data: MapData;
  box: { width: number; height: number };
  names: ReadonlyMap<string, string>;
}

const TIP_WIDTH = 230;

/** What the user said, under the pointer. */
function DotTip({ dots, index, data, box, names }: DotTipProps): ReactNode {
  const id = data.correctionIds[index] ?? '';
  const query = useQuery(
    orpc.correction.list.queryOptions({ input: { filter: { correctionIds: [id] }, limit: 1 } }),
  );
  const correction = query.data?.items[0];
  const x = dots.x[index] ?? 0;
  const y = dots.y[index] ?? 0;
  const width = Math.min(TIP_WIDTH, box.width - 8);
  const left = Math.min(Math.max(x - width / 2, 4), Math.max(box.width - width - 4, 4));
  const mode = names.get(data.failureModeIds[index] ?? '');
  const isBelow = y < box.height / 2;
  return (
    <div
      className={cx(classes.tip, !isBelow && classes.above)}
      style={{ left, top: isBelow ? y + 10 : y - 10, width }}
    >
      {correction === undefined ? '…' : <SafeText text={correction.text.slice(0, 220)} />}
      <div className={classes.tipFacts}>
        {names.get(data.clusterIds[index] ?? '') ?? 'no cluster'}, {mode ?? 'not sorted'}
      </div>
    </div>
  );
}
