/** Adds to what is said of a source after it was read: things that only the index knows. */
import type { Source } from '../../shared/model/source';
import type { Queries } from '../workspace/queries';

/** Puts a note behind those of an indexed source. Does nothing where there is no such source. */
export async function addNote(
  tx: Queries,
  { import_id, source_id }: { import_id: string; source_id: string },
  note: Source['notes'][number],
): Promise<void> {
  const source = await tx.one<{ notes: string }>(
    'SELECT notes FROM source WHERE import_id = $1 AND source_id = $2',
    [import_id, source_id],
  );
  if (!source) return;
  const notes = [...(JSON.parse(source.notes) as Source['notes']), note];
  await tx.run('UPDATE source SET notes = $1 WHERE import_id = $2 AND source_id = $3', [
    JSON.stringify(notes),
    import_id,
    source_id,
  ]);
}
