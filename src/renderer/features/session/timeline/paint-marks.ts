/** Draws what lies over the spans: the context window, findings and corrections, matches of the search, outlines. */
import { lanes } from '../../../../shared/model/pillar';
import { tokensAt, type ContextLine } from './context-line';
import { boxOf, type Scene } from './scene';
import { toPixel } from './visible';

/** The fill of the context window as steps along the bottom of the llm lane. */
export function paintContext(
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

export function outline(
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
export function paintMatches(
  canvas: CanvasRenderingContext2D,
  scene: Scene,
  matches: ReadonlySet<number>,
): void {
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
export function paintMarkers(
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
