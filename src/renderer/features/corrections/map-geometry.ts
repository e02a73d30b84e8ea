/** Where the dots of the map are on screen, which one is under the pointer, and which are inside a lasso. Pure. */

export interface Dots {
  /** Pixels, one entry a dot. */
  x: Float32Array;
  y: Float32Array;
}

export type Point = readonly [number, number];

/** Lays points of the unit square out in a box, the same scale both ways so that near is near. */
export function layOut(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  box: { width: number; height: number },
  margin: number,
): Dots {
  const width = Math.max(box.width - 2 * margin, 1);
  const height = Math.max(box.height - 2 * margin, 1);
  const bounds = (values: ArrayLike<number>) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return { low: Number.isFinite(low) ? low : 0, span: Number.isFinite(high - low) ? high - low : 0 };
  };
  const horizontal = bounds(x);
  const vertical = bounds(y);
  const scale = Math.min(width / (horizontal.span || 1), height / (vertical.span || 1));
  // A little stretching fills a tall or wide box; more would put strangers beside each other.
  const scaleX = Math.min(width / (horizontal.span || 1), scale * 1.6);
  const scaleY = Math.min(height / (vertical.span || 1), scale * 1.6);
  const left = margin + (width - horizontal.span * scaleX) / 2;
  const top = margin + (height - vertical.span * scaleY) / 2;
  return {
    x: Float32Array.from(x, (value) => left + (value - horizontal.low) * scaleX),
    y: Float32Array.from(y, (value) => top + (value - vertical.low) * scaleY),
  };
}

/** What of the map is seen: enlarged `zoom` times and moved by pixels. */
export interface View {
  zoom: number;
  dx: number;
  dy: number;
}

export const WHOLE: View = { zoom: 1, dx: 0, dy: 0 };
const MOST_ZOOM = 60;

/** The dots as the view shows them. */
export function look(dots: Dots, { zoom, dx, dy }: View): Dots {
  if (zoom === 1) return dots;
  return { x: dots.x.map((x) => x * zoom + dx), y: dots.y.map((y) => y * zoom + dy) };
}

/** Enlarges by a factor about a point that stays where it is; never smaller than the whole. */
export function zoomAt(
  view: View,
  factor: number,
  [x, y]: Point,
  box: { width: number; height: number },
): View {
  const zoom = Math.min(Math.max(view.zoom * factor, 1), MOST_ZOOM);
  const by = zoom / view.zoom;
  return pan({ zoom, dx: x - (x - view.dx) * by, dy: y - (y - view.dy) * by }, 0, 0, box);
}

/** Moves the view by pixels, as far as the map goes. */
export function pan(view: View, x: number, y: number, box: { width: number; height: number }): View {
  const within = (value: number, size: number) => Math.min(0, Math.max(value, size * (1 - view.zoom)));
  return { zoom: view.zoom, dx: within(view.dx + x, box.width), dy: within(view.dy + y, box.height) };
}

/** The index of the nearest dot within `reach` pixels; -1 where there is none. */
export function dotAt(dots: Dots, x: number, y: number, reach: number): number {
  let best = -1;
  let bestDistance = reach * reach;
  for (let index = 0; index < dots.x.length; index += 1) {
    const dx = (dots.x[index] ?? 0) - x;
    const dy = (dots.y[index] ?? 0) - y;
    const distance = dx * dx + dy * dy;
    if (distance <= bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

/** The indices of the dots inside a closed line drawn by hand (even-odd rule). */
export function dotsInside(dots: Dots, line: readonly Point[]): number[] {
  if (line.length < 3) return [];
  const inside: number[] = [];
  for (let index = 0; index < dots.x.length; index += 1)
    if (isInside(line, dots.x[index] ?? 0, dots.y[index] ?? 0)) inside.push(index);
  return inside;
}

function isInside(line: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  let [previousX, previousY] = line.at(-1) ?? [0, 0];
  for (const [nextX, nextY] of line) {
    if (nextY > y !== previousY > y) {
      const crossing = nextX + ((y - nextY) / (previousY - nextY)) * (previousX - nextX);
      if (x < crossing) inside = !inside;
    }
    previousX = nextX;
    previousY = nextY;
  }
  return inside;
}
