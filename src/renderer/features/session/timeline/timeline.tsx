import {
  useImperativeHandle,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type Ref,
} from 'react';
import { lanes } from '../../../../shared/model/pillar';
import { Kbd } from '../../../components/kbd';
import { cx } from '../../../lib/class-names';
import {
  formatClock,
  formatCount,
  formatDate,
  formatDateTime,
  formatMicroseconds,
  formatPlural,
} from '../../../lib/format';
import { useShownTheme } from '../../../lib/lanes';
import { useSession } from '../session-context';
import { isShownAsCorrection } from '../session-data';
import { contextLine } from './context-line';
import type { AxisMode } from './axis';
import { layOut, whyNoClock, type TimelineLayout } from './layout';
import { SpanTable } from './span-table';
import { TimelineCanvas, type Hover } from './timeline-canvas';
import { Tooltip } from './tooltip';
import type { Marker, View } from './visible';
import classes from './timeline.module.css';

export interface TimelineHandle {
  zoomStep(factor: number): void;
  panStep(share: number): void;
  zoomAll(): void;
}

interface TimelineProps {
  mode: AxisMode;
  onMode: (mode: AxisMode) => void;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
  matches: ReadonlySet<number> | null;
  ref?: Ref<TimelineHandle>;
}

const byPlace = (a: Marker, b: Marker) => a.at - b.at;

function useModel(mode: AxisMode, matches: ReadonlySet<number> | null) {
  const { data, selection } = useSession();
  const { spans, indexOf, turns } = data;
  const layout = useMemo(() => layOut(spans, mode), [spans, mode]);
  const context = useMemo(
    () => contextLine(spans, layout, data.contextWindow),
    [spans, layout, data.contextWindow],
  );
  const markers = useMemo(() => {
    const markerAt = (id: string, spanId: string, lane?: number): Marker[] => {
      const index = indexOf.get(spanId);
      return index === undefined
        ? []
        : [{ id, index, lane: lane ?? layout.lane[index] ?? 0, at: layout.start[index] ?? 0 }];
    };
    const turnStarts = turns.flatMap((turn) => {
      const at = layout.start[turn.firstPosition];
      return at === undefined || turn.turnNo === 0 ? [] : [{ at, turnNo: turn.turnNo }];
    });
    return {
      turns: turnStarts,
      findings: data.findings
        // A user's correction is drawn as a ring; a flag beside it would say it twice.
        .filter((finding) => !isShownAsCorrection(finding, data))
        .flatMap((finding) => markerAt(finding.findingId, finding.spanId))
        .sort(byPlace),
      corrections: data.corrections
        .filter((correction) => correction.state !== 'rejected')
        .flatMap((correction) => markerAt(correction.correctionId, correction.spanId, lanes.indexOf('user')))
        .sort(byPlace),
    };
  }, [data, turns, indexOf, layout]);
  const startOfDayUs = sinceMidnight(data.session.startTimeMs);
  const selected = selection.spanId === null ? null : (indexOf.get(selection.spanId) ?? null);
  return useMemo(
    () => ({ layout, context, startOfDayUs, ...markers, selected, matches }),
    [layout, context, startOfDayUs, markers, selected, matches],
  );
}

/** Microseconds from local midnight to a time in epoch milliseconds. */
function sinceMidnight(timeMs: number | null): number | null {
  if (timeMs === null) return null;
  return (timeMs - new Date(timeMs).setHours(0, 0, 0, 0)) * 1000;
}

/** The session as lanes over time or over order; canvas for the eye, a table for everything else. */
export function Timeline({ mode, onMode, isTable, onTable, matches, ref }: TimelineProps): ReactNode {
  const { data } = useSession();
  const model = useModel(mode, matches);
  const noClock = useMemo(() => whyNoClock(data.spans), [data.spans]);
  const [view, setView] = useState<View | null>(null);
  const range = view === null || isTable ? '' : rangeOf(view, model.layout, data.session.startTimeMs);
  return (
    <section className={classes.timeline} aria-label="Timeline">
      <div className={classes.bar}>
        <h2 className={classes.title}>Timeline</h2>
        <div className={classes.modes} role="group" aria-label="Axis">
          <ModeButton mode="wall" current={mode} onMode={onMode} isDisabled={noClock !== null}>
            wall clock
          </ModeButton>
          <ModeButton mode="active" current={mode} onMode={onMode} isDisabled={noClock !== null}>
            gaps folded
          </ModeButton>
          <ModeButton mode="order" current={mode} onMode={onMode}>
            order
          </ModeButton>
        </div>
        <span className={classes.note}>{noClock ?? noteOf(model.layout)}</span>
        <span className={classes.range} title={range}>
          {range}
        </span>
        {!isTable && (
          <span className={classes.keys}>
            zoom <Kbd keys="+" /> <Kbd keys="-" /> fit <Kbd keys="0" />
          </span>
        )}
        <button
          type="button"
          className={classes.toggle}
          aria-pressed={isTable}
          onClick={() => onTable(!isTable)}
        >
          {isTable ? 'as lanes' : 'as table'}
        </button>
      </div>
      {isTable ? <SpanTable /> : <Lanes ref={ref} model={model} onView={setView} />}
    </section>
  );
}

