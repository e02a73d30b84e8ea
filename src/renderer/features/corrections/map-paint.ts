/** Draws the map's dots and what is laid over them onto canvases. Knows pixels and colours, nothing of corrections. */
import type { Dots, Point } from './map-geometry';

/** How each dot looks: its number in the palette, and what it is. */
export interface DotLooks {
  palette: readonly string[];
  color: Uint16Array;
  flags: Uint8Array;
}

/** A full dot once confirmed, a ring while only proposed. */
export const FULL = 1;
/** Not of what is on the table. */
export const FAINT_DOT = 2;

const FAINT = 0.28;

/** A canvas fitted to its box and the screen's pixels, emptied; null where there is no room. */
export function prepare(
  canvas: HTMLCanvasElement,
  box: { width: number; height: number },
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  const width = Math.round(box.width * ratio);
  const height = Math.round(box.height * ratio);
  if (width === 0 || height === 0) return null;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, box.width, box.height);
  return context;
}

export function dotRadius(count: number): number {
  return count > 5000 ? 1.6 : count > 1500 ? 2.2 : 3;
}

/** From so many dots on, a ring is not seen any more, and pixels are written one by one: 100,000 take some milliseconds. */
const PIXELS_FROM = 3_000;

export function paintDots(context: CanvasRenderingContext2D, dots: Dots, looks: DotLooks): void {
  if (dots.x.length >= PIXELS_FROM) paintPixels(context, dots, looks);
  else paintPaths(context, dots, looks);
}

/** One path for each look. */
function paintPaths(context: CanvasRenderingContext2D, dots: Dots, looks: DotLooks): void {
  const radius = dotRadius(dots.x.length);
  const paths = new Map<number, Path2D>();
  looks.color.forEach((color, index) => {
    const key = color * 4 + (looks.flags[index] ?? 0);
    let path = paths.get(key);
    if (path === undefined) {
      path = new Path2D();
      paths.set(key, path);
    }
    const x = dots.x[index] ?? 0;
    const y = dots.y[index] ?? 0;
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, Math.PI * 2);
  });
  // What is on the table lies on top.
  const inOrder = [...paths].sort(([a], [b]) => (b & FAINT_DOT) - (a & FAINT_DOT));
  for (const [key, path] of inOrder) {
    const color = looks.palette[key >> 2] ?? 'gray';
    context.globalAlpha = key & FAINT_DOT ? FAINT : 1;
    if (key & FULL) {
      context.fillStyle = color;
      context.fill(path);
    } else {
      context.strokeStyle = color;
      context.lineWidth = 1.25;
      context.stroke(path);
    }
  }
  context.globalAlpha = 1;
}

/** CSS colours as the pixels they make. */
function pixelsOf(palette: readonly string[]): Uint32Array {
  const canvas = new OffscreenCanvas(Math.max(1, palette.length), 1);
  const context = canvas.getContext('2d');
  if (!context) return new Uint32Array(palette.length);
  palette.forEach((color, index) => {
    context.fillStyle = color;
    context.fillRect(index, 0, 1, 1);
  });
  return new Uint32Array(context.getImageData(0, 0, canvas.width, 1).data.buffer);
}

/** Squares written into the canvas's pixels, the faint ones first and half see-through. */
function paintPixels(context: CanvasRenderingContext2D, dots: Dots, looks: DotLooks): void {
  const { width, height } = context.canvas;
  const ratio = context.getTransform().a;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const inks = pixelsOf(looks.palette);
  const side = Math.max(1, Math.round((dots.x.length > 30_000 ? 1.5 : 2.5) * ratio));
  const alphaMask = new Uint32Array(new Uint8Array([255, 255, 255, Math.round(255 * FAINT)]).buffer)[0] ?? 0;
  for (const pass of [FAINT_DOT, 0]) {
    for (let index = 0; index < dots.x.length; index += 1) {
      if (((looks.flags[index] ?? 0) & FAINT_DOT) !== pass) continue;
      const left = Math.round((dots.x[index] ?? 0) * ratio - side / 2);
      const top = Math.round((dots.y[index] ?? 0) * ratio - side / 2);
      if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
      const ink = (inks[looks.color[index] ?? 0] ?? 0) & (pass ? alphaMask : 0xffffffff);
      for (let y = top; y < top + side; y += 1) pixels.fill(ink, y * width + left, y * width + left + side);
    }
  }
  context.putImageData(image, 0, 0);
}

interface Overlay {
  dots: Dots;
  current: number;
  hovered: number;
  lassoed: readonly number[];
  line: readonly Point[];
  ink: string;
  accent: string;
}

/** The current dot, the one under the pointer, those chosen, and the lasso while it is drawn. */
export function paintOverlay(context: CanvasRenderingContext2D, overlay: Overlay): void {
  const { dots, current, hovered, lassoed, line, ink, accent } = overlay;
  const radius = dotRadius(dots.x.length);
  const ring = (index: number, color: string, size: number) => {
    if (index < 0) return;
    context.beginPath();
    context.arc(dots.x[index] ?? 0, dots.y[index] ?? 0, size, 0, Math.PI * 2);
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.stroke();
  };
  for (const index of lassoed) ring(index, accent, radius + 1.5);
  ring(current, accent, radius + 4);
  ring(hovered, ink, radius + 2.5);
  if (line.length < 2) return;
  context.beginPath();
  for (const [x, y] of line) context.lineTo(x, y);
  context.closePath();
  context.strokeStyle = accent;
  context.setLineDash([4, 3]);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 0.1;
  context.fillStyle = accent;
  context.fill();
  context.globalAlpha = 1;
}
