/** Draws the whole session small, and the brush that shows which part of it is in view. */
import { lanes } from '../../../../shared/model/pillar';
import { MINIMAP_HEIGHT, type Geometry } from './geometry';
import { STYLE, type TimelineLayout } from './layout';
import { ALPHA, type Palette, type Scene } from './scene';
import { drawTrack, toPixel, type View } from './visible';

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