interface ModeButtonProps {
  mode: AxisMode;
  current: AxisMode;
  onMode: (mode: AxisMode) => void;
  isDisabled?: boolean;
  children: ReactNode;
}

function ModeButton({ mode, current, onMode, isDisabled = false, children }: ModeButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={cx(classes.mode, mode === current && classes.on)}
      aria-pressed={mode === current}
      disabled={isDisabled}
      onClick={() => onMode(mode)}
    >
      {children}
    </button>
  );
}

/** What a reader must know of the axis so as not to be misled by it. */
function noteOf({ axis, untimedCount }: TimelineLayout): string {
  if (untimedCount > 0) return `${formatPlural(untimedCount, 'span')} without a time, placed by order`;
  if (axis.breaks.length === 0) return '';
  return axis.breaks.length === 1 ? '1 gap' : `${formatCount(axis.breaks.length)} gaps`;
}

function rangeOf(view: View, { axis, length }: TimelineLayout, startTimeMs: number | null): string {
  if (axis.mode === 'order') {
    const last = Math.min(Math.ceil(view.to), length);
    return `spans ${formatCount(Math.floor(view.from) + 1)} to ${formatCount(last)} of ${formatCount(length)}`;
  }
  const from = axis.time(view.from);
  const to = axis.time(view.to);
  const duration = formatMicroseconds(to - from);
  if (startTimeMs === null) return duration;
  const start = startTimeMs + from / 1000;
  const end = startTimeMs + to / 1000;
  // Without the year: the header says it.
  const say =
    formatDate(start) === formatDate(end) ? formatClock : (time: number) => formatDateTime(time).slice(5);
  return `${say(start)} to ${say(end)}, ${duration}`;
}

interface LanesProps {
  model: ReturnType<typeof useModel>;
  onView: (view: View) => void;
  ref: Ref<TimelineHandle> | undefined;
}

function Lanes({ model, onView, ref }: LanesProps): ReactNode {
  const { data, selection, select } = useSession();
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const engineRef = useRef<TimelineCanvas>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const theme = useShownTheme();
  useImperativeHandle(ref, () => ({
    zoomStep: (factor) => engineRef.current?.zoomStep(factor),
    panStep: (share) => engineRef.current?.panStep(share),
    zoomAll: () => engineRef.current?.zoomAll(),
  }));
  const latest = useRef({ data, select, onView });
  useLayoutEffect(() => {
    latest.current = { data, select, onView };
  });

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return;
    const timeline = new TimelineCanvas(canvas, {
      onHover: setHover,
      onPick: (index) => {
        const span = latest.current.data.spans[index];
        if (span !== undefined) latest.current.select(span.spanId, { by: 'timeline' });
      },
      onView: (view) => latest.current.onView(view),
    });
    engineRef.current = timeline;
    const observer = new ResizeObserver(() => timeline.resize());
    observer.observe(canvas);
    return () => {
      observer.disconnect();
      timeline.destroy();
      engineRef.current = null;
    };
  }, []);
  useEffect(() => engineRef.current?.show(model), [model]);
  useEffect(() => engineRef.current?.repaint(), [theme]);
  useEffect(() => {
    if (selection.by !== 'timeline' && model.selected !== null) engineRef.current?.reveal(model.selected);
    // Only a new selection moves the view: not spans that arrive, nor the other axis.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selection]);

  return (
    <div className={classes.lanes}>
      <canvas
        ref={canvasRef}
        className={classes.canvas}
        role="img"
        aria-label={`Timeline of ${formatPlural(data.spanCount, 'span')} and ${formatPlural(data.findings.length, 'finding')}; the table shows the same`}
      />
      {hover !== null && <Tooltip hover={hover} model={model} />}
    </div>
  );
}
