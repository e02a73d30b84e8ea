/**
 * Two reviewers, blind to each other, each in a workbench of their own: a queue goes out as a file, the reviews come back as
 * one, and what they differ on is settled. The figures of agreement are those worked out by hand from the keys pressed.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { goTo, openPage, openSample } from './steps';
import { expect, expectQuiet, startWorkbench, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

/** Values of the field of intent: met 1, missed 2. */
const ADA = ['2', '1', '2', '1'];
const BEN = ['1', '1', '2', '1'];

async function reviewAs(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Name of the reviewer' }).fill(name);
  await page.getByRole('button', { name: 'Review as this' }).click();
  await expect(page.getByText('Place 1', { exact: true })).toBeVisible();
}

async function verdict(page: Page, place: number, key: string): Promise<void> {
  await expect(page.getByText(`Place ${String(place)}`, { exact: true })).toBeVisible();
  await page.keyboard.press(key);
  const intent = page.getByRole('group', { name: 'Intent of the user' });
  await expect(intent.getByRole('button', { pressed: true })).toHaveCount(1);
}

async function saved(page: Page, item: string | RegExp, path: string): Promise<string> {
  await page.getByRole('button', { name: 'Exchange' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: item }).click();
  const download = await downloading;
  const target = join(path, download.suggestedFilename());
  await download.saveAs(target);
  return target;
}

async function takeIn(page: Page, path: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Take in reviews' }).click();
  await (await choosing).setFiles(path);
}

