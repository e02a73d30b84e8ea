/** Adds to what is said of sources after they were read: things that only the index knows. */
import type { Source } from '../../shared/model/source';
import type { Queries } from '../workspace/queries';

export interface SourceNote {
  import_id: string;
  source_id: string;
  note: Source['notes'][number];
}

/** Puts notes behind those of indexed sources, each source's in the order given. Does nothing for a source that is not there. */
export async function addNotes(tx: Queries, added: readonly SourceNote[]): Promise<void> {
  if (added.length === 0) return;
  await tx.run('CREATE OR REPLACE TEMP TABLE noted (import_id VARCHAR, source_id VARCHAR, notes VARCHAR)');
  const keys = new Map<string, SourceNote[]>();
  for (const one of added) {
    const key = JSON.stringify([one.import_id, one.source_id]);
    keys.set(key, [...(keys.get(key) ?? []), one]);
  }
  const told = [...keys.values()];
  // All at once: a folder may hold thousands of sessions that began as copies.
  await tx.appendRows(
    'noted',
    ['import_id', 'source_id', 'notes'],
    told.map((notes) => [
      notes[0]?.import_id ?? '',
      notes[0]?.source_id ?? '',
      JSON.stringify(notes.map(({ note }) => note)),
    ]),
  );
  await tx.run(`UPDATE source SET notes = to_json(list_concat(from_json(source.notes, '["JSON"]'), from_json(n.notes, '["JSON"]')))::VARCHAR
    FROM noted AS n WHERE n.import_id = source.import_id AND n.source_id = source.source_id`);
}
