/** Why a file could not be read, in words a person can act on instead of the system's codes. */

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is not there any more: it was moved, renamed or deleted',
  EACCES: 'you may not read it: change its permissions, or copy it to where you may',
  EPERM: 'the system does not let it be read: change its permissions, or copy it elsewhere',
  EISDIR: 'this is a folder, not a file: choose the files in it',
  ELOOP: 'the link leads back to itself: choose the file it was meant to lead to',
  ENAMETOOLONG: 'the name of the file is too long for this system',
  EMFILE: 'too many files are open at once: close other programs and try again',
  EIO: 'the disk could not read the file: copy it from another place',
  EBUSY: 'another program is holding the file: close it there and try again',
  ENOTDIR: 'the path does not lead to a file any more',
};

/** What is said of a file under whose name the system finds nothing, since that is not all of the name. */
const UNREADABLE_NAME =
  'its name holds bytes that are no UTF-8, so that it cannot be opened: give the file another name';

/** What is said of a pipe, a socket or a device. */
export const NO_FILE =
  'this is no file but a pipe, a socket or a device: write what comes out of it into a file and import that';

/** What an error of the file system means and of which path, where it names one; null for any other error. */
export function fileTrouble(error: unknown): { path: string | null; words: string } | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const words = WORDS[String(error.code)];
  if (words === undefined) return null;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null;
  const isMisread = error.code === 'ENOENT' && path?.includes('\ufffd') === true;
  return { path, words: isMisread ? UNREADABLE_NAME : words };
}

/** A sentence for an error of the file system, the error's own words for any other. */
export function fileProblem(error: unknown): string {
  return fileTrouble(error)?.words ?? (error instanceof Error ? error.message : String(error));
}

/** Whether an error says that memory ran out. */
export function isOutOfMemory(error: unknown): boolean {
  return /out of memory|could not allocate|failed to allocate|invalid array length|string longer than/i.test(
    error instanceof Error ? error.message : String(error),
  );
}

/** Whether an error, of the system or the database, says that nothing more can be written for want of room. */
export function isDiskFull(error: unknown): boolean {
  const said = error instanceof Error ? error.message : String(error);
  return /no space left|ENOSPC|EDQUOT|quota exceeded|file too large/i.test(said);
}

/** What a full disk means, with the path that could not be written where the error names one. */
export function diskFullWords(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  if (said.startsWith('No space left')) return said;
  const known =
    error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
  const path = known ?? /["'](\/[^"']+|[A-Za-z]:\\[^"']+)["']/.exec(said)?.[1] ?? null;
  return `No space left on the disk${path === null ? '' : ` for ${path}`}: it is full. Free some space there and try again; what was there before is as it was.`;
}

/** Why a whole import into `folder` could not go on, which is the machine's doing and not that of one file. */
export function jobProblem(error: unknown, folder: string): string {
  const said = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error))
    return `No space left on the disk that ${folder} is on: it is full. Free some space there, or import fewer files; nothing of this import was kept.`;
  if (isOutOfMemory(error))
    return 'Memory ran out. Import fewer files at a time, or close other programs; nothing of this import was kept.';
  if (/EROFS|read-only file system/i.test(said))
    return 'The workspace lies where nothing can be written. Copy it to another folder and open it there.';
  return fileProblem(error);
}
