/** Every screen has its landmarks, everything to act on has a name, and all of it can be reached by the keyboard. */
import type { Page } from '@playwright/test';
import { goTo, openSample, selectedRow } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

const ACTIVE =
  'button|link|textbox|searchbox|checkbox|radio|switch|tab|combobox|slider|spinbutton|menuitem|option|treeitem|grid|tree|dialog';

/** What a screen reader would announce by its role alone, from the browser's own tree. */
async function nameless(page: Page): Promise<string[]> {
  const snapshot = await page.locator('body').ariaSnapshot();
  return snapshot.split('\n').filter((line) => new RegExp(`^\\s*- (${ACTIVE})(?! ")(\\b|:)`, 'u').test(line));
}

async function expectGoodScreen(page: Page, title: string): Promise<void> {
  await expect(page.getByRole('banner')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible();
  await expect(page.getByRole('main')).toBeVisible();
  await expect(page.getByRole('contentinfo')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 }), title).toHaveCount(1);
  await expect(page).toHaveTitle(`${title} - Faultline`);
  await expect(page.getByLabel('Loading', { exact: true })).toHaveCount(0);
  expect(await nameless(page), `things to act on without a name: ${title}`).toEqual([]);
}

const SCREENS = [
  'Home',
  'Import',
  'Overview',
  'Sessions',
  'Signals',
  'Corrections',
  'Codebook',
  'Review',
  'Objectives',
  'Regression',
  'Report',
  'SQL',
];

test('every screen has its landmarks, and names for all there is to act on', async ({ page, watched }) => {
  await openSample(page, workbench());
  for (const screen of SCREENS) {
    await test.step(screen, async () => {
      await goTo(page, screen);
      await expectGoodScreen(page, screen);
    });
  }
  await test.step('Session', async () => {
    await goTo(page, 'Sessions');
    await page.getByRole('grid', { name: 'Sessions' }).getByRole('link').first().click();
    await expect(page.getByRole('list', { name: 'Conversation' })).toBeVisible();
    await page.keyboard.press('j');
    await expect(selectedRow(page)).toHaveCount(1);
    await expectGoodScreen(page, 'Session');
    await expect(page.getByRole('region', { name: 'Timeline' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Inspector' })).toBeVisible();
    await expect(page.getByRole('img', { name: /^Timeline of .* spans/u })).toBeVisible();
    await page.keyboard.press('Shift+T');
    await expect(page.getByRole('table', { name: 'Spans' }).getByRole('row').nth(1)).toBeVisible();
  });
  expectQuiet(watched, workbench().origin);
});

test('the rail, the palette and the help are reached by the keyboard', async ({ page, watched }) => {
  await openSample(page, workbench());
  await page.locator('body').press('Home');
  const reached = new Set<string>();
  const rail = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  const wanted = await rail.evaluateAll((links) =>
    links.map((link) => link.getAttribute('aria-label') ?? ''),
  );
  expect(wanted).toEqual(SCREENS);
  for (let press = 0; press < 40 && wanted.some((name) => !reached.has(name)); press += 1) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''));
  }
  expect([...reached]).toEqual(expect.arrayContaining(wanted));
  await rail
    .filter({ has: page.locator('svg') })
    .nth(wanted.indexOf('Sessions'))
    .focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Sessions' })).toBeVisible();

  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await expect(palette.getByRole('combobox', { name: 'Command' })).toBeFocused();
  expect(await nameless(page)).toEqual([]);
  await page.keyboard.type('codebook');
  await expect(palette.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
  await expect(page.getByRole('heading', { level: 1, name: 'Codebook' })).toBeVisible();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(help.getByText('Command palette', { exact: true })).toBeVisible();
  expect(await nameless(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();

  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  expectQuiet(watched, workbench().origin);
});
