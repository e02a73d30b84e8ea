/**
 * `npm run screens`: writes docs/screens/<screen>-<light|dark>.png, every screen as it is with the sample open, some of its
 * corrections sorted. Must not show anything but the sample.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runnerImport } from 'vite';
import { buildIfStale, ROOT } from './build-if-stale.mjs';

const FOLDER = join(ROOT, 'docs', 'screens');
const SIZE = { width: 1440, height: 900 };
/** A picture of the README that is larger makes the page slow to read. */
const MAX_BYTES = 400_000;
const LONG_MS = 120_000;

async function startWorkbench(dataDir) {
  const shell = spawn(process.execPath, [join(ROOT, 'out', 'main', 'serve.js'), '--no-open', '--json'], {
    env: { ...process.env, FAULTLINE_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: shell.stdout }), 'line');
  return { address: JSON.parse(line).address, shell };
}

/** By the address, so that each picture stands alone; then until nothing is being fetched or moved. */
async function show(page, hash) {
  await page.evaluate((next) => (location.hash = next), hash);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settle(page);
}

async function settle(page) {
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"], [data-stale]') === null &&
      document.getAnimations().every((animation) => animation.playState !== 'running'),
    undefined,
    { timeout: LONG_MS },
  );
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}

/** The session with the most findings among those with sub-agents and corrections. */
async function openTellingSession(page) {
  const filter = JSON.stringify({ flags: ['sub-agents'], correction: 'any', hasFindings: true });
  await show(page, `#/sessions?${new URLSearchParams({ filter, sort: '-findingCount' })}`);
  await page.getByRole('grid', { name: 'Sessions' }).getByRole('link').first().click();
  await page.getByRole('list', { name: 'Conversation' }).getByRole('listitem').first().waitFor();
  return page.evaluate(() => location.hash.split('?')[0]);
}

/** Goes to a finding, so that the inspector says why something was found. */
async function showSession(page, hash) {
  await show(page, hash);
  await page.getByRole('list', { name: 'Conversation' }).getByRole('listitem').first().waitFor();
  await page.keyboard.press('n');
  await page
    .getByRole('region', { name: 'Inspector' })
    .getByText(/severity \d of 4|as a correction/u)
    .first()
    .waitFor();
  await settle(page);
}

/** A first half hour of an analyst: three clusters sorted as a whole, and some cards of the next one by one. */
async function sortSome(page) {
  await show(page, '#/corrections');
  await page.getByRole('article').first().waitFor();
  for (const mode of [2, 1, 4]) {
    await page.keyboard.press(']');
    await settle(page);
    await page.keyboard.press(`Shift+${mode}`);
    await page
      .getByText(/^Sorted \d+ corrections/u)
      .last()
      .waitFor();
    await closeMessages(page);
  }
  await page.keyboard.press(']');
  await settle(page);
  for (const key of ['3', '6', 'c', 'r', '5']) {
    await page.keyboard.press(key);
    await settle(page);
  }
}

/** What was done is said in the corner, over what the picture is to show. */
async function closeMessages(page) {
  const close = page.locator('.mantine-Notification-closeButton');
  while ((await close.count()) > 0) {
    await close.first().click();
    await settle(page);
  }
}

const SCREENS = [
  'home',
  'import',
  'overview',
  'sessions',
  'session',
  'signals',
  'corrections',
  'codebook',
  'review',
  'objectives',
  'regression',
  'report',
  'sql',
];

/** Where a screen shows more than at its plain address. */
const ADDRESSES = { sessions: '#/sessions?sort=-findingCount', signals: '#/signals?signal=rephrase-loop' };

async function takePictures(page) {
  const session = await openTellingSession(page);
  await sortSome(page);
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const screen of SCREENS) {
      if (screen === 'session') await showSession(page, session);
      else await show(page, ADDRESSES[screen] ?? `#/${screen}`);
      if (screen === 'import') await page.locator('main [aria-expanded="false"]').first().click();
      await settle(page);
      await takePicture(page, `${screen}-${theme}.png`);
    }
  }
}

async function takePicture(page, name) {
  const path = join(FOLDER, name);
  // Nothing under the pointer, or its tooltip would be in the picture.
  await page.mouse.move(SIZE.width - 1, SIZE.height - 1);
  await settle(page);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  const { size } = await stat(path);
  console.log(`docs/screens/${name}  ${Math.round(size / 1024)} KB`);
  if (size > MAX_BYTES) throw new Error(`${name} has become too large for the README.`);
}

buildIfStale();
await mkdir(FOLDER, { recursive: true });
const { module } = await runnerImport(join(ROOT, 'test', 'e2e', 'browser.ts'));
const data = await mkdtemp(join(tmpdir(), 'faultline-screens-'));
const { address, shell } = await startWorkbench(data);
const browser = await module.launchBrowser();
try {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light', reducedMotion: 'reduce' });
  page.setDefaultTimeout(LONG_MS);
  await page.goto(address);
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await takePictures(page);
} finally {
  await browser.close();
  shell.kill('SIGTERM');
  await once(shell, 'exit');
  await rm(data, { recursive: true, force: true });
}
