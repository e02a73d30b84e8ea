/**
 * Where the window was: kept in one small file of this program's own folder, and used again only where a screen still
 * shows it. A damaged file is no reason not to start.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const stateSchema = z.object({
  bounds: z.object({
    x: z.number().int(),
    y: z.number().int(),
    width: z.number().int().min(1),
    height: z.number().int().min(1),
  }),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

/** Pixels of the window that a screen must show in both directions: enough to take hold of it. */
const MIN_VISIBLE = 100;

/** The kept state; null when there is none, it is damaged, or none of `workAreas` shows enough of it. */
export function readWindowState(file: string, workAreas: readonly Rectangle[]): WindowState | null {
  let state: WindowState;
  try {
    state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
  return workAreas.some((area) => overlaps(state.bounds, area)) ? state : null;
}

/** Writes aside and renames: a crash in between leaves the state from before. Failing to is not worth a message. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch (error) {
    console.error(
      `The window's place was not kept: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function overlaps(bounds: Rectangle, area: Rectangle): boolean {
  const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const height = Math.min(bounds.y + bounds.height, area.y + area.height) - Math.max(bounds.y, area.y);
  return width >= MIN_VISIBLE && height >= MIN_VISIBLE;
}
