/** Where things stand in the timeline's rectangle: axis, lanes with their tracks, minimap. Pure; pixels from the top left. */
import { lanes } from '../../../../shared/model/pillar';
import type { TimelineLayout } from './layout';

/** Above the lanes: the ticks' labels, and below them the turns' numbers. */
export const AXIS_HEIGHT = 36;
export const LABEL_WIDTH = 104;
export const MINIMAP_HEIGHT = 30;
/** Between the lanes and the minimap, and below it. */
const MINIMAP_MARGIN = 7;
const RIGHT_MARGIN = 12;
const LEAST_LANE = 20;
/** A lane gains nothing from more, for each of its tracks. */
const MOST_LANE = 64;
/** Above the tracks of a lane stand the flags. */
const FLAG_ROOM = 10;
/** Below those of the llm lane runs the context window. */
const CONTEXT_ROOM = 12;

export interface LaneBox {
  top: number;
  height: number;
  /** Of the tracks alone, without flags and context line. */
  tracksTop: number;
  trackHeight: number;
}

export interface Geometry {
  width: number;
  height: number;
  /** Where the axis begins and how wide it is. */
  left: number;
  plotWidth: number;
  lanes: LaneBox[];
  lanesBottom: number;
  minimapTop: number;
}

/** Shares the height out: every lane the same at least, those with parallel tracks more. */
export function geometryOf(
  width: number,
  height: number,
  layout: TimelineLayout,
  hasContext: boolean,
): Geometry {
  const minimapTop = Math.max(
    height - MINIMAP_HEIGHT - MINIMAP_MARGIN,
    AXIS_HEIGHT + lanes.length * LEAST_LANE,
  );
  const room = minimapTop - MINIMAP_MARGIN - AXIS_HEIGHT;
  const used = new Set(layout.tracks.map((track) => track.lane));
  // A lane with nothing on it keeps its place, and gives its room to the others.
  const weights = layout.rowsOfLane.map((rows, lane) => (used.has(lane) ? 1 + (rows - 1) * 0.4 : 0));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const spare = Math.max(room - lanes.length * LEAST_LANE, 0);
  let top = AXIS_HEIGHT;
  const boxes = weights.map((weight, index): LaneBox => {
    const laneHeight =
      LEAST_LANE + (sum === 0 ? spare / lanes.length : Math.min((spare * weight) / sum, MOST_LANE * weight));
    const rows = layout.rowsOfLane[index] ?? 1;
    const below = lanes[index] === 'llm' && hasContext ? Math.min(CONTEXT_ROOM, laneHeight * 0.3) : 4;
    const above = Math.min(FLAG_ROOM, laneHeight * 0.3);
    const box = {
      top,
      height: laneHeight,
      tracksTop: top + above,
      trackHeight: Math.min((laneHeight - above - below) / rows, 24),
    };
    top += laneHeight;
    return box;
  });
  return {
    width,
    height,
    left: LABEL_WIDTH,
    plotWidth: Math.max(width - LABEL_WIDTH - RIGHT_MARGIN, 1),
    lanes: boxes,
    lanesBottom: top,
    minimapTop,
  };
}

/** The track at a height; the nearest one of the lane, so that thin tracks can be hit. */
export function trackAt(geometry: Geometry, layout: TimelineLayout, y: number): number | null {
  const lane = geometry.lanes.findIndex((box) => y >= box.top && y < box.top + box.height);
  const box = geometry.lanes[lane];
  if (box === undefined) return null;
  const row = Math.floor((y - box.tracksTop) / box.trackHeight);
  const rows = layout.rowsOfLane[lane] ?? 1;
  const wanted = Math.min(Math.max(row, 0), rows - 1);
  const track = layout.tracks.findIndex((candidate) => candidate.lane === lane && candidate.row === wanted);
  return track === -1 ? null : track;
}
