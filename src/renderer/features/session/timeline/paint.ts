/**
 * Draws a view of a timeline onto a canvas: what `visible.ts` and `ticks.ts` say, in the theme's colours. Owns no state;
 * a whole frame is drawn each time, in time bounded by the spans in sight.
 */
import { lanes } from '../../../../shared/model/pillar';
import { formatMicroseconds } from '../../../lib/format';
import { laneLetters } from '../../../lib/lanes';
import { AXIS_HEIGHT } from './geometry';
import { STYLE } from './layout';
import { outline, paintContext, paintMarkers, paintMatches } from './paint-marks';
import { ALPHA, FONT, type Palette, type Scene } from './scene';
import { ticksOf } from './ticks';
import { drawTrack, toPixel } from './visible';

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
    if (x - lastX > 18) {
      const label = String(turnNo);
      // The number of a turn at the right edge stands whole to the left of its line.
      canvas.fillText(
        label,
        Math.min(x - 2, geometry.left + geometry.plotWidth - canvas.measureText(label).width),
        AXIS_HEIGHT - 9,
      );
    }
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
