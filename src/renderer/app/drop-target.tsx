import { useEffect, useState, type ReactNode } from 'react';
import { droppedFiles, shell } from '../lib/shell';
import { toastError } from '../lib/toast';
import { receiveFiles } from './commands';
import classes from './drop-target.module.css';

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

async function receive(files: Promise<File[]>): Promise<void> {
  try {
    await receiveFiles(await shell.grantDropped(await files));
  } catch (error) {
    toastError(error, 'take these files');
  }
}

/** Takes files and folders dropped anywhere on the window, unless a part of a screen has taken them already. */
export function DropTarget(): ReactNode {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    const listen = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      window.addEventListener(type, listener, { signal: abort.signal });
    listen('dragover', (event) => {
      if (!holdsFiles(event)) return;
      const isTaken = event.defaultPrevented;
      // Without this the browser would open the file in place of the program.
      event.preventDefault();
      setIsOver(!isTaken);
    });
    listen('dragleave', (event) => {
      if (event.relatedTarget === null) setIsOver(false);
    });
    listen('drop', (event) => {
      setIsOver(false);
      if (!holdsFiles(event) || event.dataTransfer === null) return;
      const isTaken = event.defaultPrevented;
      event.preventDefault();
      if (!isTaken) void receive(droppedFiles(event.dataTransfer));
    });
    return () => abort.abort();
  }, []);
  if (!isOver) return null;
  return (
    <div className={classes.veil}>
      <div className={classes.box}>Drop trace files, a folder or a workspace</div>
    </div>
  );
}
