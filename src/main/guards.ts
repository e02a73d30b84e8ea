/**
 * Everything that is denied: permissions, devices, navigation, windows, webviews, requests that leave the machine.
 * Denying is the rule here and there is no exception list. Must be in force before the first window is made.
 * https://www.electronjs.org/docs/latest/tutorial/security
 */
import { app, type App, type Session, type WebContents } from 'electron';
import { isPageAddress } from './protocol';

/** Where a dictionary would be fetched from, were the spell checker ever on: a name that never resolves (RFC 6761). */
const DEAD_ADDRESS = 'https://faultline.invalid/';

/** On each session of the program, before any window of it; `isAllowed` says what its pages may load. */
export function guardSession(
  session: Session,
  isAllowed: (address: string) => boolean = isPageAddress,
): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  session.setDisplayMediaRequestHandler((_request, decide) => decide(null));
  if (process.platform !== 'darwin')
    session.setBluetoothPairingHandler((_details, respond) => respond({ confirmed: false }));
  session.setCertificateVerifyProc((_request, decide) => decide(CERTIFICATE_REJECTED));

  // Turning it off per window alone was not enough in every version of Electron (electron/electron#22995).
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerDictionaryDownloadURL(DEAD_ADDRESS);

  // Only the last listener counts, so there is exactly one.
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isAllowed(url) }));
  session.enableNetworkEmulation({ offline: true });

  session.on('will-download', (event) => event.preventDefault());
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose('');
  });
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
}

/** What `setCertificateVerifyProc` takes for "rejected". */
const CERTIFICATE_REJECTED = -2;

/** On every page there will ever be, whoever makes it. */
export function guardPages(program: App): void {
  program.on('web-contents-created', (_event, contents) => guardPage(contents));
  program.on('certificate-error', (event, _contents, _url, _error, _certificate, decide) => {
    event.preventDefault();
    decide(false);
  });
  program.on('select-client-certificate', (event, _contents, _url, _list, choose) => {
    event.preventDefault();
    choose();
  });
  program.on('login', (event, _contents, _details, _auth, answer) => {
    event.preventDefault();
    answer();
  });
}

function guardPage(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
}

/** Settings of the network service, which exists once Electron is ready. */
export function guardHostResolver(): void {
  app.configureHostResolver({ enableBuiltInResolver: false, secureDnsMode: 'off' });
}
