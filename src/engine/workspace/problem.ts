/**
 * What rooms throw when a person, not the program, has to do something about it. Each says in a sentence what.
 * The router turns them into the contract's errors; anything else thrown is a defect or a failing machine.
 */

/** The input cannot be used: the contract's BAD_INPUT. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** No such thing in this workspace: the contract's NOT_FOUND. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** Nothing can be done without an open workspace: the contract's NO_WORKSPACE. */
export class NoWorkspace extends Error {
  override readonly name = 'NoWorkspace';

  constructor() {
    super('No workspace is open.');
  }
}

/** Somebody else has the workspace open: the contract's LOCKED, with `holder` in words. */
export class WorkspaceLocked extends Error {
  override readonly name = 'WorkspaceLocked';

  constructor(
    readonly holder: string,
    advice: string,
  ) {
    super(`This workspace is open in ${holder}. ${advice}`);
  }
}

/** The folder or file is no workspace, is damaged, or was made by a newer version. */
export class NotAWorkspace extends Error {
  override readonly name = 'NotAWorkspace';
}

const REFUSED: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission',
  EPERM: 'the system does not allow it',
  EROFS: 'the disk is read-only',
};

/** What a refusal to write into a folder says to a person, without the names of files of ours; any other error as it is. */
export function asUnwritable(error: unknown, folder: string): unknown {
  const why = REFUSED[(error as NodeJS.ErrnoException | null)?.code ?? ''];
  return why === undefined
    ? error
    : new BadInput(
        `Nothing can be written in ${folder}, which a workspace needs: ${why}. Change its permissions, copy it to where you may write, or choose another folder.`,
      );
}
