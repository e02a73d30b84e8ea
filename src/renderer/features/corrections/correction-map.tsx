/**
 * The map: each dot a correction, alike ones near each other. Drag round dots to choose them; wheel, keys and, once enlarged,
 * dragging move what is seen. It shows nothing that the list beside it does not, so to screen readers it is one picture with a name.
 */
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { NO_NAME, unpackNumbers } from '../../../shared/packed-numbers';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { cx } from '../../lib/class-names';
import { orpc, type client } from '../../lib/client';
import { formatPercent, formatPlural } from '../../lib/format';
import { cssColor, useShownTheme } from '../../lib/lanes';
import {
  dotAt,
  dotsInside,
  layOut,
  look,
  pan,
  WHOLE,
  zoomAt,
  type Dots,
  type Point,
  type View,
} from './map-geometry';
import { FAINT_DOT, FULL, paintDots, paintOverlay, prepare, type DotLooks } from './map-paint';
import classes from './correction-map.module.css';

type PackedMap = Awaited<ReturnType<typeof client.cluster.map>>;

/** The map's columns, unpacked. */
interface MapData {
  correctionIds: readonly string[];
  x: Uint16Array;
  y: Uint16Array;
  clusters: readonly string[];
  clusterOf: Uint16Array;
  failureModes: readonly string[];
  failureModeOf: Uint16Array;
  isConfirmed: Uint16Array;
  trustworthiness: number | null;
}

function unpack(map: PackedMap): MapData {
  return {
    correctionIds: map.correctionIds,
    x: unpackNumbers(map.x),
    y: unpackNumbers(map.y),
    clusters: map.clusters.names,
    clusterOf: unpackNumbers(map.clusters.packed),
    failureModes: map.failureModes.names,
    failureModeOf: unpackNumbers(map.failureModes.packed),
    isConfirmed: unpackNumbers(map.isConfirmed),
    trustworthiness: map.trustworthiness,
  };
}

function clusterIdOf(data: MapData, index: number): string | null {
  return data.clusters[data.clusterOf[index] ?? NO_NAME] ?? null;
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

const ZOOM_STEP = 1.4;
const PAN_STEP = 40;

export function CorrectionMap(props: CorrectionMapProps): ReactNode {
  const map = useQuery(orpc.cluster.map.queryOptions());
  const data = useMemo(() => (map.data === undefined ? null : unpack(map.data)), [map.data]);
  if (map.isError) return <ErrorState error={map.error} onRetry={() => void map.refetch()} />;
  if (data === null) return <SkeletonRows rows={4} label="Fetching the map" />;
  if (data.correctionIds.length === 0)
    return <p className={classes.none}>The map is drawn from the clusters, and there are none yet.</p>;
  return <MapView {...props} data={data} />;
}

function useLooks(data: MapData, props: CorrectionMapProps): DotLooks {
  const { colorBy, clusterColors, modeColors, clusterId } = props;
  const theme = useShownTheme();
  return useMemo(() => {
    const grey = cssColor(theme === 'dark' ? '--dim' : '--faint');
    const [names, colors, numbers] =
      colorBy === 'cluster'
        ? [data.clusters, clusterColors, data.clusterOf]
        : [data.failureModes, modeColors, data.failureModeOf];
    const palette = [...names.map((name) => colors.get(name) ?? grey), grey];
    const chosen = clusterId === null ? -1 : data.clusters.indexOf(clusterId);
    return {
      palette,
      color: numbers.map((number) => Math.min(number, names.length)),
      flags: Uint8Array.from(
        data.isConfirmed,
        (isConfirmed, index) =>
          (isConfirmed ? FULL : 0) | (clusterId !== null && data.clusterOf[index] !== chosen ? FAINT_DOT : 0),
      ),
    };
  }, [data, colorBy, clusterColors, modeColors, clusterId, theme]);
}

interface Canvases {
  dots: Dots;
  looks: DotLooks;
  box: { width: number; height: number };
  current: number;
  hovered: number;
  lassoed: readonly number[];
  line: readonly Point[];
}

/** Two canvases, so that the pointer redraws what lies over the dots and not the dots. */
function useCanvases({ dots, looks, box, current, hovered, lassoed, line }: Canvases) {
  const dotsRef = useRef<HTMLCanvasElement>(null);
  const overlayRef = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  useEffect(() => {
    const context = dotsRef.current && prepare(dotsRef.current, box);
    if (context) paintDots(context, dots, looks);
  }, [dots, looks, box]);
  useEffect(() => {
    const context = overlayRef.current && prepare(overlayRef.current, box);
    if (!context) return;
    const colors = { ink: cssColor('--ink'), accent: cssColor('--acc') };
    paintOverlay(context, { dots, current, hovered, lassoed, line, ...colors });
  }, [dots, current, hovered, lassoed, line, box, theme]);
  return { dotsRef, overlayRef };
}

/** What of the map is seen, and what moves it: wheel, plus, minus, arrows and 0. */
function useView(box: { width: number; height: number }) {
  const [view, setView] = useState<View>(WHOLE);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    // React listens passively, and a passive listener cannot keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const edge = element?.getBoundingClientRect();
      const at: Point = [event.clientX - (edge?.left ?? 0), event.clientY - (edge?.top ?? 0)];
      setView((now) => zoomAt(now, event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, at, box));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [box]);
  const middle: Point = [box.width / 2, box.height / 2];
  const keys: Record<string, (now: View) => View> = {
    '+': (now) => zoomAt(now, ZOOM_STEP, middle, box),
    '=': (now) => zoomAt(now, ZOOM_STEP, middle, box),
    '-': (now) => zoomAt(now, 1 / ZOOM_STEP, middle, box),
    '0': () => WHOLE,
    ArrowLeft: (now) => pan(now, PAN_STEP, 0, box),
    ArrowRight: (now) => pan(now, -PAN_STEP, 0, box),
    ArrowUp: (now) => pan(now, 0, PAN_STEP, box),
    ArrowDown: (now) => pan(now, 0, -PAN_STEP, box),
  };
  const onKey = (key: string): boolean => {
    const move = keys[key];
    if (move) setView(move);
    return move !== undefined;
  };
  return { view, setView, frame, onKey };
}

