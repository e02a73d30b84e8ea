/**
 * Sorting without a mouse: sixty corrections of the sample into failure modes, two of them merged, one split, and what was
 * sorted counted under the first version of the codebook and under the last.
 */
import type { Locator, Page } from '@playwright/test';
import { goTo, openSample } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();
const WANTED = 60;
const PART_NAMES = ['Lost the request', 'Stuck on a side issue'];

async function sortedCount(bar: Locator): Promise<number> {
  return Number(await bar.getAttribute('aria-valuenow'));
}

/** Goes to the next cluster and waits until its cards, and not those of the one before, are on the table. */
async function nextCluster(page: Page): Promise<void> {
  const chosen = page.getByRole('list', { name: 'Clusters' }).locator('[aria-current="true"]');
  const before = await chosen.innerText();
  await page.keyboard.press(']');
  await expect(chosen).not.toHaveText(before, { useInnerText: true });
  await expect(page.locator('[data-stale]')).toHaveCount(0);
}

/** Sorts card by card, by the keys 1 to 3 in turn, until that many are sorted. */
async function sortByKeys(page: Page): Promise<void> {
  const bar = page.getByRole('progressbar', { name: 'Sorted corrections' });
  const current = page.locator('article[aria-current="true"]');
  for (let sorted = 0; sorted < WANTED; sorted = await sortedCount(bar)) {
    await expect(page.locator('[data-stale]')).toHaveCount(0);
    const isSorted = (await current.getByText('confirmed', { exact: true }).count()) > 0;
    if (isSorted) await nextCluster(page);
    else {
      await page.keyboard.press(String((sorted % 3) + 1));
      await expect(bar).toHaveAttribute('aria-valuenow', String(sorted + 1));
    }
  }
}

/** Corrections by name of failure mode, as the table of the numbers says. */
async function readRanking(page: Page): Promise<Record<string, number>> {
  const rows = page
    .getByRole('region', { name: 'Failure modes by frequency × severity' })
    .getByRole('row')
    .filter({ has: page.getByRole('link') });
  const counts: Record<string, number> = {};
  for (const row of await rows.all()) {
    const cells = row.getByRole('cell');
    counts[await cells.nth(0).innerText()] = Number(await cells.nth(2).innerText());
  }
  return counts;
}

async function countUnder(page: Page, version: number): Promise<void> {
  await page.getByRole('combobox', { name: 'Counted under' }).press('ArrowDown');
  const options = page.getByRole('option', { name: /^version \d+$/u });
  await expect(options.first()).toBeVisible();
  await page.getByRole('option', { name: `version ${String(version)}`, exact: true }).click();
}

test('sixty corrections sorted by keys; merge, split, and the counts under two versions', async ({
  page,
  watched,
}) => {
  test.slow();
  await openSample(page, workbench());
  await goTo(page, 'Corrections');
  await expect(page.getByRole('article').first()).toBeVisible();
  const bar = page.getByRole('progressbar', { name: 'Sorted corrections' });
  await expect(bar).toHaveAttribute('aria-valuenow', '0');

  await test.step('sort by keys, and take the last one back and do it again', async () => {
    await sortByKeys(page);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(bar).toHaveAttribute('aria-valuenow', String(WANTED - 1));
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect(bar).toHaveAttribute('aria-valuenow', String(WANTED));
  });

  await goTo(page, 'Codebook');
  const name = page.getByRole('main').getByRole('textbox', { name: 'Name' });

  await test.step('merge one failure mode into another', async () => {
    await expect(name).toHaveValue('Reasoning drift');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect(name).toHaveValue('Context-window saturation');
    await page.getByRole('button', { name: 'Merge…' }).press('Enter');
    const dialogue = page.getByRole('dialog', { name: /^Merge Context-window saturation/u });
    const into = dialogue.getByRole('combobox', { name: 'Into' });
    await into.pressSequentially('Tool-call');
    await expect(page.getByRole('option')).toHaveText(['Tool-call failure']);
    await into.press('ArrowDown');
    await into.press('Enter');
    await expect(into).toHaveValue('Tool-call failure');
    await dialogue.getByRole('button', { name: 'Merge', exact: true }).press('Enter');
    await expect(page.getByText('Merged, in version 2.')).toBeVisible();
    await expect(dialogue).toHaveCount(0);
  });

  await test.step('split another in two', async () => {
    await page.getByRole('button', { name: /^Reasoning drift/u }).press('Enter');
    await expect(name).toHaveValue('Reasoning drift');
    await page.getByRole('button', { name: 'Split…' }).press('Enter');
    const dialogue = page.getByRole('dialog', { name: 'Split Reasoning drift' });
    await dialogue.getByRole('textbox').fill(PART_NAMES.join('\n'));
    await dialogue.getByRole('button', { name: 'Split', exact: true }).press('Enter');
    await expect(page.getByText('Split, in version 3.')).toBeVisible();
    await expect(dialogue).toHaveCount(0);
    for (const part of PART_NAMES)
      await expect(page.getByRole('button', { name: new RegExp(`^${part}`, 'u') })).toBeVisible();
  });

  await test.step('count under both versions', async () => {
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('n');
    await expect(page.getByText(/^60 sorted corrections/u)).toBeVisible();
    await expect.poll(() => readRanking(page)).toEqual({ 'Tool-call failure': 40, 'Reasoning drift': 20 });
    await countUnder(page, 1);
    await expect
      .poll(() => readRanking(page))
      .toEqual({ 'Tool-call failure': 20, 'Reasoning drift': 20, 'Context-window saturation': 20 });
    await countUnder(page, 3);
    await expect.poll(() => readRanking(page)).toEqual({ 'Tool-call failure': 40, 'Reasoning drift': 20 });
  });

  expectQuiet(watched, workbench().origin);
});
