import { useEffect, useRef, type ReactNode } from 'react';
import { lanes, type Lane } from '../../shared/model/pillar';
import type { Strip } from '../../shared/model/session';
import { formatPlural } from '../lib/format';
import { cssColor, useShownTheme } from '../lib/lanes';
import classes from './trajectory-strip.module.css';

interface TrajectoryStripProps {
  strip: Strip;
  width?: number;
  height?: number;
}

const FLAG_HEIGHT = 4;

/** A whole session as a barcode: a line of ticks per lane, errors taller and in the failure colour, findings as flags. */
export function TrajectoryStrip({ strip, width = 180, height = 22 }: TrajectoryStripProps): ReactNode {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  useEffect(() => {
    const canvas = canvasRef.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    draw(context, strip, width, height);
  }, [strip, width, height, theme]);
  const errors = strip.ticks.filter(([, , , isError]) => isError).length;
  const label = `${formatPlural(strip.findings.length, 'finding')}, ${formatPlural(errors, 'error')}`;
  return (
    <canvas
      ref={canvasRef}
      className={classes.strip}
      style={{ width, height }}
      role="img"
      aria-label={label}
    />
  );
}

function draw(context: CanvasRenderingContext2D, strip: Strip, width: number, height: number): void {
  const laneHeight = (height - FLAG_HEIGHT) / lanes.length;
  const top = (lane: Lane) => FLAG_HEIGHT + lanes.indexOf(lane) * laneHeight;
  const x = (thousandths: number) => (thousandths / 1000) * (width - 2);
  context.fillStyle = cssColor('--soft');
  context.fillRect(0, FLAG_HEIGHT, width, height - FLAG_HEIGHT);
  for (const lane of lanes) {
    context.fillStyle = cssColor(`--lane-${lane}`);
    for (const [ofLane, at, span, isError] of strip.ticks)
      if (ofLane === lane && !isError)
        context.fillRect(x(at), top(lane) + 0.5, Math.max(x(span), 1.2), Math.max(laneHeight - 1, 1));
  }
  context.fillStyle = cssColor('--fail');
  for (const [lane, at, span, isError] of strip.ticks)
    if (isError) context.fillRect(x(at), top(lane) - 1, Math.max(x(span), 1.6), laneHeight + 1.5);
  for (const at of strip.findings) {
    context.beginPath();
    context.moveTo(x(at), 0);
    context.lineTo(x(at) + 5, 1.8);
    context.lineTo(x(at), FLAG_HEIGHT);
    context.fill();
  }
}
