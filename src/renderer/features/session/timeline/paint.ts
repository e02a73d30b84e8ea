/**
 * Draws a view of a timeline onto a canvas: what `visible.ts` and `ticks.ts` say, in the theme's colours. Owns no state;
 * a whole frame is drawn each time, in time bounded by the spans in sight.
 */
import { lanes } from '../../../../shared/model/pillar';
import { formatMicroseconds } from '../../../lib/format';
import { cssColor, laneLetters } from '../../../lib/lanes';
import { tokensAt, type ContextLine } from './context-line';
import { AXIS_HEIGHT, MINIMAP_HEIGHT, type Geometry } from './geometry';
import { STYLE, type TimelineLayout } from './layout';
import { ticksOf } from './ticks';
import { drawTrack, toPixel, type PlacedMarkers, type View } from './visible';

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

const FONT = '11px "Inter Variable", system-ui, sans-serif';
/** How strongly a style is drawn; errors have a pattern besides. */
const ALPHA: Record<number, number> = {
  [STYLE.normal]: 1,
  [STYLE.subAgent]: 0.55,
  [STYLE.rewound]: 0.22,
  [STYLE.stopped]: 0.7,
  [STYLE.container]: 0.32,
  [STYLE.error]: 1,
};

export function paint(canvas: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette } = scene;
  canvas.clearRect(0, 0, geometry.width, geometry.height);
  canvas.font = FONT;
  canvas.textBaseline = 'middle';
  paintAxis(canvas, scene);
  paintLanes(canvas, scene);
  canvas.save();
  canvas.beginPath();
  canvas.rect(geometry.left - 1, 0, geometry.plotWidth + 2, geometry.lanesBottom);
  canvas.clip();
  paintBreaks(canvas, scene);
  paintTurns(canvas, scene);
  paintSpans(canvas, scene);
  if (scene.context !== null) paintContext(canvas, scene, scene.context);
  if (scene.matches !== null) paintMatches(canvas, scene, scene.matches);
  paintMarkers(canvas, scene);
  if (scene.hovered !== null) outline(canvas, scene, scene.hovered, palette.dim, 1);
  if (scene.selected !== null) outline(canvas, scene, scene.selected, palette.accent, 2);
  canvas.restore();
}

function paintAxis(
  canvas: CanvasRenderingContext2D,
  { geometry, view, palette, layout, startOfDayUs }: Scene,
): void {
  canvas.textAlign = 'center';
  for (const tick of ticksOf(view, layout.axis, startOfDayUs)) {
    const x = geometry.left + tick.x;
    canvas.fillStyle = palette.line;
    canvas.fillRect(Math.round(x), AXIS_HEIGHT - 18, 1, geometry.lanesBottom - AXIS_HEIGHT + 18);
    canvas.fillStyle = palette.dim;
    const half = canvas.measureText(tick.label).width / 2;
    canvas.fillText(
      tick.label,
      Math.min(Math.max(x, geometry.left + half - 4), geometry.width - half - 2),
      10,
    );
  }
}

function paintLanes(canvas: CanvasRenderingContext2D, { geometry, palette }: Scene): void {
  canvas.textAlign = 'left';
  for (const [index, box] of geometry.lanes.entries()) {
    canvas.fillStyle = palette.line;
    canvas.fillRect(0, Math.round(box.top), geometry.width, 1);
    const middle = box.top + box.height / 2;
    canvas.globalAlpha = 0.2;
    canvas.fillStyle = palette.lanes[index] ?? palette.dim;
    canvas.beginPath();
    canvas.roundRect(8, middle - 7, 14, 14, 3);
    canvas.fill();
    canvas.globalAlpha = 1;
    const lane = lanes[index] ?? 'llm';
    canvas.fillStyle = palette.laneInks[index] ?? palette.ink;
    canvas.textAlign = 'center';
    canvas.font = `600 9.5px "Inter Variable", system-ui, sans-serif`;
    canvas.fillText(laneLetters[lane], 15, middle + 0.5);
    canvas.font = FONT;
    canvas.textAlign = 'left';
    canvas.fillStyle = palette.ink;
    canvas.fillText(lane, 27, middle + 0.5);
  }
  canvas.fillStyle = palette.line;
  canvas.fillRect(0, Math.round(geometry.lanesBottom), geometry.width, 1);
}

