/** Moving and zooming a view without leaving the axis. Pure; what keys, wheel, drag and the minimap all do in the end. */
import type { AxisMode } from './axis';
import type { View } from './visible';

export interface Span1d {
  from: number;
  to: number;
}

/** No closer than this share of the axis, nor than one span or 20 microseconds. */
export function leastWidth(length: number, mode: AxisMode): number {
  return Math.min(length, mode === 'order' ? 4 : Math.max(length * 1e-7, 20));
}

/** Keeps a part of the axis on the axis, and as wide as it was where that can be. */
export function clamp({ from, to }: Span1d, length: number, least: number): Span1d {
  const width = Math.min(Math.max(to - from, least), length);
  const middle = (from + to) / 2;
  const start = Math.min(Math.max(to - from < least ? middle - width / 2 : from, 0), length - width);
  return { from: start, to: start + width };
}

/** Zooms by a factor (2: twice as close) about a place on the axis, which stays where it is on the screen. */
export function zoomBy(view: View, factor: number, about: number, length: number, least: number): Span1d {
  const width = Math.min(Math.max((view.to - view.from) / factor, least), length);
  const share = (about - view.from) / (view.to - view.from);
  return clamp({ from: about - share * width, to: about + (1 - share) * width }, length, least);
}

/** Moves just so far that [from, to] is seen, with room about it; not at all where it is seen already. */
export function reveal(view: View, from: number, to: number, length: number, least: number): Span1d {
  const width = view.to - view.from;
  if (from >= view.from && to <= view.to) return { from: view.from, to: view.to };
  // Longer than the view: its beginning is what is looked for.
  const middle = to - from > width * 0.9 ? from + width * 0.4 : (from + to) / 2;
  if (to - from > width * 0.9 && from < view.to && to > view.from) return { from: view.from, to: view.to };
  return clamp({ from: middle - width / 2, to: middle + width / 2 }, length, least);
}
