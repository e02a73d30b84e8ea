/** Draws the map's dots and what is laid over them onto canvases. Knows pixels and colours, nothing of corrections. */
import type { Dots, Point } from './map-geometry';

export interface DotLook {
  color: string;
  /** A ring while only proposed, a full dot once confirmed. */
  isFull: boolean;
  /** Not of what is on the table. */
  isFaint: boolean;
}

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

/** All dots, one path for each look, so that tens of thousands take a few milliseconds. */
export function paintDots(context: CanvasRenderingContext2D, dots: Dots, looks: readonly DotLook[]): void {
  const radius = dotRadius(dots.x.length);
  const paths = new Map<string, { look: DotLook; path: Path2D }>();
  looks.forEach((look, index) => {
    const key = `${look.color} ${look.isFull ? 'f' : 'r'} ${look.isFaint ? '0' : '1'}`;
    let entry = paths.get(key);
    if (entry === undefined) {
      entry = { look, path: new Path2D() };
      paths.set(key, entry);
    }
    const x = dots.x[index] ?? 0;
    const y = dots.y[index] ?? 0;
    entry.path.moveTo(x + radius, y);
    entry.path.arc(x, y, radius, 0, Math.PI * 2);
  });
  // What is on the table lies on top.
  const inOrder = [...paths.values()].sort((a, b) => Number(b.look.isFaint) - Number(a.look.isFaint));
  for (const { look, path } of inOrder) {
    context.globalAlpha = look.isFaint ? FAINT : 1;
    if (look.isFull) {
      context.fillStyle = look.color;
      context.fill(path);
    } else {
      context.strokeStyle = look.color;
      context.lineWidth = 1.25;
      context.stroke(path);
    }
  }
  context.globalAlpha = 1;
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