/** Where a long gap is folded: a band across the lanes, with how long nothing happened while there is room for it. */
function paintBreaks(canvas: CanvasRenderingContext2D, { geometry, view, palette, layout }: Scene): void {
  for (const gap of layout.axis.breaks) {
    if (gap.at + gap.width < view.from || gap.at > view.to) continue;
    const x = geometry.left + toPixel(view, gap.at);
    const width = Math.max(toPixel(view, gap.at + gap.width) - toPixel(view, gap.at), 2);
    canvas.fillStyle = palette.soft;
    canvas.fillRect(x, AXIS_HEIGHT, width, geometry.lanesBottom - AXIS_HEIGHT);
    canvas.fillStyle = palette.dim;
    canvas.globalAlpha = 0.55;
    const middle = Math.round(x + width / 2);
    for (let y = AXIS_HEIGHT; y < geometry.lanesBottom; y += 6)
      canvas.fillRect(middle + ((y / 6) % 2 < 1 ? 0 : 1), y, 1, 4);
    canvas.globalAlpha = 1;
    const label = formatMicroseconds(gap.lengthUs);
    if (width > canvas.measureText(label).width + 8) {
      canvas.textAlign = 'center';
      canvas.fillText(label, x + width / 2, AXIS_HEIGHT - 9);
    }
  }
}

/** A faint line where a turn begins, with its number while there is room. */
function paintTurns(canvas: CanvasRenderingContext2D, { geometry, view, palette, turns }: Scene): void {
  // Closer than this on the whole they would be a pattern, and no help.
  const seen = turns.filter(({ at }) => at >= view.from && at <= view.to);
  if (seen.length > geometry.plotWidth / 12) return;
  let lastX = Number.NEGATIVE_INFINITY;
  canvas.textAlign = 'left';
  for (const { at, turnNo } of seen) {
    const x = Math.round(geometry.left + toPixel(view, at));
    if (x - lastX < 3) continue;
    canvas.fillStyle = palette.dim;
    canvas.globalAlpha = 0.35;
    for (let y = AXIS_HEIGHT - 2; y < geometry.lanesBottom; y += 5) canvas.fillRect(x, y, 1, 2);
    canvas.globalAlpha = 1;
    if (x - lastX > 18) canvas.fillText(String(turnNo), x - 2, AXIS_HEIGHT - 9);
    lastX = x;
  }
}

/** Diagonal stripes of the failure colour, so that an error is told by its pattern as well. */
function errorPattern(canvas: CanvasRenderingContext2D, palette: Palette): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const pen = tile.getContext('2d');
  if (pen === null) return palette.fail;
  pen.fillStyle = palette.fail;
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = palette.panel;
  pen.globalAlpha = 0.55;
  pen.lineWidth = 1.4;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  return canvas.createPattern(tile, 'repeat') ?? palette.fail;
}

function paintSpans(
  canvas: CanvasRenderingContext2D,
  { layout, geometry, view, palette, matches }: Scene,
): void {
  const stripes = errorPattern(canvas, palette);
  // While something is searched for, the rest steps back.
  const strength = matches === null ? 1 : 0.45;
  for (const track of layout.tracks) {
    const box = geometry.lanes[track.lane];
    if (box === undefined) continue;
    const y = box.tracksTop + track.row * box.trackHeight;
    const height = Math.max(box.trackHeight - 2, 2);
    const color = palette.lanes[track.lane] ?? palette.dim;
    drawTrack(layout, track, view, (x, width, style) => {
      canvas.globalAlpha = (ALPHA[style] ?? 1) * strength;
      canvas.fillStyle = style === STYLE.error ? stripes : color;
      // A gap of a pixel parts neighbours that are wide enough to be seen apart.
      const shown = width > 4 ? width - 1 : width;
      if (shown > 5) {
        canvas.beginPath();
        canvas.roundRect(geometry.left + x, y, shown, height, 2);
        canvas.fill();
      } else canvas.fillRect(geometry.left + x, y, shown, height);
      if (style === STYLE.stopped) {
        canvas.globalAlpha = strength;
        canvas.fillStyle = palette.ink;
        canvas.fillRect(geometry.left + x + shown - 2, y - 1, 2, height + 2);
      }
    });
  }
  canvas.globalAlpha = 1;
}

