/** Everything that the desktop shell must deny, denied: against the fake `electron`, with the real main process. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { channels } from '../../src/shared/desktop';
import { afterDesktop, startDesktop, type DesktopUnderTest } from './main-shell';

let desktop: DesktopUnderTest;

beforeAll(async () => {
  desktop = await startDesktop();
});
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterAll(afterDesktop);

/** As Electron 45 knows them, and one that it may learn. */
const PERMISSIONS = [
  'ar',
  'automatic-fullscreen',
  'background-fetch',
  'background-sync',
  'captured-surface-control',
  'clipboard-read',
  'clipboard-sanitized-write',
  'deprecated-sync-clipboard-read',
  'display-capture',
  'fullscreen',
  'geolocation',
  'geolocation-approximate',
  'hand-tracking',
  'hid',
  'idle-detection',
  'keyboardLock',
  'local-fonts',
  'local-network',
  'local-network-access',
  'loopback-network',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'nfc',
  'notifications',
  'openExternal',
  'payment-handler',
  'periodic-background-sync',
  'persistent-storage',
  'pointerLock',
  'screen-wake-lock',
  'sensors',
  'serial',
  'smart-card',
  'speaker-selection',
  'storage-access',
  'system-wake-lock',
  'top-level-storage-access',
  'unknown',
  'usb',
  'vr',
  'web-app-installation',
  'web-printing',
  'window-management',
  'something-new',
];

const ADDRESSES = [
  'https://example.com/',
  'http://127.0.0.1:8080/',
  'file:///etc/passwd',
  'data:text/html,<script>1</script>',
  // eslint-disable-next-line no-script-url -- one of the addresses that lead nowhere
  'javascript:alert(1)',
  'blob:app://faultline/0b1c',
  'about:blank',
  'chrome://settings',
  'devtools://devtools/bundled/inspector.html',
  'view-source:app://faultline/index.html',
  'app://other/index.html',
  'app://faultline.evil/index.html',
  'app://faultline@evil/index.html',
  'app://faultline:80/index.html',
  'APP://faultline/index.html',
  'ws://127.0.0.1/',
  'wss://example.com/',
  'ftp://example.com/',
  'mailto:a@example.com',
  '',
];
const OWN_ADDRESSES = [
  'app://faultline/',
  'app://faultline/index.html',
  'app://faultline/assets/index-1a2b.js',
];

describe('the session', () => {
  const session = () => desktop.electron.session.defaultSession;

  it.each(PERMISSIONS)('denies the permission %s, asked for or looked up', (permission) => {
    const decisions: boolean[] = [];
    session().permissionRequest?.({}, permission, (allowed) => decisions.push(allowed), {});
    expect(decisions).toEqual([false]);
    expect(session().permissionCheck?.({}, permission, 'app://faultline', {})).toBe(false);
    expect(session().permissionCheck?.(null, permission, 'https://example.com', {})).toBe(false);
  });

  it('gives out no device, screen, pairing or certificate', () => {
    for (const deviceType of ['hid', 'serial', 'usb'])
      expect(session().devicePermission?.({ deviceType })).toBe(false);
    const all = ['audio', 'video', 'hid', 'mass-storage'];
    expect(session().usbProtected?.({ protectedClasses: all })).toEqual(all);
    const streams: unknown[] = [];
    session().displayMedia?.({}, (given) => streams.push(given));
    expect(streams).toEqual([null]);
    const pairings: unknown[] = [];
    session().bluetoothPairing?.({ pairingKind: 'confirm' }, (response) => pairings.push(response));
    expect(pairings).toEqual([{ confirmed: false }]);
    const results: number[] = [];
    session().certificate?.({ hostname: 'example.com' }, (result) => results.push(result));
    expect(results).toEqual([-2]);
  });

  it.each([
    ['select-hid-device', [{}], null],
    ['select-serial-port', [[], {}], ''],
    ['select-usb-device', [{}], undefined],
  ])('chooses nothing at %s', (event, args, nothing) => {
    const chosen: unknown[] = [];
    expect(desktop.electron.fire(session(), event, ...args, (choice?: unknown) => chosen.push(choice))).toBe(
      true,
    );
    expect(chosen).toEqual([nothing]);
  });

  it('downloads nothing', () => {
    expect(desktop.electron.fire(session(), 'will-download', {}, {})).toBe(true);
  });

  it('lets requests to the page through and cancels every other', () => {
    const isCancelled = (url: string) => {
      const answers: boolean[] = [];
      session().beforeRequest?.({ url }, ({ cancel }) => answers.push(cancel === true));
      expect(answers).toHaveLength(1);
      return answers[0];
    };
    expect(ADDRESSES.filter((address) => isCancelled(address) !== true)).toEqual([]);
    expect(OWN_ADDRESSES.filter((address) => isCancelled(address) !== false)).toEqual([]);
  });

  it('has no spell checker, and nowhere to fetch a dictionary from', () => {
    expect(session().isSpellCheckerEnabled).toBe(false);
    expect(new URL(session().dictionaryAddress).hostname).toMatch(/\.invalid$/u);
  });

  it('is offline, and resolves no names', () => {
    expect(session().networkEmulation).toEqual({ offline: true });
    expect(desktop.electron.app.hostResolver).toEqual({ enableBuiltInResolver: false, secureDnsMode: 'off' });
    expect(desktop.electron.app.switches.get('host-resolver-rules')).toBe('MAP * ~NOTFOUND');
    for (const name of [
      'disable-background-networking',
      'disable-component-update',
      'disable-domain-reliability',
      'no-pings',
    ])
      expect(desktop.electron.app.switches.has(name), name).toBe(true);
  });

  it('is guarded before there is a window', () => {
    const { log } = desktop.electron;
    expect(log.indexOf('guard session')).toBeGreaterThan(-1);
    expect(log.indexOf('guard session')).toBeLessThan(log.indexOf('window'));
  });
});

