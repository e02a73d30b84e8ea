/** Comparing corrections by a sentence model in a folder: chosen by its path, refused by the name of the file, run, and said. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSentenceModel } from '../fixtures/sentence-model/make-model';
import { goTo, openSample } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();
let dir: string;

test.beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'faultline-model-'));
  makeSentenceModel(join(dir, 'tiny'));
});
test.afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('clusters by a model in a folder, and says so', async ({ page, watched }) => {
  await openSample(page, workbench());
  await goTo(page, 'Corrections');
  const open = page.getByRole('button', { name: /^Clusters/u });
  await open.click();
  const path = page.getByRole('textbox', { name: 'Path of the folder of a sentence model' });
  await path.fill(dir);
  await path.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'tokenizer.json' })).toBeVisible();
  await path.fill(join(dir, 'tiny'));
  await path.press('Enter');
  await expect(page.getByRole('radio', { name: /^The sentence model tiny/u })).toBeChecked();
  await page
    .getByRole('checkbox', { name: 'Compare also what the agent had said just before' })
    .press('Space');
  await page.getByRole('button', { name: 'Group anew' }).click();
  await expect(page.getByText(/corrections in \d+ clusters?\./u)).toBeVisible({ timeout: 60_000 });
  await open.click();
  await expect(
    page.getByText(/what the user said and what it answers: vectors of the sentence model tiny/u),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(page.getByRole('radio', { name: 'Their wording' })).toBeChecked();
  expectQuiet(watched, workbench().origin);
});