/** The fill of the context window as steps along the bottom of the llm lane. */
function paintContext(
  canvas: CanvasRenderingContext2D,
  { geometry, view, palette }: Scene,
  line: ContextLine,
): void {
  const lane = lanes.indexOf('llm');
  const box = geometry.lanes[lane];
  if (box === undefined) return;
  const bottom = box.top + box.height - 1;
  const height = Math.max(bottom - (box.tracksTop + box.height * 0.25), 8);
  const y = (tokens: number) => bottom - (tokens / line.limit) * height;
  canvas.strokeStyle = palette.laneInks[lane] ?? palette.ink;
  canvas.fillStyle = canvas.strokeStyle;
  canvas.lineWidth = 1.2;
  canvas.beginPath();
  const first = tokensAt(line, view.from);
  let isDown = first !== null;
  if (first !== null) canvas.moveTo(geometry.left, y(first));
  let last = first ?? 0;
  let lastX = Number.NEGATIVE_INFINITY;
  for (const [index, at] of line.at.entries()) {
    if (at <= view.from) continue;
    if (at > view.to) break;
    const x = geometry.left + toPixel(view, at);
    const tokens = line.tokens[index] ?? 0;
    // More steps than pixels would only darken the line.
    if (x - lastX < 0.5) {
      last = tokens;
      continue;
    }
    if (isDown) canvas.lineTo(x, y(last));
    else canvas.moveTo(x, y(tokens));
    canvas.lineTo(x, y(tokens));
    isDown = true;
    last = tokens;
    lastX = x;
  }
  canvas.lineTo(geometry.left + geometry.plotWidth, y(last));
  canvas.globalAlpha = 0.75;
  canvas.stroke();
  canvas.globalAlpha = 0.08;
  canvas.lineTo(geometry.left + geometry.plotWidth, bottom);
  canvas.lineTo(geometry.left, bottom);
  canvas.fill();
  canvas.globalAlpha = 1;
}

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

function outline(
  canvas: CanvasRenderingContext2D,
  scene: Scene,
  index: number,
  color: string,
  weight: number,
): void {
  const box = boxOf(scene, index);
  if (box === null || box.x > scene.geometry.width || box.x + box.width < scene.geometry.left) return;
  const gap = weight + 0.5;
  canvas.strokeStyle = color;
  canvas.lineWidth = weight;
  canvas.beginPath();
  canvas.roundRect(box.x - gap, box.y - gap, box.width + 2 * gap, box.height + 2 * gap, 3);
  canvas.stroke();
}

/** A bar below every span that matches the search, one a pixel. */
function paintMatches(canvas: CanvasRenderingContext2D, scene: Scene, matches: ReadonlySet<number>): void {
  const { layout, geometry, view, palette } = scene;
  const lastX = new Map<number, number>();
  canvas.fillStyle = palette.accent;
  for (const index of matches) {
    if ((layout.start[index] ?? 0) > view.to || (layout.end[index] ?? 0) < view.from) continue;
    const box = boxOf(scene, index);
    const track = layout.track[index] ?? 0;
    if (box === null || box.x < (lastX.get(track) ?? Number.NEGATIVE_INFINITY) + 1) continue;
    lastX.set(track, box.x);
    const left = Math.max(box.x, geometry.left);
    canvas.fillRect(left, box.y + box.height + 1, Math.max(box.x + box.width - left - 1, 2), 2.5);
  }
}