describe('every page', () => {
  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('goes nowhere at %s', (event) => {
    const { electron, window } = desktop;
    const allowed = [...ADDRESSES, ...OWN_ADDRESSES].filter(
      (url) => !electron.fire(window().webContents, event, { url, isMainFrame: true }),
    );
    expect(allowed).toEqual([]);
  });

  it('opens no window and no webview, and reveals no address', () => {
    const { electron, window } = desktop;
    for (const url of [...ADDRESSES, ...OWN_ADDRESSES])
      expect(window().webContents.windowOpenHandler?.({ url })).toEqual({ action: 'deny' });
    expect(
      electron.fire(
        window().webContents,
        'will-attach-webview',
        { preload: '/x.js' },
        { src: 'app://faultline/' },
      ),
    ).toBe(true);
    expect(window().webContents.webRtcPolicy).toBe('disable_non_proxied_udp');
    const chosen: string[] = [];
    electron.fire(window().webContents, 'select-bluetooth-device', [{ deviceId: '1' }], (id: string) =>
      chosen.push(id),
    );
    expect(chosen).toEqual(['']);
  });

  it('is guarded whoever makes it', () => {
    const contents = new desktop.electron.FakeWebContents();
    desktop.electron.app.emit('web-contents-created', new desktop.electron.FakeEvent(), contents);
    expect(contents.windowOpenHandler?.({ url: 'app://faultline/' })).toEqual({ action: 'deny' });
    expect(desktop.electron.fire(contents, 'will-navigate', { url: 'https://example.com' })).toBe(true);
  });

  it('is trusted no certificate and logged in nowhere', () => {
    const { app, fire } = desktop.electron;
    const answers: unknown[] = [];
    expect(
      fire(app, 'certificate-error', {}, 'https://x', 'ERR', {}, (trust: boolean) => answers.push(trust)),
    ).toBe(true);
    expect(
      fire(app, 'select-client-certificate', {}, 'https://x', [{}], (one?: unknown) => answers.push(one)),
    ).toBe(true);
    expect(fire(app, 'login', {}, {}, {}, (name?: string) => answers.push(name))).toBe(true);
    expect(answers).toEqual([false, undefined, undefined]);
  });
});

describe('the window', () => {
  it('has everything switched off that a page does not need', () => {
    const { preload, ...preferences } = desktop.window().options.webPreferences;
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: true,
    });
    expect(preload).toMatch(/index\.cjs$/u);
    expect(desktop.window().loaded).toEqual(['app://faultline/index.html']);
  });

  it('has no developer tools once packaged', async () => {
    const packaged = await startDesktop({ isPackaged: true });
    expect(packaged.window().options.webPreferences['devTools']).toBe(false);
    expect(JSON.stringify(packaged.electron.Menu.current)).not.toMatch(/toggleDevTools|reload/u);
  });

  it('comes after the sandbox, the scheme and the switches', () => {
    const { log } = desktop.electron;
    for (const step of ['sandbox', 'scheme', 'lock', 'switch host-resolver-rules'])
      expect(log.indexOf(step), step).toBeLessThan(log.indexOf('ready'));
    expect(log).not.toContain(-1);
    expect(log.indexOf('sandbox')).toBeGreaterThan(-1);
  });
});

