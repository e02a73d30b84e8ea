/**
 * The living timeline: one canvas, the part of the axis in view, and what wheel, drag and the minimap do to it. React owns
 * what is shown, this class owns how it moves: a hundred frames a second must not pass through React.
 */
import { scaleLinear } from 'd3-scale';
import { select as selectElement, type Selection } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from 'd3-zoom';
import type { ContextLine } from './context-line';
import { geometryOf, MINIMAP_HEIGHT, trackAt, type Geometry } from './geometry';
import type { TimelineLayout } from './layout';
import { dragOnMinimap } from './minimap-drag';
import { paint } from './paint';
import { paintBrush, paintMinimap } from './paint-minimap';
import { readPalette, type Palette } from './scene';
import { clamp, leastWidth, reveal, zoomBy, type Span1d } from './view-motion';
import { hitTrack, placeMarkers, toAxis, type Marker, type PlacedMarkers, type View } from './visible';

export interface TimelineModel {
  layout: TimelineLayout;
  context: ContextLine | null;
  startOfDayUs: number | null;
  turns: readonly { at: number; turnNo: number }[];
  findings: readonly Marker[];
  corrections: readonly Marker[];
  selected: number | null;
  matches: ReadonlySet<number> | null;
}

export interface Hover {
  /** Of the span under the pointer; null where there is none. */
  index: number | null;
  /** Ids of the findings whose flag is under the pointer. */
  findings: readonly string[];
  x: number;
  y: number;
  /** The place on the axis. */
  at: number;
}

export interface TimelineEvents {
  onHover: (hover: Hover | null) => void;
  onPick: (index: number) => void;
  /** The part in view has changed. */
  onView: (view: View) => void;
}

const FLAG_GAP = 9;
const COUNT_WIDTH = 12;
/** Where flags are many they stand farther apart, with their number beside them. */
const WIDE_FLAG_GAP = 34;

function placeFlags(markers: readonly Marker[], view: View): PlacedMarkers[] {
  const close = placeMarkers(markers, view, FLAG_GAP, COUNT_WIDTH);
  return close.length > view.width / WIDE_FLAG_GAP ? placeMarkers(markers, view, WIDE_FLAG_GAP) : close;
}

