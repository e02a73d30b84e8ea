/** What is dragged over the sorting table. Only ids travel; what they stand for is asked of the engine. */
import { z } from 'zod';

const TYPE = 'application/x-faultline-corrections';
const draggedSchema = z.union([
  z.object({ kind: z.literal('corrections'), ids: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('cluster'), clusterId: z.string() }),
  z.object({ kind: z.literal('code'), code: z.string() }),
]);
export type Dragged = z.infer<typeof draggedSchema>;

export function putDragged(transfer: DataTransfer, dragged: Dragged): void {
  transfer.setData(TYPE, JSON.stringify(dragged));
  transfer.effectAllowed = 'move';
}

export function isDragged(transfer: DataTransfer): boolean {
  return transfer.types.includes(TYPE);
}

/** What was dropped; null for anything that does not come from the table. */
export function takeDragged(transfer: DataTransfer): Dragged | null {
  try {
    const parsed = draggedSchema.safeParse(JSON.parse(transfer.getData(TYPE)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
