/**
 * The program of a thread that reads sessions: runs detectors over a batch of them and classes their user turns. Gives way
 * to the threads that answer people. Must not be imported by anything.
 */
import { prepareClassing, type ClassJob, type TurnRecord } from './corrections/class-turns';
import { prepareInspecting } from './signals/inspect-batch';
import type { ReadJob, ReadTask } from './signals/inspect-sessions';
import { serveTasks } from './workspace/thread-pool';

serveTasks((data) => {
  const { inspect, beside } = data as ReadJob;
  const inspectBatch = inspect === null ? null : prepareInspecting(inspect);
  const classTurns = beside === null ? null : prepareClassing(beside as ClassJob);
  return async (task) => {
    const { batch, beside: turns } = task as ReadTask;
    return {
      inspected: inspectBatch === null || batch === null ? null : await inspectBatch(batch),
      beside: classTurns === null ? null : classTurns(turns as TurnRecord[]),
    };
  };
});
