/** What a frame of the timeline is drawn from: the model, the view, where things stand and the theme's colours. */
import { lanes } from '../../../../shared/model/pillar';
import { cssColor } from '../../../lib/lanes';
import type { ContextLine } from './context-line';
import type { Geometry } from './geometry';
import { STYLE, type TimelineLayout } from './layout';
import { toPixel, type PlacedMarkers, type View } from './visible';

export interface Palette {
  panel: string;
  ink: string;
  dim: string;
  line: string;
  soft: string;
  accent: string;
  fail: string;
  warn: string;
  lanes: string[];
  laneInks: string[];
}

/** The theme's colours as they are now; read once for each theme, for reading them is slow. */
export function readPalette(): Palette {
  return {
    panel: cssColor('--panel'),
    ink: cssColor('--ink'),
    dim: cssColor('--dim'),
    line: cssColor('--line'),
    soft: cssColor('--soft'),
    accent: cssColor('--acc'),
    fail: cssColor('--fail'),
    warn: cssColor('--warn'),
    lanes: lanes.map((lane) => cssColor(`--lane-${lane}`)),
    laneInks: lanes.map((lane) => cssColor(`--lane-${lane}-ink`)),
  };
}

export interface Scene {
  layout: TimelineLayout;
  geometry: Geometry;
  view: View;
  palette: Palette;
  context: ContextLine | null;
  /** How long before the session's start the local day began; null where the source has no times. */
  startOfDayUs: number | null;
  /** Where each turn begins on the axis, with its number. */
  turns: readonly { at: number; turnNo: number }[];
  findings: readonly PlacedMarkers[];
  corrections: readonly PlacedMarkers[];
  selected: number | null;
  hovered: number | null;
  /** Spans that match the search; null while nothing is searched for. */
  matches: ReadonlySet<number> | null;
}

export const FONT = '11px "Inter Variable", system-ui, sans-serif';
/** How strongly a style is drawn; errors have a pattern besides. */
export const ALPHA: Record<number, number> = {
  [STYLE.normal]: 1,
  [STYLE.subAgent]: 0.55,
  [STYLE.rewound]: 0.22,
  [STYLE.stopped]: 0.7,
  [STYLE.container]: 0.32,
  [STYLE.error]: 1,
};

/** Where a span stands, in pixels; null when its lane is not drawn. */
export function boxOf(scene: Pick<Scene, 'layout' | 'geometry' | 'view'>, index: number) {
  const { layout, geometry, view } = scene;
  const track = layout.tracks[layout.track[index] ?? -1];
  const box = track && geometry.lanes[track.lane];
  if (!track || !box) return null;
  const x = geometry.left + toPixel(view, layout.start[index] ?? 0);
  const right = geometry.left + toPixel(view, layout.end[index] ?? 0);
  return {
    x,
    y: box.tracksTop + track.row * box.trackHeight,
    width: Math.max(right - x, 2),
    height: Math.max(box.trackHeight - 2, 2),
  };
}
