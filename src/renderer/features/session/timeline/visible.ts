/**
 * What of a layout is seen in a view: rectangles to draw, the span under the pointer, flags that would overlap put
 * together. Pure. Work per call is bounded by the spans in sight, and what is drawn by the pixels in sight.
 */
import { STYLE, type TimelineLayout, type Track } from './layout';

/** A part of the axis on a number of pixels. */
export interface View {
  from: number;
  to: number;
  /** Pixels from `from` to `to`. */
  width: number;
}

/** Narrower than this a span could not be seen or hit. */
export const MIN_WIDTH = 2;
/** How far from a span the pointer may be and still mean it. */
const REACH = 4;

export function toPixel(view: View, value: number): number {
  return ((value - view.from) / (view.to - view.from)) * view.width;
}

export function toAxis(view: View, pixel: number): number {
  return view.from + (pixel / view.width) * (view.to - view.from);
}

/** First entry of the sorted array that is at least `value`. */
function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type DrawRect = (x: number, width: number, style: number) => void;

/**
 * Calls `draw` for what is seen of a track. Neighbours of one style that would share a pixel come as one rectangle;
 * errors are kept apart from the rest, so that none is drowned.
 */
export function drawTrack(layout: TimelineLayout, track: Track, view: View, draw: DrawRect): void {
  const { start, end, style } = layout;
  const scale = view.width / (view.to - view.from);
  const open = { from: -1, to: -1, style: -1 };
  const openError = { from: -1, to: -1, style: STYLE.error as number };
  const errors: number[] = [];
  const flush = (run: typeof open) => {
    // What comes later lies on top, and no span may lie on an error.
    if (run === openError && run.to > run.from) errors.push(run.from, run.to);
    else if (run.to > run.from) draw(run.from, run.to - run.from, run.style);
    run.to = run.from = -1;
  };
  const margin = MIN_WIDTH / scale;
  for (let at = lowerBound(track.latestEnd, view.from - margin); at < track.spans.length; at += 1) {
    const index = track.spans[at] ?? 0;
    const begin = start[index] ?? 0;
    if (begin > view.to) break;
    const finish = end[index] ?? 0;
    if (finish < view.from - margin) continue;
    const left = Math.max((begin - view.from) * scale, -MIN_WIDTH);
    const right = Math.min(Math.max((finish - view.from) * scale, left + MIN_WIDTH), view.width + MIN_WIDTH);
    const kind = style[index] ?? 0;
    const run = kind === STYLE.error ? openError : open;
    // A gap of less than half a pixel cannot be seen.
    if (run.to > run.from && run.style === kind && left <= run.to + 0.5) run.to = Math.max(run.to, right);
    else {
      flush(run);
      run.from = left;
      run.to = right;
      run.style = kind;
    }
  }
  flush(open);
  flush(openError);
  for (let at = 0; at < errors.length; at += 2) {
    const left = errors[at] ?? 0;
    draw(left, (errors[at + 1] ?? left) - left, STYLE.error);
  }
}

/** The span of a track at a pixel, or the nearest within reach; null where there is none. */
export function hitTrack(layout: TimelineLayout, track: Track, view: View, pixel: number): number | null {
  const { start, end } = layout;
  const scale = view.width / (view.to - view.from);
  const value = toAxis(view, pixel);
  const reach = (REACH + MIN_WIDTH) / scale;
  let best: number | null = null;
  let bestDistance = REACH;
  for (let at = lowerBound(track.latestEnd, value - reach); at < track.spans.length; at += 1) {
    const index = track.spans[at] ?? 0;
    const begin = start[index] ?? 0;
    if (begin > value + reach) break;
    const left = (begin - view.from) * scale;
    const right = Math.max(((end[index] ?? 0) - view.from) * scale, left + MIN_WIDTH);
    const distance = pixel < left ? left - pixel : pixel > right ? pixel - right : 0;
    // Where several lie under the pointer the last one is drawn on top.
    if (distance < bestDistance || (distance === 0 && bestDistance === 0)) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

/** Something that stands at a place on a lane; `index` is the span it belongs to. */
export interface Marker {
  id: string;
  index: number;
  lane: number;
  at: number;
}

export interface PlacedMarkers {
  lane: number;
  /** Pixel of the first of them. */
  x: number;
  /** Which of the markers given are here, in order. */
  members: number[];
}

/** Markers in sight; given in the order of the axis. `labelWidth` is kept free beside those that say how many they are. Those of one lane that are closer than `gap` pixels come together. */
export function placeMarkers(
  markers: readonly Marker[],
  view: View,
  gap: number,
  labelWidth = 0,
): PlacedMarkers[] {
  const placed: PlacedMarkers[] = [];
  const lastOfLane = new Map<number, PlacedMarkers>();
  for (const [index, marker] of markers.entries()) {
    const x = toPixel(view, marker.at);
    if (x < -gap || x > view.width + gap) continue;
    const last = lastOfLane.get(marker.lane);
    const taken = last === undefined || last.members.length === 1 ? gap : gap + labelWidth;
    if (last !== undefined && x - last.x < taken) last.members.push(index);
    else {
      const next = { lane: marker.lane, x, members: [index] };
      lastOfLane.set(marker.lane, next);
      placed.push(next);
    }
  }
  return placed;
}
