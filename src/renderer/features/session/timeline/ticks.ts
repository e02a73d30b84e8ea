/** Where an axis has its ticks and what they say. Pure. */
import type { Axis } from './axis';
import { toPixel, type View } from './visible';

export interface Tick {
  value: number;
  x: number;
  label: string;
}

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps of a clock that people can count in. */
const CLOCK_STEPS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
];

/** The least of 1, 2 and 5 times a power of ten that is at least `value`. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10) * power;
}

function wallStep(least: number): number {
  const tens = least <= 0 ? 1 : roundStep(least);
  if (tens <= 20 * SECOND) return Math.max(tens, 1);
  if (least <= 30 * SECOND) return 30 * SECOND;
  return CLOCK_STEPS.find((step) => step >= least) ?? roundStep(least / DAY) * DAY;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Microseconds since the start as a tick says them, no finer than the step needs: `0 s`, `1.5 s`, `2 m 30 s`, `1 d 6 h`. */
export function wallLabel(us: number, step: number): string {
  if (us === 0) return step < SECOND ? (step < 1000 ? '0 µs' : '0 ms') : step < MINUTE ? '0 s' : '0';
  if (step < SECOND && us < SECOND)
    return step < 1000 ? `${Number(us.toFixed(0))} µs` : `${Number((us / 1000).toFixed(0))} ms`;
  const decimals = step < SECOND ? Math.min(Math.ceil(-Math.log10(step / SECOND)), 6) : 0;
  const rounded = Math.round(us / SECOND);
  if (us < MINUTE) return `${(us / SECOND).toFixed(decimals)} s`;
  if (step < SECOND) return `${Math.floor(us / MINUTE)} m ${((us % MINUTE) / SECOND).toFixed(decimals)} s`;
  const minutes = Math.floor(rounded / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0)
    return rounded % 60 === 0 && step >= MINUTE ? `${minutes} m` : `${minutes} m ${pad(rounded % 60)} s`;
  const seconds = step < MINUTE ? ` ${pad(rounded % 60)} s` : '';
  if (hours < 24)
    return minutes % 60 === 0 && step >= HOUR ? `${hours} h` : `${hours} h ${pad(minutes % 60)} m${seconds}`;
  const rest =
    hours % 24 === 0 && step >= DAY ? '' : ` ${hours % 24} h${step >= HOUR ? '' : ` ${pad(minutes % 60)} m`}`;
  return `${Math.floor(hours / 24)} d${rest}${seconds}`;
}

/**
 * Ticks in sight, about `gap` pixels apart. In order mode they count spans from 1, as people do. With folded gaps the time
 * since the start says little: then they are times of the day, where `startOfDayUs` (how long before the session's start
 * the local day began) is known.
 */
export function ticksOf(view: View, axis: Axis, startOfDayUs: number | null = null, gap = 84): Tick[] {
  const least = ((view.to - view.from) * gap) / view.width;
  if (axis.mode === 'order') {
    const step = Math.max(roundStep(least), 1);
    return multiples(step, view.from, view.to).map((value) => ({
      value,
      x: toPixel(view, value),
      // A span takes the room from its index to the next; its number stands at its beginning.
      label: orderLabel(value),
    }));
  }
  const step = wallStep(least);
  const isClock = axis.breaks.length > 0 && startOfDayUs !== null;
  const shift = isClock ? startOfDayUs : 0;
  const ticks: Tick[] = [];
  for (const [from, to] of stretches(view, axis)) {
    for (const shifted of multiples(step, axis.time(from) + shift, axis.time(to) + shift)) {
      const us = shifted - shift;
      const value = axis.place(us);
      const x = toPixel(view, value);
      const last = ticks.at(-1);
      // Beside a folded gap the steps start anew.
      if (last === undefined || x - last.x > gap * 0.7)
        ticks.push({ value, x, label: isClock ? clockLabel(shifted, step) : wallLabel(us, step) });
    }
  }
  return ticks;
}

function multiples(step: number, from: number, to: number): number[] {
  const values: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to && values.length < 200; index += 1)
    values.push(index * step);
  return values;
}

/** The parts of the view between folded gaps, in which time runs as it did. */
function stretches(view: View, axis: Axis): [number, number][] {
  const parts: [number, number][] = [];
  let from = view.from;
  for (const { at, width } of axis.breaks) {
    if (at + width <= view.from) continue;
    if (at >= view.to) break;
    if (at > from) parts.push([from, at]);
    from = at + width;
  }
  if (from < view.to) parts.push([from, view.to]);
  return parts;
}

/** Microseconds of a local day (or of a later one) as a clock shows them, no finer than the step and the time itself need. */
function clockLabel(us: number, step: number): string {
  const seconds = Math.floor(us / SECOND + 1e-6);
  const clock = `${pad(Math.floor(seconds / 3600) % 24)}:${pad(Math.floor(seconds / 60) % 60)}`;
  if (step >= MINUTE) return clock;
  if (step >= SECOND) return `${clock}:${pad(seconds % 60)}`;
  const decimals = Math.min(Math.ceil(-Math.log10(step / SECOND)), 6);
  const told = ((us / SECOND) % 60).toFixed(decimals).padStart(decimals + 3, '0');
  return `${clock}:${told.replace(/\.?0+$/u, '').padStart(2, '0')}`;
}

function orderLabel(index: number): string {
  return String(index + 1).replace(/\B(?=(\d{3})+$)/gu, ',');
}
