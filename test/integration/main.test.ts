/**
 * The desktop shell at work: the real main process, preload, page's shell and engine, with the fake `electron` between.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEngine } from '../../src/engine/index';
import { hostEngine } from '../../src/engine/process-host';
import { createElectronShell } from '../../src/renderer/lib/electron-shell';
import type { Shell } from '../../src/renderer/lib/shell-interface';
import type { contract } from '../../src/shared/contract';
import type { GrantedFile, MenuCommand } from '../../src/shared/desktop';
import type { FakeMenuItem, FakePort, FakeUtilityProcess } from '../fakes/electron';
import { buildPrograms, type BuiltPrograms } from './build-programs';
import { afterDesktop, startDesktop, type DesktopOptions, type DesktopUnderTest } from './main-shell';

let programs: BuiltPrograms;
let folder: string;

beforeAll(async () => {
  programs = await buildPrograms({ intake: 'src/engine/intake/process.ts' });
});
afterAll(() => programs.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-files-'));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  await afterDesktop();
  await rm(folder, { recursive: true, force: true });
});

/** The real engine, in this process, at the other end of a fake utility process. */
function realEngine(child: FakeUtilityProcess): void {
  let listener: ((message: unknown, ports: readonly FakePort[]) => void) | null = null;
  child.program = (message, ports) => listener?.(structuredClone(message), ports);
  hostEngine({
    wire: {
      send: (message) => setImmediate(() => child.emit('message', structuredClone(message))),
      onMessage: (receive) => (listener = receive as typeof listener),
      onParentGone: () => undefined,
      exit: (code) => setTimeout(() => child.emit('exit', code), 10),
    },
    createEngine,
    forkIntake: null,
  });
}

