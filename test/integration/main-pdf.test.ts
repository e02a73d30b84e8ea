/** A report as PDF in the desktop shell: the real main process and preload with the fake `electron`; the engine only knows where files are. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FakeUtilityProcess } from '../fakes/electron';
import { afterDesktop, silentEngine, startDesktop } from './main-shell';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-pdf-'));
});
afterEach(async () => {
  await afterDesktop();
  await rm(folder, { recursive: true, force: true });
});

/** An engine for which a handle is the name of a file in the folder. */
function engineWithFiles(child: FakeUtilityProcess): void {
  silentEngine(child);
  const program = child.program;
  child.program = (message, ports) => {
    program?.(message, ports);
    const { type, id, handle } = message as { type: string; id: number; handle: string };
    if (type === 'resolve')
      setImmediate(() => child.emit('message', { type: 'resolved', id, path: join(folder, handle) }));
  };
}

it('prints a report that was written as a page, in a session that may load that page alone', async () => {
  await writeFile(join(folder, 'report.html'), '<!doctype html><title>Report</title>');
  await writeFile(join(folder, 'report.md'), '# Report');
  const desktop = await startDesktop({ onFork: engineWithFiles });
  const { bridge } = await desktop.loadPreload();
  const { dialog, session } = desktop.electron;
  const page = desktop.window();
  const target = join(folder, 'saved.pdf');
  dialog.saveAnswers.push(target);
  await expect(bridge.savePdf('report.html', 'report.pdf')).resolves.toBe(true);
  expect(await readFile(target, 'latin1')).toMatch(/^%PDF-/u);

  const printer = desktop.window();
  expect(printer).not.toBe(page);
  const address = pathToFileURL(join(folder, 'report.html')).href;
  expect(printer.loaded).toEqual([address]);
  expect(printer.options['show']).toBe(false);
  expect(printer.options.webPreferences).toMatchObject({
    sandbox: true,
    javascript: false,
    nodeIntegration: false,
  });
  expect(printer.webContents.printed).toMatchObject([{ pageSize: 'A4', printBackground: true }]);
  expect(printer.isDestroyed()).toBe(true);
  const cancelled: (boolean | undefined)[] = [];
  for (const url of [address, 'https://example.invalid/', 'file:///etc/passwd', 'app://faultline/index.html'])
    session.partitions.get('report-pdf')?.beforeRequest?.({ url }, ({ cancel }) => cancelled.push(cancel));
  expect(cancelled).toEqual([false, true, true, true]);

  await expect(bridge.savePdf('report.html', 'report.pdf'), 'thought better of it').resolves.toBe(false);
  dialog.saveAnswers.push(join(folder, 'other.pdf'));
  await expect(bridge.savePdf('report.markdown', 'report.pdf')).rejects.toThrow('written as a page');
});