/** Findings as flags on a pole, corrections as rings on the user's lane; several in one place say how many. */
function paintMarkers(
  canvas: CanvasRenderingContext2D,
  { geometry, palette, findings, corrections }: Scene,
): void {
  canvas.textAlign = 'left';
  for (const { lane, x, members } of findings) {
    const box = geometry.lanes[lane];
    if (box === undefined) continue;
    const left = geometry.left + x;
    const top = box.top + 2;
    canvas.fillStyle = palette.fail;
    // The pole ends where the spans begin: a lane full of flags must still show them.
    canvas.fillRect(left - 0.5, top, 1.2, box.tracksTop - top + 3);
    canvas.beginPath();
    canvas.moveTo(left, top);
    canvas.lineTo(left + 9, top + 3.5);
    canvas.lineTo(left, top + 7);
    canvas.fill();
    if (members.length > 1) canvas.fillText(String(members.length), left + 11, top + 4.5);
  }
  for (const { lane, x, members } of corrections) {
    const box = geometry.lanes[lane];
    if (box === undefined) continue;
    const left = geometry.left + x;
    const middle = box.top + box.height - 6;
    canvas.beginPath();
    canvas.arc(left + 3, middle, 3.5, 0, 2 * Math.PI);
    canvas.fillStyle = palette.panel;
    canvas.fill();
    canvas.strokeStyle = palette.warn;
    canvas.lineWidth = 2;
    canvas.stroke();
    canvas.fillStyle = palette.dim;
    if (members.length > 1) canvas.fillText(String(members.length), left + 10, middle + 0.5);
  }
}

/** The whole session as small lines, once for each size and theme; the brush over it is drawn each time. */
export function paintMinimap(
  canvas: CanvasRenderingContext2D,
  layout: TimelineLayout,
  geometry: Geometry,
  palette: Palette,
): void {
  const whole: View = { from: 0, to: layout.length, width: geometry.plotWidth };
  const laneHeight = (MINIMAP_HEIGHT - 4) / lanes.length;
  canvas.fillStyle = palette.soft;
  canvas.fillRect(0, 0, geometry.plotWidth, MINIMAP_HEIGHT);
  for (const wantsErrors of [false, true])
    for (const track of layout.tracks) {
      const y = 2 + track.lane * laneHeight;
      drawTrack(layout, track, whole, (x, width, style) => {
        if ((style === STYLE.error) !== wantsErrors) return;
        canvas.globalAlpha = wantsErrors ? 1 : (ALPHA[style] ?? 1) * 0.8;
        canvas.fillStyle = wantsErrors ? palette.fail : (palette.lanes[track.lane] ?? palette.dim);
        canvas.fillRect(x, y, Math.max(width, 1), laneHeight - 1);
      });
    }
  canvas.globalAlpha = 1;
}

/** Labels the minimap, puts the picture of the session there and the brush over it. */
export function paintBrush(canvas: CanvasRenderingContext2D, scene: Scene, minimap: CanvasImageSource): void {
  const { geometry, view, palette, layout } = scene;
  const whole: View = { from: 0, to: layout.length, width: geometry.plotWidth };
  const top = geometry.minimapTop;
  canvas.fillStyle = palette.dim;
  canvas.textAlign = 'left';
  canvas.fillText('whole session', 8, top + MINIMAP_HEIGHT / 2 + 0.5);
  canvas.drawImage(minimap, geometry.left, top, geometry.plotWidth, MINIMAP_HEIGHT);
  const from = geometry.left + toPixel(whole, view.from);
  const to = geometry.left + toPixel(whole, view.to);
  canvas.fillStyle = palette.panel;
  canvas.globalAlpha = 0.62;
  canvas.fillRect(geometry.left, top, from - geometry.left, MINIMAP_HEIGHT);
  canvas.fillRect(to, top, geometry.left + geometry.plotWidth - to, MINIMAP_HEIGHT);
  canvas.globalAlpha = 1;
  canvas.strokeStyle = palette.ink;
  canvas.lineWidth = 1;
  const width = Math.max(to - from, 3);
  canvas.strokeRect(Math.round(from) + 0.5, top - 0.5, Math.round(width) - 1, MINIMAP_HEIGHT + 1);
}
