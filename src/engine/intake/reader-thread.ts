/** The program of a thread that reads files of an import. Must not be imported by anything. */
import { serveTasks } from '../workspace/thread-pool';
import { batchReader, type Batch, type ReadingData } from './read-batch';

serveTasks((data) => {
  const read = batchReader(data as ReadingData);
  return (batch) => read(batch as Batch);
});
