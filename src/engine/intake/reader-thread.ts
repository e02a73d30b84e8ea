/** The program of a thread that reads files of an import, or scans lines of one. Must not be imported by anything. */
import { serveTasks } from '../workspace/thread-pool';
import { batchReader, type Batch, type ReadingData } from './read-batch';
import { formats } from './registry';
import { scannerOf, type ScanningData } from './twin/chunk-scanner';
import type { ScanTask } from './twin/span-scanner';

serveTasks((data) => {
  const given = data as ReadingData | ScanningData;
  if (!('scans' in given)) {
    const read = batchReader(given);
    return (batch) => read(batch as Batch);
  }
  const twin = formats.get(given.scans)?.twins?.find(({ scan }) => scan !== undefined);
  const scan = twin && scannerOf(twin);
  if (!scan) throw new Error(`lines of format "${given.scans}" are not scanned`);
  return (task) => Promise.resolve(scan(task as ScanTask));
});
