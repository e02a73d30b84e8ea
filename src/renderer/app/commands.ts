/** What can be done from anywhere, whoever asks: the menu of the desktop shell, a key, the palette. */
import type { GrantedFile, MenuCommand } from '../../shared/desktop';
import { client } from '../lib/client';
import { showDialogue } from '../lib/frame-state';
import { navigate } from '../lib/navigation';
import { shell } from '../lib/shell';
import { toastDone, toastError } from '../lib/toast';
import { enterWorkspace, leaveWorkspace } from '../lib/workspace';
import { stageFiles } from '../lib/workspace-state';

/**
 * Files that were dropped on the window, or that the program was opened with: a workspace is opened, anything else goes
 * to the import screen; to the home screen first while no workspace is open to import into.
 */
export async function receiveFiles(files: readonly GrantedFile[]): Promise<void> {
  const workspace = files.find((file) => file.kind === 'workspace');
  if (workspace !== undefined) {
    await enterWorkspace(() => client.workspace.open({ handle: workspace.handle }));
    return;
  }
  if (files.length === 0) return;
  stageFiles(files);
  const current = await client.workspace.current().catch(() => null);
  navigate({ screen: current === null ? 'home' : 'import' });
}

async function openWorkspace(): Promise<void> {
  // A workspace is a folder, but where it was packed.
  const [picked] = await shell.pickFiles({ purpose: 'workspace' });
  if (picked !== undefined) await enterWorkspace(() => client.workspace.open({ handle: picked.handle }));
}

async function pack(): Promise<void> {
  const { handle, name } = await client.workspace.pack();
  if (await shell.saveFile(handle, name)) toastDone(`Packed the workspace as ${name}.`);
}

async function pickTraces(): Promise<void> {
  await receiveFiles(await shell.pickFiles({ purpose: 'traces', multiple: true }));
}

const commands: Record<MenuCommand, { doing: string; run: () => Promise<void> | void }> = {
  'new-workspace': { doing: 'make a workspace', run: () => showDialogue('new-workspace') },
  'open-workspace': { doing: 'open the workspace', run: openWorkspace },
  import: { doing: 'take these files', run: pickTraces },
  'save-as': { doing: 'copy the workspace', run: () => showDialogue('save-as') },
  pack: { doing: 'pack the workspace', run: pack },
  'close-workspace': { doing: 'close the workspace', run: leaveWorkspace },
  'command-palette': { doing: 'open the palette', run: () => showDialogue('palette') },
  'keyboard-help': { doing: 'show the keys', run: () => showDialogue('keyboard-help') },
};

/** Does what the menu or the palette asks for. Failures are shown. */
export async function runCommand(command: MenuCommand): Promise<void> {
  const { doing, run } = commands[command];
  try {
    await run();
  } catch (error) {
    toastError(error, doing);
  }
}
