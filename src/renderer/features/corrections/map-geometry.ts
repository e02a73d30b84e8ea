/** Where the dots of the map are on screen, which one is under the pointer, and which are inside a lasso. Pure. */

export interface Dots {
  /** Pixels, one entry a dot. */
  x: Float32Array;
  y: Float32Array;
}

/** Lays points of the unit square out in a box, the same scale both ways so that near is near. */
export function layOut(
  x: readonly number[],
  y: readonly number[],
  box: { width: number; height: number },
  margin: number,
): Dots {
  const width = Math.max(box.width - 2 * margin, 1);
  const height = Math.max(box.height - 2 * margin, 1);
  const bounds = (values: readonly number[]) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of values) {
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

export type Point = readonly [number, number];

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