export class TimelineCanvas {
  private model: TimelineModel | null = null;
  private geometry: Geometry | null = null;
  private palette: Palette = readPalette();
  private part: Span1d = { from: 0, to: 1 };
  private hovered: number | null = null;
  private frame = 0;
  private minimap: HTMLCanvasElement | null = null;
  private readonly behavior: ZoomBehavior<HTMLCanvasElement, unknown>;
  private readonly selection: Selection<HTMLCanvasElement, unknown, null, undefined>;
  private isMoving = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly events: TimelineEvents,
  ) {
    this.selection = selectElement<HTMLCanvasElement, unknown>(canvas);
    this.behavior = zoom<HTMLCanvasElement, unknown>()
      .filter((event: MouseEvent | WheelEvent) => this.mayZoom(event))
      .on('zoom', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        if (this.isMoving || this.model === null || this.geometry === null) return;
        const { length } = this.model.layout;
        const scale = event.transform.rescaleX(this.wholeScale());
        const [from = 0, to = length] = scale.domain();
        this.part = clamp({ from, to }, length, this.least());
        this.changed();
      });
    this.selection.call(this.behavior).on('dblclick.zoom', null);
    canvas.addEventListener('wheel', this.onWheel, { passive: false });
    canvas.addEventListener('pointermove', this.onPointerMove);
    canvas.addEventListener('pointerleave', this.onPointerLeave);
    canvas.addEventListener('click', this.onClick);
    canvas.addEventListener('dblclick', this.onDoubleClick);
    canvas.addEventListener('pointerdown', this.onPointerDown);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.selection.on('.zoom', null);
    this.canvas.removeEventListener('wheel', this.onWheel);
    this.canvas.removeEventListener('pointermove', this.onPointerMove);
    this.canvas.removeEventListener('pointerleave', this.onPointerLeave);
    this.canvas.removeEventListener('click', this.onClick);
    this.canvas.removeEventListener('dblclick', this.onDoubleClick);
    this.canvas.removeEventListener('pointerdown', this.onPointerDown);
  }

  /** Shows another model. The part in view stays where the axis is the same, or has only grown. */
  show(model: TimelineModel): void {
    const before = this.model;
    this.model = model;
    if (before === null || before.layout !== model.layout) {
      const sawAll = before === null || this.part.to - this.part.from >= before.layout.length * 0.999;
      const isSameAxis = before?.layout.axis.mode === model.layout.axis.mode;
      this.minimap = null;
      this.measure();
      this.setPart(sawAll || !isSameAxis ? { from: 0, to: model.layout.length } : this.part);
    }
    this.redraw();
  }

  resize(): void {
    this.measure();
    this.minimap = null;
    this.setPart(this.part);
  }

  /** After the theme has changed. */
  repaint(): void {
    this.palette = readPalette();
    this.minimap = null;
    this.redraw();
  }

  view(): View {
    return { ...this.part, width: this.geometry?.plotWidth ?? 1 };
  }

  zoomAll(): void {
    if (this.model !== null) this.setPart({ from: 0, to: this.model.layout.length });
  }

  /** Zooms about what is selected while it is in sight, else about the middle. */
  zoomStep(factor: number): void {
    if (this.model === null) return;
    const { layout, selected } = this.model;
    const chosen =
      selected === null ? null : ((layout.start[selected] ?? 0) + (layout.end[selected] ?? 0)) / 2;
    const isSeen = chosen !== null && chosen >= this.part.from && chosen <= this.part.to;
    const about = isSeen ? chosen : (this.part.from + this.part.to) / 2;
    this.setPart(zoomBy(this.view(), factor, about, layout.length, this.least()));
  }

  /** Moves by a share of what is in view. */
  panStep(share: number): void {
    if (this.model === null) return;
    const shift = (this.part.to - this.part.from) * share;
    const moved = { from: this.part.from + shift, to: this.part.to + shift };
    this.setPart(clamp(moved, this.model.layout.length, this.least()));
  }

  /** Moves so far that a span is in sight. */
  reveal(index: number): void {
    if (this.model === null) return;
    const { layout } = this.model;
    const from = layout.start[index] ?? 0;
    this.setPart(reveal(this.view(), from, layout.end[index] ?? from, layout.length, this.least()));
  }

  private least(): number {
    return this.model === null ? 1 : leastWidth(this.model.layout.length, this.model.layout.axis.mode);
  }

  private wholeScale() {
    const length = this.model?.layout.length ?? 1;
    const left = this.geometry?.left ?? 0;
    return scaleLinear([0, length], [left, left + (this.geometry?.plotWidth ?? 1)]);
  }

  private measure(): void {
    if (this.model === null) return;
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = window.devicePixelRatio;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.geometry = geometryOf(clientWidth, clientHeight, this.model.layout, this.model.context !== null);
    const { length } = this.model.layout;
    const { left, plotWidth } = this.geometry;
    this.behavior
      .scaleExtent([1, Math.max(length / this.least(), 1)])
      .extent([
        [left, 0],
        [left + plotWidth, clientHeight],
      ])
      .translateExtent([
        [left, Number.NEGATIVE_INFINITY],
        [left + plotWidth, Number.POSITIVE_INFINITY],
      ]);
  }

  /** Sets the part in view and tells d3, whose next gesture starts from there. */
  private setPart(part: Span1d): void {
    if (this.model === null || this.geometry === null) return;
    const { length } = this.model.layout;
    this.part = clamp(part, length, this.least());
    const k = length / (this.part.to - this.part.from);
    const { left, plotWidth } = this.geometry;
    const x = left - k * (left + (this.part.from / length) * plotWidth);
    this.isMoving = true;
    this.selection.call((target) => this.behavior.transform(target, zoomIdentity.translate(x, 0).scale(k)));
    this.isMoving = false;
    this.changed();
  }

  private changed(): void {
    this.events.onView(this.view());
    this.redraw();
  }

  private redraw(): void {
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    if (context === null || this.model === null || this.geometry === null) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const view = this.view();
    const scene = {
      ...this.model,
      view,
      geometry: this.geometry,
      palette: this.palette,
      findings: placeFlags(this.model.findings, view),
      corrections: placeFlags(this.model.corrections, view),
      hovered: this.hovered,
    };
    paint(context, scene);
    this.minimap ??= this.drawMinimap();
    paintBrush(context, scene, this.minimap);
  }

  private drawMinimap(): HTMLCanvasElement {
    const picture = document.createElement('canvas');
    const ratio = window.devicePixelRatio;
    const context = picture.getContext('2d');
    if (this.model === null || this.geometry === null || context === null) return picture;
    picture.width = Math.max(Math.round(this.geometry.plotWidth * ratio), 1);
    picture.height = Math.round(MINIMAP_HEIGHT * ratio);
    context.scale(ratio, ratio);
    paintMinimap(context, this.model.layout, this.geometry, this.palette);
    return picture;
  }

  /** Drag and pinch move the plot; the wheel alone zooms. The minimap has its own drag. */
  private mayZoom(event: MouseEvent | WheelEvent): boolean {
    if (this.isOnMinimap(event)) return false;
    if (event.type === 'wheel') {
      const { deltaX, deltaY } = event as WheelEvent;
      return !event.shiftKey && Math.abs(deltaY) >= Math.abs(deltaX);
    }
    return event.button === 0;
  }

  private pointOf(event: MouseEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private isOnMinimap(event: MouseEvent): boolean {
    return this.geometry !== null && this.pointOf(event).y >= this.geometry.minimapTop - 4;
  }

  private hoverAt(event: MouseEvent): Hover | null {
    if (this.model === null || this.geometry === null || this.isOnMinimap(event)) return null;
    const { x, y } = this.pointOf(event);
    const { layout } = this.model;
    const view = this.view();
    const pixel = x - this.geometry.left;
    if (pixel < 0 || pixel > this.geometry.plotWidth) return null;
    const lane = this.geometry.lanes.findIndex((box) => y >= box.top && y < box.top + box.height);
    const flags = placeFlags(this.model.findings, view).find(
      (placed) => placed.lane === lane && pixel >= placed.x - 2 && pixel <= placed.x + FLAG_GAP,
    );
    const top = this.geometry.lanes[lane]?.top ?? 0;
    const found = trackAt(this.geometry, layout, y);
    const track = found === null ? undefined : layout.tracks[found];
    return {
      index: track === undefined ? null : hitTrack(layout, track, view, pixel),
      findings: flags !== undefined && y < top + 12 ? this.idsOf(flags.members) : [],
      x,
      y,
      at: toAxis(view, pixel),
    };
  }

  private readonly onPointerMove = (event: PointerEvent): void => {
    if (event.buttons !== 0) return;
    const hover = this.hoverAt(event);
    const index = hover?.index ?? null;
    this.canvas.style.cursor = this.isOnMinimap(event) ? 'grab' : index === null ? 'default' : 'pointer';
    if (index !== this.hovered) {
      this.hovered = index;
      this.redraw();
    }
    this.events.onHover(hover);
  };

  private readonly onPointerLeave = (): void => {
    this.hovered = null;
    this.events.onHover(null);
    this.redraw();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const hover = this.hoverAt(event);
    const flagged = hover?.findings[0];
    const flag =
      flagged === undefined ? undefined : this.model?.findings.find((marker) => marker.id === flagged);
    const index = flag?.index ?? hover?.index;
    if (index !== null && index !== undefined) this.events.onPick(index);
  };

  private idsOf(members: readonly number[]): string[] {
    return members.flatMap((member) => this.model?.findings[member]?.id ?? []);
  }

  /** Fits the span under the pointer, or its surroundings where it has no length. */
  private readonly onDoubleClick = (event: MouseEvent): void => {
    const index = this.hoverAt(event)?.index;
    if (index === null || index === undefined || this.model === null) return;
    const { layout } = this.model;
    const from = layout.start[index] ?? 0;
    const width = Math.max((layout.end[index] ?? from) - from, this.least() * 4);
    this.setPart({ from: from - width * 0.15, to: from + width * 1.15 });
  };

  /** Sideways, or with Shift held, the wheel moves. */
  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (this.isOnMinimap(event) || this.mayZoom(event)) return;
    const pixels = event.deltaX === 0 ? event.deltaY : event.deltaX;
    this.panStep(pixels / Math.max(this.geometry?.plotWidth ?? 1, 1));
  };

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !this.isOnMinimap(event) || this.model === null || this.geometry === null)
      return;
    event.preventDefault();
    const { left, plotWidth } = this.geometry;
    dragOnMinimap(this.canvas, event, {
      length: this.model.layout.length,
      part: this.part,
      pixelOf: (moved) => this.pointOf(moved).x - left,
      plotWidth,
      setPart: (part) => this.setPart(part),
    });
  };
}
