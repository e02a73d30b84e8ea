/**
 * Reads a file that grew from the middle, for formats that must know what stands before a record: begins at the last one
 * its format can begin at, and keeps to itself what it is told until the reader says that this was enough.
 */
import { areGivenBefore, type Resumption } from './continued';
import { NoticedLines } from '../../shared/trace/noticed-lines';
import { readSource, type ReadCounts, type ReadTask } from './read-source';

/**
 * Reads on from `from`. Null where the reader found that it needs the lines before: nothing has been told then. Throws as
 * `readSource` does.
 */
export async function readResumed(task: ReadTask, from: Resumption): Promise<ReadCounts | null> {
  const told: (() => void)[] = [];
  const { format, emit } = task;
  const noticed = new NoticedLines();
  const reading: { isEnough: boolean; ids: readonly string[] } = { isEnough: true, ids: [] };
  const counts = await readSource({
    ...task,
    from,
    noticed,
    format: {
      ...format,
      read: (sink, source) => {
        const reader = format.read(sink, {
          ...source,
          resumed: { head: task.look.sample.records, lead: from.lead, standing: from.standing },
        });
        return {
          record: (record, place) => {
            reader.record(record, place);
          },
          end: () => {
            reading.isEnough = (reader.needsBeginning?.() ?? null) === null;
            reading.ids = reader.idsGiven?.() ?? [];
            if (reading.isEnough) reader.end?.();
          },
        };
      },
    },
    emit: {
      span: (...span) => told.push(() => emit.span(...span)),
      label: (...label) => told.push(() => emit.label(...label)),
      note: (...note) => told.push(() => emit.note(...note)),
      reject: (...reject) => told.push(() => emit.reject(...reject)),
    },
    reject: (...reject) => told.push(() => task.reject(...reject)),
    onBytes: () => undefined,
    onRecord: () => told.push(task.onRecord),
  });
  if (!reading.isEnough || (await areGivenBefore(task.path, from.byteOffset, reading.ids))) return null;
  for (const tell of told) tell();
  noticed.end((what, count) => {
    emit.note(what, count);
  });
  task.onBytes(task.length);
  return counts;
}
