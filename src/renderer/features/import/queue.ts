/**
 * The files that are going to be imported and what was decided about each. Pure: list in, list out.
 */
import type { FilePreview } from '../../../shared/contract/import';
import type { Detection, LeftOut, MappingProfile } from '../../../shared/model/source';

/** The format that reads whatever a mapping says. */
export const MAPPED_FORMAT = 'generic';

export interface QueuedFile {
  preview: FilePreview;
  isChosen: boolean;
  /** What the person chose in place of what was detected. */
  format: string | null;
  /** For the mapped format: which field says what. */
  profile: MappingProfile | null;
}

/** The best detection, if there is any. */
export function detected(file: QueuedFile): Detection | null {
  return file.preview.detections[0] ?? null;
}

/** The format the file will be read as; null when nobody has said. */
export function formatOf(file: QueuedFile): string | null {
  return file.format ?? detected(file)?.format ?? null;
}

/** The mapping the file will be read by: what a person said, else what was proposed; null for none. */
export function mappingOf(file: QueuedFile): MappingProfile | null {
  return file.profile ?? file.preview.proposal ?? null;
}

/** Why a file cannot be imported as it stands; null when it can. */
export function obstacle(file: QueuedFile): 'unreadable' | 'no-format' | 'no-mapping' | null {
  const format = formatOf(file);
  // The mapped format takes whatever it is given, so it says nothing of a file that has no records.
  const isKnown = format !== null && (format !== MAPPED_FORMAT || mappingOf(file) !== null);
  if (file.preview.problem !== null && !isKnown) return 'unreadable';
  if (format === null) return 'no-format';
  return format === MAPPED_FORMAT && mappingOf(file) === null ? 'no-mapping' : null;
}

function toQueued(preview: FilePreview): QueuedFile {
  const file: QueuedFile = { preview, isChosen: true, format: null, profile: null };
  // What is known already, or cannot be read, is shown but not taken unless asked for.
  return { ...file, isChosen: !preview.alreadyImported && obstacle(file) === null };
}

/** Adds files, a path only once: the newest look at a file counts, and what was decided about it stays. */
export function addPreviews(queue: readonly QueuedFile[], previews: readonly FilePreview[]): QueuedFile[] {
  const byPath = new Map(queue.map((file) => [file.preview.path, file]));
  for (const preview of previews) {
    const before = byPath.get(preview.path);
    byPath.set(preview.path, before === undefined ? toQueued(preview) : { ...before, preview });
  }
  return [...byPath.values()];
}

/** Adds what was left out of further folders, one entry an ending. */
export function addLeftOut(before: readonly LeftOut[], more: readonly LeftOut[]): LeftOut[] {
  const byEnding = new Map(before.map((one) => [one.ending, one]));
  for (const one of more)
    byEnding.set(one.ending, { ...one, count: one.count + (byEnding.get(one.ending)?.count ?? 0) });
  return [...byEnding.values()].sort((a, b) => b.count - a.count);
}

function change(
  queue: readonly QueuedFile[],
  handle: string,
  edit: (file: QueuedFile) => QueuedFile,
): QueuedFile[] {
  return queue.map((file) => (file.preview.handle === handle ? edit(file) : file));
}

/** Reads a file as another format; null goes back to what was detected. A file that can be read now is chosen. */
export function setFormat(queue: readonly QueuedFile[], handle: string, format: string | null): QueuedFile[] {
  return change(queue, handle, (file) => {
    const isDetected = format === detected(file)?.format;
    const next = { ...file, format: isDetected ? null : format };
    return { ...next, isChosen: obstacle(next) === null };
  });
}

/** Reads these files by a mapping. */
export function setProfile(
  queue: readonly QueuedFile[],
  handles: readonly string[],
  profile: MappingProfile,
): QueuedFile[] {
  return queue.map((file) =>
    handles.includes(file.preview.handle)
      ? { ...file, format: MAPPED_FORMAT, profile, isChosen: true }
      : file,
  );
}

export function setChosen(
  queue: readonly QueuedFile[],
  handles: readonly string[],
  isChosen: boolean,
): QueuedFile[] {
  return queue.map((file) =>
    handles.includes(file.preview.handle) ? { ...file, isChosen: isChosen && obstacle(file) === null } : file,
  );
}

export function withoutFiles(queue: readonly QueuedFile[], handles: readonly string[]): QueuedFile[] {
  return queue.filter((file) => !handles.includes(file.preview.handle));
}

/** What a proposal reads from where, to tell files of one shape from others; null where nothing could be proposed. */
function shapeOf({ preview: { proposal } }: QueuedFile): string | null {
  if (proposal === undefined) return null;
  const { fields, recordsPath, messagesPath, openingPath } = proposal;
  const read = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([read, recordsPath, messagesPath, openingPath]);
}

/** Whether the fields of a file are known well enough to say which others have the same. */
export function hasKnownShape(file: QueuedFile): boolean {
  return shapeOf(file) !== null;
}

/**
 * Files this one's mapping may do for: unmapped, of the same ending, and where a mapping could be proposed, with the same
 * fields.
 */
export function alike(queue: readonly QueuedFile[], file: QueuedFile): QueuedFile[] {
  const ending = (name: string) => name.slice(name.indexOf('.') + 1).toLowerCase();
  return queue.filter(
    (other) =>
      other !== file &&
      other.profile === null &&
      (formatOf(other) === null || formatOf(other) === MAPPED_FORMAT) &&
      other.preview.problem === null &&
      other.preview.container === file.preview.container &&
      shapeOf(other) === shapeOf(file) &&
      ending(other.preview.name) === ending(file.preview.name),
  );
}

export interface StartFile {
  handle: string;
  format?: string;
  profile?: MappingProfile;
}

/** What the engine is asked to import: the chosen files that can be, with what differs from what was detected. */
export function startInput(queue: readonly QueuedFile[]): StartFile[] {
  return queue
    .filter((file) => file.isChosen && obstacle(file) === null)
    .map((file) => ({
      handle: file.preview.handle,
      ...(file.format === null ? {} : { format: file.format }),
      ...(file.profile === null || formatOf(file) !== MAPPED_FORMAT ? {} : { profile: file.profile }),
    }));
}

export function chosenBytes(queue: readonly QueuedFile[]): number {
  return queue
    .filter((file) => file.isChosen && obstacle(file) === null)
    .reduce((sum, file) => sum + file.preview.bytes, 0);
}