describe('the page’s own scheme', () => {
  const load = async (url: string, method = 'GET') => {
    const handler = desktop.electron.protocol.handlers.get('app');
    // Node’s Request parses what Chromium has parsed already; the handler is given the address as it is.
    const response = await handler?.({ url, method } as Request);
    return response ?? new Response(null, { status: 599 });
  };

  it('is standard and secure, and bypasses nothing', () => {
    expect(desktop.electron.protocol.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    expect([...desktop.electron.protocol.handlers.keys()]).toEqual(['app']);
  });

  it('hands out the page with its policy', async () => {
    const response = await load('app://faultline/index.html');
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    const again = (await load('app://faultline/index.html')).headers.get('content-security-policy');
    expect(policy).not.toBe(again);
    expect(policy.replace(/'nonce-[\w-]{22}'/u, 'NONCE')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' NONCE; img-src 'self' blob:; font-src 'self'; " +
        "connect-src 'self'; worker-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default",
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toContain('<div id="root">');
  });

  it.each([
    ['app://faultline/main.tsx', 'GET', 404],
    ['app://faultline/../main/index.ts', 'GET', 404],
    ['app://faultline/..%2f..%2fpackage.json', 'GET', 404],
    ['app://faultline/%2e%2e/package.json', 'GET', 404],
    ['app://faultline//etc/passwd', 'GET', 404],
    ['app://faultline/index.html?x=1', 'GET', 404],
    ['app://faultline/index.html/', 'GET', 404],
    ['app://other/index.html', 'GET', 404],
    ['app://faultline.evil/index.html', 'GET', 404],
    ['app://evil@faultline/index.html', 'GET', 404],
    ['file:///etc/passwd', 'GET', 404],
    ['app://faultline/index.html', 'POST', 405],
    ['app://faultline/index.html', 'PUT', 405],
    ['app://faultline/index.html', 'DELETE', 405],
  ])('refuses %s by %s', async (url, method, status) => {
    const response = await load(url, method);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('what the page may ask', () => {
  const NONCE = '0123456789abcdef';
  const VALID: Record<string, unknown> = {
    [channels.connect]: NONCE,
    [channels.pickFiles]: { purpose: 'traces' },
    [channels.pickFolder]: undefined,
    [channels.grantDropped]: ['/tmp/a.jsonl'],
    [channels.saveFile]: ['0123456789abcdef', 'a.csv'],
    [channels.savePdf]: ['0123456789abcdef', 'a.pdf'],
    [channels.restartEngine]: undefined,
    [channels.takeOpenedFiles]: undefined,
    [channels.copyText]: 'text',
  };
  const OWN = { origin: 'app://faultline', url: 'app://faultline/index.html' };

  it('is what there is a handler for, and nothing else', () => {
    expect([...desktop.electron.ipcMain.handlers.keys()].sort()).toEqual(Object.keys(VALID).sort());
  });

  it.each(Object.keys(VALID))('%s is refused to every frame but the page’s own', async (channel) => {
    const main = desktop.window().webContents.mainFrame;
    const strangers = [
      null,
      { ...OWN },
      { ...OWN, origin: 'null' },
      { origin: 'https://example.com', url: 'https://example.com/' },
    ];
    const refused = { ok: false, message: 'Only the page of this window may ask this.' };
    for (const frame of strangers)
      await expect(desktop.ask(channel, VALID[channel], frame)).resolves.toEqual(refused);
    // Even the main frame, should it ever show something else.
    for (const shown of [
      { origin: 'https://example.com' },
      { url: 'https://example.com/' },
      { url: 'about:blank' },
    ]) {
      Object.assign(main, OWN, shown);
      await expect(desktop.ask(channel, VALID[channel])).resolves.toEqual(refused);
    }
    Object.assign(main, OWN);
    const other = new desktop.electron.FakeWebContents().mainFrame;
    await expect(desktop.ask(channel, VALID[channel], other)).resolves.toEqual(refused);
    expect(desktop.electron.dialog.asked).toEqual([]);
    expect(desktop.electron.clipboard.text).toBe('');
  });

  it.each([
    [channels.connect, [undefined, '', 'short', 7, {}, 'x'.repeat(101)]],
    [
      channels.pickFiles,
      [undefined, {}, { purpose: 'everything' }, { purpose: 'traces', multiple: 'yes' }, 'traces'],
    ],
    [channels.pickFolder, [{}, '/etc', 7]],
    [
      channels.grantDropped,
      [
        undefined,
        [],
        [''],
        ['relative.jsonl'],
        ['../up'],
        [7],
        '/etc/passwd',
        [{ path: '/etc' }],
        Array(10_001).fill('/a'),
      ],
    ],
    [
      channels.saveFile,
      [
        undefined,
        [],
        ['short', 'a'],
        ['0123456789abcdef', ''],
        ['0123456789abcdef', 'x'.repeat(256)],
        ['0123456789abcdef', 'a', 'b'],
      ],
    ],
    [channels.restartEngine, [{}, 'now']],
    [channels.takeOpenedFiles, [{}, '/etc']],
    [channels.copyText, [undefined, 7, {}, ['a']]],
  ])('%s is refused with what is no input of its own', async (channel, inputs) => {
    for (const input of inputs)
      await expect(desktop.ask(channel, input)).resolves.toEqual({
        ok: false,
        message: 'This is not what is expected here.',
      });
    expect(desktop.electron.dialog.asked).toEqual([]);
  });

  it('is answered nothing after the window closed', async () => {
    const closed = await startDesktop();
    const { mainFrame } = closed.window().webContents;
    closed.window().close();
    await expect(closed.ask(channels.copyText, 'text', mainFrame)).resolves.toMatchObject({ ok: false });
  });
});

describe('a packaged program', () => {
  it.each([
    'remote-debugging-port',
    'remote-debugging-pipe',
    'inspect',
    'inspect-brk',
    'no-sandbox',
    'disable-web-security',
    'load-extension',
    'proxy-server',
  ])('does not start with --%s', async (name) => {
    const refused = await startDesktop({ isPackaged: true, switches: [name] });
    expect(refused.electron.app.exitCode).toBe(1);
    expect(refused.electron.BrowserWindow.all).toEqual([]);
    expect(refused.electron.utilityProcess.all).toEqual([]);
    expect(refused.electron.log.filter((step) => step !== 'ready')).toEqual(['exit 1']);
  });

  it('starts without them, and a checkout with them', async () => {
    expect((await startDesktop({ isPackaged: true })).electron.app.exitCode).toBeNull();
    expect((await startDesktop({ switches: ['remote-debugging-port'] })).electron.app.exitCode).toBeNull();
  });
});

describe('the preload', () => {
  beforeEach(async () => {
    desktop = await startDesktop();
  });

  it('exposes what the bridge says, and no more', async () => {
    const { bridge } = await desktop.loadPreload();
    expect([...desktop.electron.contextBridge.exposed.keys()]).toEqual(['faultline']);
    expect(Object.keys(bridge).sort()).toEqual([
      'connect',
      'copyText',
      'grantDropped',
      'onCommand',
      'onEngineDown',
      'onOpenedFiles',
      'pickFiles',
      'pickFolder',
      'restartEngine',
      'saveFile',
      'savePdf',
      'takeOpenedFiles',
    ]);
    for (const value of Object.values(bridge)) expect(value).toBeTypeOf('function');
  });

  it('passes no event, no sender and no unknown command on', async () => {
    const { bridge } = await desktop.loadPreload();
    const heard: unknown[][] = [];
    bridge.onEngineDown((...args: unknown[]) => heard.push(args));
    bridge.onOpenedFiles((...args: unknown[]) => heard.push(args));
    const stop = bridge.onCommand((...args: unknown[]) => heard.push(args));
    const { ipcRenderer } = desktop.electron;
    ipcRenderer.emit(channels.engineDown, { sender: {} }, 'It crashed.');
    ipcRenderer.emit(channels.openedFiles, { sender: {} });
    ipcRenderer.emit(channels.command, { sender: {} }, 'import');
    ipcRenderer.emit(channels.command, { sender: {} }, 'format-disk');
    stop();
    ipcRenderer.emit(channels.command, { sender: {} }, 'import');
    expect(heard).toEqual([['It crashed.'], [], ['import']]);
  });

  it('listens only on channels of its own', async () => {
    await desktop.loadPreload();
    const own: string[] = Object.values(channels);
    const names = desktop.electron.ipcRenderer.eventNames().map(String);
    expect(names.filter((name) => !own.includes(name))).toEqual([]);
  });

  it('hands the port to this page alone', async () => {
    const { page } = await desktop.loadPreload();
    const { ipcRenderer, MessageChannelMain } = desktop.electron;
    ipcRenderer.emit(channels.port, { ports: [new MessageChannelMain().port1] }, NONCE_OF_PORT);
    expect(page.posted).toEqual([
      { message: { type: channels.port, nonce: NONCE_OF_PORT }, target: 'app://faultline' },
    ]);
  });

  it('grants only files that a person dropped', async () => {
    const { bridge } = await desktop.loadPreload();
    await expect(bridge.grantDropped([new File(['x'], '/etc/passwd')])).rejects.toThrow(
      'This is not what is expected here.',
    );
  });
});

const NONCE_OF_PORT = 'abcdefgh';
