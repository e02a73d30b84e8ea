/** The program of a thread that runs detectors, batch by batch. Must not be imported by anything. */
import { serveTasks } from '../workspace/thread-pool';
import { prepareInspecting, type InspectJob } from './inspect-batch';
import type { SpanBatch } from './read-trajectories';

serveTasks((job) => {
  const inspect = prepareInspecting(job as InspectJob);
  return (batch) => inspect(batch as SpanBatch);
});