/** The real intake, as a fork of Node in place of a utility process. */
function realIntake(child: FakeUtilityProcess): void {
  const program = fork(programs.path('intake'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.program = (message) => program.send(message as object);
  program.on('message', (message) => child.emit('message', message));
  program.stderr?.pipe(child.stderr);
  program.once('close', (code) => child.emit('exit', code ?? 1));
  child.kill = () => program.kill('SIGKILL');
}

const realPrograms = (child: FakeUtilityProcess) =>
  child.entry.endsWith('engine.js') ? realEngine(child) : realIntake(child);

interface Opened {
  desktop: DesktopUnderTest;
  shell: Shell;
  client: ContractRouterClient<typeof contract>;
}

/** A window with its page's shell and a client over it. */
async function openPage(options: DesktopOptions = {}): Promise<Opened> {
  const desktop = await startDesktop({ onFork: realPrograms, ...options });
  const { bridge, page } = await desktop.loadPreload();
  const shell = createElectronShell(page as unknown as Window, bridge);
  let link: ReturnType<Shell['connect']> | null = null;
  const client: ContractRouterClient<typeof contract> = createORPCClient({
    call: async (path, input, callOptions) =>
      (await (link ??= shell.connect())).call(path, input, callOptions),
  });
  return { desktop, shell, client };
}

const traces = [
  {
    messages: [
      { role: 'user', content: 'What is the capital of France?' },
      { role: 'assistant', content: 'Paris.' },
    ],
  },
  {
    messages: [
      { role: 'user', content: 'And of Spain?' },
      { role: 'assistant', content: 'Madrid.' },
    ],
  },
];

async function writeTraces(): Promise<string> {
  const path = join(folder, 'traces.jsonl');
  await writeFile(path, traces.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}

const quit = async ({ electron }: DesktopUnderTest) => {
  electron.app.quit();
  await expect.poll(() => electron.app.exitCode).toBe(0);
};

describe('the desktop shell', () => {
  it('carries a dropped file through preload, main, engine and intake to an export that is saved', async () => {
    const { desktop, shell, client } = await openPage();
    await expect(client.app.info()).resolves.toMatchObject({ shell: 'electron', version: '1.2.3' });
    await client.workspace.create({ name: 'Audit' });

    const dropped = new File(['…'], 'traces.jsonl');
    desktop.electron.webUtils.paths.set(dropped, await writeTraces());
    const granted = await shell.grantDropped([dropped]);
    expect(granted).toEqual([{ handle: expect.any(String), name: 'traces.jsonl', kind: 'file' }]);
    expect(JSON.stringify(granted), 'the page learns no path').not.toContain(folder);

    let spans = 0;
    for await (const event of await client.imports.start({
      files: granted.map(({ handle }) => ({ handle })),
    }))
      if (event.type === 'done') spans = event.record.spans;
    expect(spans).toBeGreaterThan(0);
    await expect(client.session.list({})).resolves.toMatchObject({ total: 2 });

    const written = await client.report.export({ kind: 'sessions', format: 'jsonl' });
    const target = join(folder, 'saved.jsonl');
    desktop.electron.dialog.saveAnswers.push(target);
    await expect(shell.saveFile(written.handle, written.name)).resolves.toBe(true);
    expect((await readFile(target, 'utf8')).trim().split('\n')).toHaveLength(2);
    expect(desktop.electron.dialog.asked.at(-1)?.options['defaultPath']).toBe(
      join('/home/person/Documents', written.name),
    );

    await expect(shell.saveFile(written.handle, written.name), 'thought better of it').resolves.toBe(false);
    await expect(shell.saveFile('0123456789abcdef', 'x.jsonl')).rejects.toThrow('export it again');
    await quit(desktop);
  });

  it('gives the engine its folder, its version and the sample where it was built', async () => {
    const desktop = await startDesktop();
    const [first] = desktop.engine().posted;
    expect(first?.message).toEqual({
      type: 'start',
      options: { shell: 'electron', version: '1.2.3', dataDir: desktop.dataDir, sampleDir: null },
    });
    expect(desktop.engine().options['env']).toMatchObject({ UV_THREADPOOL_SIZE: '16' });
    expect(desktop.electron.app.getPath('userData')).toBe(join(desktop.dataDir, 'window'));
  });

  it('picks files and folders in the system’s dialog and gives the page handles', async () => {
    const { desktop, shell } = await openPage();
    const { dialog } = desktop.electron;
    const path = await writeTraces();
    dialog.openAnswers.push([path], [folder]);
    await expect(shell.pickFiles({ purpose: 'traces', multiple: true })).resolves.toMatchObject([
      { name: 'traces.jsonl' },
    ]);
    await expect(shell.pickFolder()).resolves.toMatchObject([{ kind: 'folder' }]);
    await expect(shell.pickFiles({ purpose: 'workspace' })).resolves.toEqual([]);
    expect(dialog.asked.map(({ options }) => options['properties'])).toEqual([
      ['openFile', 'showHiddenFiles', 'multiSelections'],
      ['openDirectory', 'showHiddenFiles'],
      ['openDirectory', 'showHiddenFiles'],
    ]);
    dialog.openAnswers.push([join(folder, 'gone.jsonl')]);
    await expect(shell.pickFiles({ purpose: 'traces' })).rejects.toThrow('there is nothing at this path');
    await expect(shell.grantPath(path)).rejects.toThrow('Pick the file');
    await shell.copyText('copied');
    expect(desktop.electron.clipboard.text).toBe('copied');
    await quit(desktop);
  });

  it('writes a saved file whole or not at all', async () => {
    const { desktop, shell, client } = await openPage();
    await client.workspace.create({ name: 'Audit' });
    const { handle } = await client.codebook.export({ format: 'json' });
    desktop.electron.dialog.saveAnswers.push(join(folder, 'missing', 'codebook.json'));
    await expect(shell.saveFile(handle, 'codebook.json')).rejects.toThrow('ENOENT');
    await mkdir(join(folder, 'taken.json'));
    desktop.electron.dialog.saveAnswers.push(join(folder, 'taken.json'));
    await expect(shell.saveFile(handle, '../../codebook.json')).rejects.toThrow();
    expect(existsSync(join(folder, 'taken.json.part'))).toBe(false);
    expect(desktop.electron.dialog.asked.at(-1)?.options['defaultPath']).toBe(
      '/home/person/Documents/codebook.json',
    );
    await quit(desktop);
  });
});

describe('when something dies', () => {
  it('the engine’s death reaches the page with its reason; a restart brings a new one', async () => {
    const { desktop, shell, client } = await openPage();
    const reasons: string[] = [];
    shell.onEngineDown((reason) => reasons.push(reason));
    await client.app.info();
    const first = desktop.engine();
    first.emit('message', { type: 'failed', message: 'Out of memory.' });
    first.emit('exit', 1);
    expect(reasons).toEqual(['The engine stopped: Out of memory.']);
    expect(desktop.window().isDestroyed()).toBe(false);
    await expect(shell.connect()).rejects.toThrow('The engine stopped: Out of memory.');
    await expect(shell.saveFile('0123456789abcdef', 'x')).rejects.toThrow(
      'The engine stopped: Out of memory.',
    );

    await shell.restartEngine();
    expect(desktop.engine()).not.toBe(first);
    const link = await shell.connect();
    await expect(link.call(['app', 'info'], undefined, { context: {} })).resolves.toMatchObject({
      name: 'Faultline',
    });
    await quit(desktop);
  });

  it('an engine that cannot start leaves a window that says so', async () => {
    const { desktop, shell } = await openPage({
      onFork: (child) => {
        child.program = () => setImmediate(() => child.emit('exit', 3));
      },
    });
    await expect(shell.connect()).rejects.toThrow('The engine stopped unexpectedly (exit code 3).');
    await expect(shell.restartEngine()).rejects.toThrow('exit code 3');
    expect(desktop.window().loaded).toHaveLength(1);
  });

  it('the intake’s death is the end of one import and of nothing else', async () => {
    const { desktop, shell, client } = await openPage({
      onFork: (child) => {
        if (child.entry.endsWith('engine.js')) realEngine(child);
        else
          child.program = () => {
            child.stderr.write('Allocation failed\n');
            setTimeout(() => child.emit('exit', 134), 20);
          };
      },
    });
    await client.workspace.create({ name: 'Audit' });
    const dropped = new File(['…'], 'traces.jsonl');
    desktop.electron.webUtils.paths.set(dropped, await writeTraces());
    const [file] = await shell.grantDropped([dropped]);
    const importing = async () => {
      const events = await client.imports.start({ files: [{ handle: file?.handle ?? '' }] });
      for (;;) if ((await events.next()).done === true) return;
    };
    await expect(importing()).rejects.toThrow(
      /intake process crashed or was stopped \(exit code 134\).*Allocation failed/su,
    );
    await expect(client.workspace.current()).resolves.toMatchObject({ name: 'Audit' });
    await quit(desktop);
  });

  it('an engine that dies takes its intake processes with it', async () => {
    const desktop = await startDesktop();
    const job = { task: 'inspect', files: [], knownHashes: [] };
    desktop.engine().emit('message', { type: 'intake-start', intake: 1, job });
    const intake = desktop.electron.utilityProcess.all.at(-1);
    expect(intake?.entry).toMatch(/intake\.js$/u);
    expect(intake?.posted[0]?.message).toEqual(job);
    desktop.engine().emit('exit', 9);
    expect(intake?.isKilled).toBe(true);
  });

  it('a stopped import kills its intake process', async () => {
    const desktop = await startDesktop();
    desktop.engine().emit('message', {
      type: 'intake-start',
      intake: 1,
      job: { task: 'inspect', files: [], knownHashes: [] },
    });
    desktop.engine().emit('message', { type: 'intake-kill', intake: 1 });
    expect(desktop.electron.utilityProcess.all.at(-1)?.isKilled).toBe(true);
    await expect
      .poll(() => desktop.engine().posted.at(-1)?.message)
      .toEqual({
        type: 'intake-exit',
        intake: 1,
        reason: 'The intake process ended.',
      });
  });

  it.each([
    ['crashed', 0, 1, false],
    ['oom', 1, 0, true],
    ['killed', 0, 1, false],
  ])(
    'a page that %s is loaded again or closed, as the person likes',
    async (reason, answer, reloads, isClosed) => {
      const desktop = await startDesktop();
      const window = desktop.window();
      desktop.electron.dialog.messageAnswers.push(answer);
      window.webContents.emit('render-process-gone', {}, { reason, exitCode: 1 });
      await expect
        .poll(() => [window.webContents.reloads, window.isDestroyed()])
        .toEqual([reloads, isClosed]);
      expect(desktop.electron.dialog.asked).toMatchObject([
        { kind: 'message', options: { message: expect.stringContaining('stopped') } },
      ]);
    },
  );

  it('a page that ended in order asks nothing', async () => {
    const desktop = await startDesktop();
    desktop.window().webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(desktop.electron.dialog.asked).toEqual([]);
  });

  it('a page that hangs is waited for or loaded again', async () => {
    const desktop = await startDesktop();
    const { webContents } = desktop.window();
    desktop.electron.dialog.messageAnswers.push(0, 1);
    webContents.emit('unresponsive');
    webContents.emit('unresponsive');
    await expect.poll(() => desktop.electron.dialog.asked).toHaveLength(1);
    expect(webContents.reloads, 'asked once at a time').toBe(0);
    webContents.emit('unresponsive');
    await expect.poll(() => webContents.reloads).toBe(1);
  });
});

describe('files that the program is opened with', () => {
  it('come from the command line, a second start and the system, and are taken once', async () => {
    const path = await writeTraces();
    await mkdir(join(folder, 'audit.faultline'));
    const { desktop, shell } = await openPage({ args: [path, '--some-switch'] });
    const opened: GrantedFile[] = [];
    shell.openedFiles((files) => opened.push(...files));
    await expect.poll(() => opened).toMatchObject([{ name: 'traces.jsonl', kind: 'file' }]);

    const { app, FakeEvent, fire } = desktop.electron;
    app.emit('second-instance', new FakeEvent(), [], folder, { paths: [join(folder, 'audit.faultline')] });
    await expect.poll(() => opened.at(-1)).toMatchObject({ name: 'audit.faultline', kind: 'workspace' });
    expect(desktop.window().focuses).toBeGreaterThan(0);

    expect(fire(app, 'open-file', path)).toBe(true);
    await expect.poll(() => opened).toHaveLength(3);
    expect(JSON.stringify(opened)).not.toContain(folder);

    for (const data of [undefined, { paths: 'x' }, { paths: [7] }, null])
      app.emit('second-instance', new FakeEvent(), [], folder, data);
    app.emit('second-instance', new FakeEvent(), [], folder, { paths: [join(folder, 'gone.jsonl')] });
    await expect.poll(() => desktop.electron.dialog.asked).toMatchObject([{ kind: 'error' }]);
    expect(opened).toHaveLength(3);
    await quit(desktop);
  });

  it('reach a program that is still starting', async () => {
    const desktop = await startDesktop({ becomesReady: false });
    expect(desktop.electron.fire(desktop.electron.app, 'open-file', '/tmp/early.jsonl')).toBe(true);
    expect(desktop.electron.BrowserWindow.all).toEqual([]);
  });

  it('are handed to the program that runs already', async () => {
    const second = await startDesktop({ hasLock: false, args: ['relative.jsonl', '/tmp/absolute.jsonl'] });
    expect(second.electron.app.lockData).toEqual([
      { paths: [join(process.cwd(), 'relative.jsonl'), '/tmp/absolute.jsonl'] },
    ]);
    expect(second.electron.app.exitCode).toBe(0);
    expect(second.electron.BrowserWindow.all).toEqual([]);
    expect(second.electron.utilityProcess.all).toEqual([]);
  });
});

describe('the window', () => {
  it('goes back to where it was, where a screen still shows it', async () => {
    const first = await startDesktop();
    expect(first.window().options).toMatchObject({ width: 1440, height: 900 });
    first.window().maximize();
    first.window().close();
    const { dataDir } = first;
    const kept = JSON.parse(await readFile(join(dataDir, 'window', 'window.json'), 'utf8')) as object;
    expect(kept).toEqual({ bounds: { x: 10, y: 20, width: 1200, height: 800 }, isMaximized: true });

    const second = await startDesktop({ dataDir });
    expect(second.window().options).toMatchObject({ x: 10, y: 20, width: 1200, height: 800 });
    expect(second.window().isMaximized()).toBe(true);
    const away = await startDesktop({ dataDir, workAreas: [{ x: 3000, y: 0, width: 1920, height: 1080 }] });
    expect(away.window().options).toMatchObject({ width: 1440, height: 900 });
    expect(away.window().options['x']).toBeUndefined();
  });

  it.each([
    '',
    '{',
    '[]',
    '{"bounds":{"x":0,"y":0,"width":-5,"height":9},"isMaximized":false}',
    '{"bounds":null}',
  ])('starts in spite of a damaged state %s', async (damaged) => {
    const dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'window'), { recursive: true });
    await writeFile(join(dataDir, 'window', 'window.json'), damaged);
    const desktop = await startDesktop({ dataDir });
    expect(desktop.window().options).toMatchObject({ width: 1440, height: 900 });
  });

  it('is shown when there is something to see', async () => {
    const desktop = await startDesktop();
    expect(desktop.window().isShown).toBe(false);
    expect(desktop.window().options['show']).toBe(false);
    desktop.window().emit('ready-to-show');
    expect(desktop.window().isShown).toBe(true);
  });

  it('is brought back by a second start and by the dock', async () => {
    const desktop = await startDesktop();
    const { app, FakeEvent, BrowserWindow } = desktop.electron;
    desktop.window().minimize();
    app.emit('second-instance', new FakeEvent(), [], '/', { paths: [] });
    expect(desktop.window().isMinimized()).toBe(false);
    desktop.window().close();
    app.emit('activate');
    expect(BrowserWindow.all).toHaveLength(2);
  });
});

describe('the end', () => {
  it('comes only after the engine has closed the workspace', async () => {
    const { desktop, client } = await openPage();
    const { path } = await client.workspace.create({ name: 'Audit' });
    desktop.electron.app.quit();
    expect(desktop.electron.app.exitCode).toBeNull();
    await expect.poll(() => desktop.electron.app.exitCode).toBe(0);
    const again = await openPage({ dataDir: desktop.dataDir });
    const [recent] = await again.client.workspace.recent();
    expect(recent?.path).toBe(path);
    await expect(
      again.client.workspace.openRecent({ id: recent?.id ?? '' }),
      'its lock is free',
    ).resolves.toMatchObject({ name: 'Audit' });
    await quit(again.desktop);
  });

  it('comes by force when the engine does not answer', async () => {
    const desktop = await startDesktop({
      onFork: (child) => {
        child.program = (message) => {
          if ((message as { type: string }).type === 'start')
            setImmediate(() => child.emit('message', { type: 'ready' }));
        };
      },
    });
    await expect.poll(() => desktop.engine().posted.length).toBeGreaterThan(0);
    desktop.electron.app.quit();
    await expect.poll(() => desktop.electron.app.exitCode).toBe(0);
    expect(desktop.engine().isKilled).toBe(true);
  });

  it('comes when the last window closes', async () => {
    const desktop = await startDesktop();
    desktop.window().close();
    desktop.electron.app.emit('window-all-closed');
    await expect.poll(() => desktop.electron.app.exitCode).toBe(0);
  });
});

describe('the menu', () => {
  const itemsOf = (menu: readonly FakeMenuItem[]): FakeMenuItem[] =>
    menu.flatMap((item) => [item, ...itemsOf(item.submenu ?? [])]);
  const item = (desktop: DesktopUnderTest, label: string) =>
    itemsOf(desktop.electron.Menu.current ?? []).find((one) => one.label === label);

  it('has no item that does nothing', async () => {
    const desktop = await startDesktop();
    const idle = itemsOf(desktop.electron.Menu.current ?? []).filter(
      ({ role, type, click, submenu }) =>
        role === undefined && type !== 'separator' && click === undefined && submenu === undefined,
    );
    expect(idle).toEqual([]);
  });

  it('sends commands to the page', async () => {
    const { desktop, shell } = await openPage();
    const commands: MenuCommand[] = [];
    shell.onCommand((command) => commands.push(command));
    for (const label of [
      'New Workspace…',
      'Import Traces…',
      'Save As…',
      'Pack into One File…',
      'Close Workspace',
      'Command Palette',
      'Keyboard',
    ])
      item(desktop, label)?.click?.();
    expect(commands).toEqual([
      'new-workspace',
      'import',
      'save-as',
      'pack',
      'close-workspace',
      'command-palette',
      'keyboard-help',
    ]);
    await quit(desktop);
  });

  it('opens a workspace from the dialog and from the recent ones', async () => {
    const { desktop, shell, client } = await openPage();
    expect(item(desktop, 'Open Recent')).toMatchObject({ enabled: false });
    const { path } = await client.workspace.create({ name: 'Audit' });
    await client.workspace.close();
    desktop.window().emit('page-title-updated', {}, 'Audit');
    await expect
      .poll(() => item(desktop, 'Open Recent')?.submenu)
      .toMatchObject([{ label: 'Audit', sublabel: path }]);
    expect(desktop.electron.app.recentDocuments).toEqual([path]);

    const opened: GrantedFile[] = [];
    shell.openedFiles((files) => opened.push(...files));
    item(desktop, 'Open Recent')?.submenu?.[0]?.click?.();
    await expect.poll(() => opened).toMatchObject([{ kind: 'workspace' }]);
    desktop.electron.dialog.openAnswers.push([path]);
    item(desktop, 'Open Workspace…')?.click?.();
    await expect.poll(() => opened).toHaveLength(2);
    await expect(client.workspace.open({ handle: opened[1]?.handle ?? '' })).resolves.toMatchObject({
      name: 'Audit',
    });
    await quit(desktop);
  });

  it('empties the recent ones of an engine that is down, until it is back', async () => {
    const { desktop, shell, client } = await openPage();
    await client.workspace.create({ name: 'Audit' });
    const window = desktop.window();
    window.emit('page-title-updated', {}, 'Audit');
    await expect.poll(() => item(desktop, 'Open Recent')).toMatchObject({ enabled: true });
    desktop.engine().emit('exit', 1);
    window.emit('page-title-updated', {}, 'Down');
    await expect.poll(() => item(desktop, 'Open Recent')).toMatchObject({ enabled: false });
    await shell.restartEngine();
    await expect.poll(() => item(desktop, 'Open Recent')).toMatchObject({ enabled: true });
    await quit(desktop);
  });
});
