/**
 * How a command ends other than well: wrong usage (exit code 2), a failure a person can act on (1), or being stopped (1).
 */
import { ORPCError } from '@orpc/client';

/** The command line was not understood. `help` is the usage of the command it was about. */
export class UsageError extends Error {}

/** Something could not be done; the message says what and what to do. */
export class CommandError extends Error {}

/** The person pressed Ctrl-C. */
export class CancelledError extends Error {}

/** A sentence, or a few, for the terminal; never a stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ORPCError) {
    const data = error.data as { detail?: unknown; holder?: unknown } | undefined;
    if (typeof data?.detail === 'string') return join(error.message, data.detail);
    if (typeof data?.holder === 'string') return join(error.message, `It is held by ${data.holder}.`);
    return fileSystemSentence(error.cause) ?? error.message;
  }
  return fileSystemSentence(error) ?? (error instanceof Error ? error.message : String(error));
}

const FILE_SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission. Choose another folder, or change the permissions of this one.',
  EPERM: 'the system does not allow it. Choose another folder.',
  EROFS: 'nothing can be written there. Choose another folder.',
  ENOSPC: 'the disk is full. Free some space and try again.',
  EDQUOT: 'your share of the disk is used up. Free some space and try again.',
};

/** What the system refused, where it did and what to do; null for any other error. */
function fileSystemSentence(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code = '', path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const words = FILE_SYSTEM[code];
  if (words === undefined) return null;
  return `${dest ?? path ?? 'The workspace'} cannot be used: ${words}`;
}

function join(message: string, detail: string): string {
  return message === detail ? message : `${message} ${detail}`;
}
