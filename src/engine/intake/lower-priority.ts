/** Gives a process less of the processor than those that answer people. */
import { constants, setPriority } from 'node:os';

/** Lowers the priority of the process with this id; where that cannot be, it runs like everything else. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not allow it.
  }
}
