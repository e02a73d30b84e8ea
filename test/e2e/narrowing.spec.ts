/**
 * A failure mode found by its letters, and from its share in one source back to the card: sorting with more failure modes than
 * there are figures, and numbers that lead to their rows.
 */
import { openSample } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

test('a card is sorted by letters and found again by its source', async ({ page, watched }) => {
  await openSample(page, workbench());
  await page.goto(`${page.url().split('#')[0] ?? ''}#/corrections`);
  const current = page.locator('article[aria-current="true"]');
  await expect(current).toBeVisible();
  await page.keyboard.press('+');
  await page.getByRole('textbox', { name: 'Name' }).fill('Zebra crossing missed');
  await page.getByRole('button', { name: 'Only add it' }).click();
  await expect(page.getByRole('button', { name: 'Sort as Zebra crossing missed' })).toBeVisible();

  await page.keyboard.press('0');
  const letters = page.getByRole('combobox', { name: 'Letters of the failure mode' });
  await expect(letters).toBeFocused();
  await page.keyboard.type('zcm');
  await expect(page.getByRole('option')).toHaveText(['Zebra crossing missed']);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('progressbar', { name: 'Sorted corrections' })).toHaveAttribute(
    'aria-valuenow',
    '1',
  );

  await page.goto(`${page.url().split('#')[0] ?? ''}#/codebook`);
  await expect(page.getByRole('heading', { level: 1, name: 'Codebook' })).toBeVisible();
  await page.getByText('Numbers', { exact: true }).click();
  const groups = page.getByRole('region', { name: 'Failure modes by source' });
  await expect(groups).toBeVisible();
  await groups.getByRole('link').first().click();
  await expect(page.getByRole('button', { name: 'Narrow the cards, by 1 now' })).toBeVisible();
  await expect(page.locator('article')).toHaveCount(1);
  await expect(current.getByText('Zebra crossing missed')).toBeVisible();
  await page.getByRole('button', { name: 'Narrow the cards, by 1 now' }).click();
  await expect(page.getByRole('group', { name: 'The session is of' })).toBeVisible();
  expectQuiet(watched, workbench().origin);
});
