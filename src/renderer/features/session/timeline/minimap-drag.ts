/** What a press on the minimap does until it is released. Knows nothing of what is drawn. */
import type { Span1d } from './view-motion';
import { toAxis, type View } from './visible';

interface MinimapDrag {
  /** Of the whole axis. */
  length: number;
  /** The part in view when the drag begins. */
  part: Span1d;
  plotWidth: number;
  /** Pixels from where the minimap begins. */
  pixelOf: (event: MouseEvent) => number;
  setPart: (part: Span1d) => void;
}

/** A shorter way than this share of the axis is a click. */
const CLICK = 0.004;

/** A drag within the brush moves it, one beside it draws a new one, a click puts its middle there. */
export function dragOnMinimap(canvas: HTMLCanvasElement, event: PointerEvent, drag: MinimapDrag): void {
  const { length, part, plotWidth, pixelOf, setPart } = drag;
  const whole: View = { from: 0, to: length, width: plotWidth };
  const place = (moved: MouseEvent) => Math.min(Math.max(toAxis(whole, pixelOf(moved)), 0), length);
  const start = place(event);
  const isWhole = part.to - part.from >= length * 0.999;
  const isInside = !isWhole && start >= part.from && start <= part.to;
  const isClick = (at: number) => Math.abs(at - start) <= length * CLICK;
  const onMove = (moved: PointerEvent) => {
    const at = place(moved);
    if (isInside) setPart({ from: part.from + at - start, to: part.to + at - start });
    else if (!isClick(at)) setPart({ from: Math.min(start, at), to: Math.max(start, at) });
  };
  const onEnd = (ended: PointerEvent) => {
    const at = place(ended);
    const half = (part.to - part.from) / 2;
    if (ended.type === 'pointerup' && !isWhole && isClick(at)) setPart({ from: at - half, to: at + half });
    canvas.removeEventListener('pointermove', onMove);
    canvas.removeEventListener('pointerup', onEnd);
    canvas.removeEventListener('pointercancel', onEnd);
  };
  canvas.setPointerCapture(event.pointerId);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onEnd);
  canvas.addEventListener('pointercancel', onEnd);
}