test('two reviewers, blind to each other, merge, agree and settle', async ({ page, watched, browser }) => {
  test.slow();
  const { folder, origin } = workbench();
  await openSample(page, workbench());
  await goTo(page, 'Review');

  await test.step('a queue at random, two reviews each', async () => {
    await expect(page.getByText('No queue yet')).toBeVisible();
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Pair review');
    await page.getByRole('radiogroup', { name: 'Order' }).getByText('Random', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Size' }).fill('4');
    await page.getByRole('textbox', { name: 'Reviews per session' }).fill('2');
    await expect(page.getByText('4 of', { exact: false }).first()).toBeVisible();
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByText('Pair review: 4 sessions queued.')).toBeVisible();
  });

  let packed = '';
  await test.step('it goes out before anybody has said anything', async () => {
    packed = await saved(page, /^Export the queue for a colleague/u, folder);
    expect(packed).toMatch(/\.faultline\.zip$/u);
  });

  await test.step('Ada reviews by keys: back and forth, skip, come back, give back', async () => {
    await reviewAs(page, 'Ada');
    await page.keyboard.press('ArrowRight');
    await expect(page.getByText('Place 2', { exact: true })).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await verdict(page, 1, ADA[0] ?? '');
    await page.keyboard.press('?');
    const help = page.getByRole('dialog');
    await expect(help.getByText('Complete the review and go on')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(help).toBeHidden();
    await page.keyboard.press('ControlOrMeta+Enter');
    for (const place of [2, 3]) {
      await verdict(page, place, ADA[place - 1] ?? '');
      await page.keyboard.press('ControlOrMeta+Enter');
    }
    await expect(page.getByText('Place 4', { exact: true })).toBeVisible();
    await page.keyboard.press('s');
    await expect(page.getByText('Nothing is left for Ada')).toBeVisible();
    await page.getByRole('link', { name: 'All items' }).click();
    const items = page.getByLabel('Items', { exact: true });
    await expect(items.getByText('skipped', { exact: true })).toBeVisible();
    await expect(items.getByText('reviewed', { exact: true })).toHaveCount(3);
    await items.getByRole('link').nth(3).click();
    await verdict(page, 4, ADA[3] ?? '');
    await page.keyboard.press('r');
    await page.keyboard.press('Escape');
    await expect(items.getByText('open', { exact: true })).toBeVisible();
    await items.getByRole('link').nth(3).click();
    await verdict(page, 4, ADA[3] ?? '');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(page.getByText('Nothing is left for Ada')).toBeVisible();
  });

  await test.step('somebody else sees that there is a review, and not what it says', async () => {
    await page.getByRole('link', { name: 'All items' }).click();
    await page.getByRole('button', { name: 'Reviewing as Ada' }).click();
    await page.getByRole('textbox', { name: 'Name of the reviewer' }).fill('Cleo');
    await page.getByRole('button', { name: 'Review as this' }).click();
    await page.getByLabel('Items', { exact: true }).getByRole('link').first().click();
    await expect(page.getByText('Others have reviewed this item. The queue is blind')).toBeVisible();
    await expect(page.getByRole('region', { name: 'What others said' })).toBeHidden();
    await page.keyboard.press('Escape');
  });

  let reviews = '';
  await test.step('Ben reviews the file in a workbench of his own', async () => {
    const other = await startWorkbench();
    const context = await browser.newContext();
    try {
      const colleague = await context.newPage();
      await openPage(colleague, other);
      await colleague.getByRole('textbox', { name: /^Path of a file or folder/u }).fill(packed);
      await colleague.getByRole('button', { name: 'Take it' }).click();
      await expect(colleague.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
      await goTo(colleague, 'Review');
      await colleague.getByRole('link', { name: 'Pair review', exact: true }).click();
      await reviewAs(colleague, 'Ben');
      for (const [index, key] of BEN.entries()) {
        await verdict(colleague, index + 1, key);
        await expect(colleague.getByText('Others have reviewed this item')).toBeHidden();
        await colleague.keyboard.press('ControlOrMeta+Enter');
      }
      await expect(colleague.getByText('Nothing is left for Ben')).toBeVisible();
      await colleague.getByRole('link', { name: 'All items' }).click();
      reviews = await saved(colleague, /^Export the reviews/u, folder);
    } finally {
      await context.close();
      await other.close();
    }
  });

  await test.step('his reviews come in, and only once', async () => {
    await takeIn(page, reviews);
    await expect(
      page.getByText(/facts? added, \d+ known already\. 1 disagreement to settle\./u),
    ).toBeVisible();
    await takeIn(page, reviews);
    await expect(page.getByText(/0 facts added/u)).toBeVisible();
  });

  await test.step('agreement is what the keys say', async () => {
    await page.getByRole('link', { name: 'Agreement', exact: true }).click();
    const table = page.getByRole('table', { name: 'Agreement', exact: true });
    // Three of four alike; by chance a half (.5 x .25 + .5 x .75): kappa (.75 - .5) / (1 - .5).
    await expect(table.getByRole('row', { name: /share of equal pairs 0\.75/u })).toBeVisible();
    await expect(table.getByRole('row', { name: /Cohen’s kappa 0\.50/u })).toBeVisible();
  });

  await test.step('the disagreement is settled by a key, undone and settled again', async () => {
    await page.getByRole('link', { name: /^Disagreements/u }).click();
    const list = page.getByRole('list', { name: 'Disagreements' });
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await page.keyboard.press('1');
    await expect(list.getByText(/^settled as missed by/u)).toBeVisible();
    await page.keyboard.press('ControlOrMeta+z');
    await expect(list.getByText('to settle', { exact: true })).toBeVisible();
    await page.keyboard.press('1');
    await expect(list.getByText(/^settled as missed by/u)).toBeVisible();
    await page.getByRole('link', { name: 'Results' }).click();
    // One settled as missed and one that both say was missed, of four.
    const failed = page.getByRole('region', { name: 'Share of sessions that missed the intent' });
    await expect(failed.getByText(/^50%/u).first()).toBeVisible();
    await expect(failed.getByText(/^4 verdicts/u)).toBeVisible();
  });

  await test.step('what was decided is a facet and a column of the sessions', async () => {
    await goTo(page, 'Sessions');
    await expect(page.getByText('Review verdict', { exact: true }).first()).toBeVisible();
  });
  expectQuiet(watched, origin);
});
