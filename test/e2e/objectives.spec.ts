/** Closing the loop as a person does it: an objective over the sample, its failures as cases of a set, and the gate. */
import type { Page } from '@playwright/test';
import { goTo, openSample } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

async function addCheck(page: Page, title: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Add a check' }).last().click();
  await page.getByRole('menuitem', { name: title }).click();
}

async function makeObjective(page: Page): Promise<void> {
  await goTo(page, 'Objectives');
  await expect(page.getByText('No objectives yet')).toBeVisible();
  await page.keyboard.press('+');
  await page.getByRole('textbox', { name: 'Name' }).fill('No failing tool');
  await page.getByRole('textbox', { name: 'What success is' }).fill('It is done without a tool that fails.');
  await addCheck(page, /^Number/u);
  await expect(page.getByText('tool errors: at most 0')).toBeVisible();
  const preview = page.getByRole('list', { name: 'Sessions as the draft decides them' });
  await expect(preview.getByText('fails').first()).toBeVisible();
  await page.getByRole('button', { name: 'Save the objective' }).click();
  await page.getByRole('button', { name: 'Evaluate it' }).click();
  await expect(page.getByRole('region', { name: 'Pass rate by group' })).toBeVisible();
  await expect(
    page.getByRole('list', { name: 'Sessions: failed' }).getByRole('listitem').first(),
  ).toBeVisible();
}

async function makeCase(page: Page, place: number): Promise<void> {
  await page.keyboard.press('m');
  const dialogue = page.getByRole('dialog', { name: 'Make a case' });
  await dialogue.getByRole('list', { name: 'Corrections' }).getByRole('button').nth(place).click();
  await expect(dialogue.getByLabel('Where it comes from')).toContainText(/\.jsonl:\d+/u);
  const add = dialogue.getByRole('button', { name: 'Add it to the set' });
  await expect(add).toBeVisible();
  if (await add.isDisabled()) await addCheck(page, /^Number/u);
  await add.click();
  await expect(dialogue).toBeHidden();
}

test('from an objective to the gate', async ({ page, watched }) => {
  test.slow();
  await openSample(page, workbench());
  await test.step('an objective: written, tried, evaluated', () => makeObjective(page));

  await test.step('undo takes the evaluation back', async () => {
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.getByText('Not evaluated yet', { exact: true })).toBeVisible();
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect(page.getByRole('region', { name: 'Pass rate by group' })).toBeVisible();
  });

  await test.step('confirmed corrections become cases', async () => {
    await goTo(page, 'Corrections');
    await expect(page.getByRole('article').first()).toBeVisible();
    await page.keyboard.press('3');
    await expect(page.getByText(/ 1 confirmed/u)).toBeVisible();
    await page.keyboard.press('6');
    await expect(page.getByText(/ 2 confirmed/u)).toBeVisible();
    await goTo(page, 'Regression');
    await page.getByRole('main').getByRole('button', { name: 'New set' }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Support');
    await page.getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByText('No cases yet')).toBeVisible();
    await makeCase(page, 0);
    await makeCase(page, 1);
    await expect(page.getByRole('list', { name: 'Cases' }).getByRole('listitem')).toHaveCount(2);
  });

  await test.step('the gate: a verdict, recorded as the baseline, then open', async () => {
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Run the gate' }).click();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await expect(verdict).toContainText('for want of a baseline');
    await page.getByRole('textbox', { name: 'Record this run as the baseline' }).fill('as it was');
    await page.getByRole('button', { name: 'Record it' }).click();
    await expect(page.getByText(/^Recorded as the baseline: version \d/u)).toBeVisible();
    await page.getByRole('button', { name: 'Run the gate' }).click();
    await expect(verdict).toContainText('Open: the run may pass');
    await expect(verdict).toContainText('“as it was”');
  });
  expectQuiet(watched, workbench().origin);
});