function MapView({ data, ...props }: CorrectionMapProps & { data: MapData }): ReactNode {
  const { currentId, lassoed, isLassoing, onChoose, onLasso } = props;
  const { ref, width, height } = useElementSize();
  const box = useMemo(() => ({ width, height }), [width, height]);
  const { view, setView, frame, onKey } = useView(box);
  const whole = useMemo(() => layOut(data.x, data.y, box, MARGIN), [data, box]);
  const dots = useMemo(() => look(whole, view), [whole, view]);
  const looks = useLooks(data, props);
  const [hovered, setHovered] = useState(-1);
  const [line, setLine] = useState<readonly Point[]>([]);
  const pressed = useRef<{ at: Point; isPan: boolean; hasMoved: boolean } | null>(null);
  const indexOf = useMemo(() => new Map(data.correctionIds.map((id, index) => [id, index])), [data]);
  const current = currentId === null ? -1 : (indexOf.get(currentId) ?? -1);
  const chosen = useMemo(() => (lassoed ?? []).map((id) => indexOf.get(id) ?? -1), [lassoed, indexOf]);
  const { dotsRef, overlayRef } = useCanvases({ dots, looks, box, current, hovered, lassoed: chosen, line });

  const pointOf = (event: PointerEvent<HTMLElement>): Point => {
    const edge = event.currentTarget.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const point = pointOf(event);
    const press = pressed.current;
    if (press === null) {
      setHovered(dotAt(dots, point[0], point[1], REACH));
      return;
    }
    const [x, y] = line.at(-1) ?? press.at;
    if (!press.hasMoved && Math.hypot(point[0] - x, point[1] - y) < DRAG_PX) return;
    setHovered(-1);
    press.hasMoved = true;
    if (press.isPan) {
      setView((now) => pan(now, point[0] - press.at[0], point[1] - press.at[1], box));
      press.at = point;
    } else setLine(line.length === 0 ? [press.at, point] : [...line, point]);
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const press = pressed.current;
    pressed.current = null;
    if (press === null) return;
    if (line.length > 0) {
      const ids = dotsInside(dots, line).flatMap((index) => data.correctionIds[index] ?? []);
      setLine([]);
      if (ids.length > 0) onLasso(ids);
      return;
    }
    if (press.hasMoved) return;
    const [x, y] = pointOf(event);
    const index = dotAt(dots, x, y, REACH);
    const id = data.correctionIds[index];
    if (id !== undefined) onChoose(id, clusterIdOf(data, index));
  };
  return (
    <div ref={frame} className={classes.frame}>
      <div
        ref={ref}
        className={cx(
          classes.map,
          isLassoing && classes.lassoing,
          view.zoom > 1 && !isLassoing && classes.movable,
        )}
        role="img"
        tabIndex={0}
        aria-label={`Map of ${formatPlural(data.correctionIds.length, 'correction')}, alike ones near each other. The list has the same corrections.`}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || !onKey(event.key)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const isPan = view.zoom > 1 && !isLassoing && !event.shiftKey;
          pressed.current = { at: pointOf(event), isPan, hasMoved: false };
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
        {hovered >= 0 && <DotTip dots={dots} index={hovered} data={data} box={box} names={props.names} />}
      </div>
      <MapFacts data={data} view={view} onWhole={() => setView(WHOLE)} />
    </div>
  );
}

/** How far the map can be trusted, and the way back from a part of it to the whole. */
function MapFacts({ data, view, onWhole }: { data: MapData; view: View; onWhole: () => void }): ReactNode {
  return (
    <div className={classes.facts}>
      {data.trustworthiness !== null && (
        <span title="Trustworthiness: whether dots that lie near each other are worded alike too; 50% is chance (Venna and Kaski, 2001). The axes mean nothing.">
          {formatPercent(data.trustworthiness)} trustworthy
        </span>
      )}
      {view.zoom > 1 ? (
        <button type="button" className={classes.switch} onClick={onWhole}>
          {view.zoom.toFixed(1)}×, show the whole
        </button>
      ) : (
        <span>wheel or + enlarges</span>
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
  const mode = names.get(data.failureModes[data.failureModeOf[index] ?? NO_NAME] ?? '');
  const isBelow = y < box.height / 2;
  return (
    <div
      className={cx(classes.tip, !isBelow && classes.above)}
      style={{ left, top: isBelow ? y + 10 : y - 10, width }}
    >
      {correction === undefined ? '…' : <SafeText text={correction.text.slice(0, 220)} />}
      <div className={classes.tipFacts}>
        {names.get(clusterIdOf(data, index) ?? '') ?? 'no cluster'}, {mode ?? 'not sorted'}
      </div>
    </div>
  );
}
