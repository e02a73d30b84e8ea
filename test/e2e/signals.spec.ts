/** The signals on screen: how often and where, what a parameter would change, what is wrong, and a score that learns from verdicts. */
import type { Locator, Page } from '@playwright/test';
import { goTo, openSample } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();
/** The score is fitted anew from thirty verdicts on, at least eight of each kind. */
const VERDICTS = 30;

/** A signal's row, chosen. */
async function choose(page: Page, id: string): Promise<Locator> {
  const row = page.locator(`[data-signal="${id}"]`);
  await page.getByRole('textbox', { name: 'Find a signal' }).fill(id);
  await row.click();
  await expect(row).toHaveAttribute('aria-current', 'true');
  return row;
}

async function findingCount(row: Locator): Promise<number> {
  return Number(/([\d,]+) findings?/u.exec(await row.innerText())?.[1]?.replaceAll(',', ''));
}

test('prevalence by group, a preview of a parameter, and a finding that is wrong', async ({
  page,
  watched,
}) => {
  await openSample(page, workbench());
  await goTo(page, 'Signals');
  const row = await choose(page, 'retry-loop');
  const before = await findingCount(row);
  expect(before).toBeGreaterThan(0);

  await test.step('where it is frequent, with a way to the sessions', async () => {
    const shares = page.getByRole('region', { name: 'Share of sessions with it, by model' });
    await expect(shares.getByRole('button', { name: /^Show the sessions with/u }).first()).toBeVisible();
    await shares.getByText('format', { exact: true }).click();
    const byFormat = page.getByRole('region', { name: 'Share of sessions with it, by format' });
    const bar = byFormat.getByRole('button', { name: /^Show the sessions with .*: \d/u }).first();
    await expect(bar).toBeVisible();
    await expect(
      page.getByRole('region', { name: 'The session score, which all signals feed' }),
    ).toContainText('tau-bench airline');
  });

  await test.step('a stricter parameter is shown before it is applied, and changes nothing yet', async () => {
    const parameters = page.getByRole('region', { name: 'Parameters' });
    // Both of the numbers of calls that make a loop: within a turn, and directly one after another.
    for (const place of [0, 1]) await parameters.getByRole('textbox').nth(place).fill('40');
    await parameters.getByRole('button', { name: 'Preview' }).click();
    await expect(parameters.getByRole('region', { name: 'What it changes' })).toContainText(
      /adds 0 findings and drops [1-9]/u,
    );
    expect(await findingCount(row)).toBe(before);
    await parameters.getByRole('button', { name: 'Discard' }).click();
  });

  await test.step('a finding that is wrong counts nowhere, until that is undone', async () => {
    const first = page.getByRole('region', { name: 'Findings' }).getByRole('listitem').first();
    await first.getByRole('button', { name: 'this is wrong' }).click();
    await expect(first.getByText('said to be wrong')).toBeVisible();
    await expect.poll(() => findingCount(row)).toBe(before - 1);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(first.getByText('said to be wrong')).toBeHidden();
    await expect.poll(() => findingCount(row)).toBe(before);
  });
  expectQuiet(watched, workbench().origin);
});

/** Says of the session on screen whether it failed. */
async function judge(page: Page, words: 'it failed' | 'it did not'): Promise<void> {
  const button = page.getByRole('group', { name: 'Your verdict' }).getByRole('button', { name: words });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
}

test('the score of a session leads to its evidence, and is fitted anew on thirty verdicts', async ({
  page,
  watched,
}) => {
  test.slow();
  await openSample(page, workbench());
  await page.evaluate(() => (location.hash = '#/sessions?sort=-failProbability'));
  await page.getByRole('grid', { name: 'Sessions' }).getByRole('link').first().click();
  const panel = page.getByRole('region', { name: 'Session score' });

  await test.step('a part of the score leads to the spans it comes from, the header back', async () => {
    await expect(panel.getByText('and the score learns')).toBeVisible();
    await panel.getByRole('list').getByRole('button').first().click();
    await expect(
      page.getByRole('list', { name: 'Conversation' }).locator('[aria-current="true"]'),
    ).toBeVisible();
    await page.getByRole('button', { name: /^score \d/u }).click();
    await expect(panel).toBeVisible();
  });

  await test.step('the drift curve is walked by keys', async () => {
    const curve = page.getByRole('slider', { name: 'Message on the drift curve' });
    if ((await curve.count()) === 0) return;
    const value = await curve.getAttribute('aria-valuenow');
    await curve.press('ArrowRight');
    await expect(curve).not.toHaveAttribute('aria-valuenow', value ?? '');
  });

  await test.step('thirty verdicts refit the weights', async () => {
    for (let i = 0; i < VERDICTS; i++) {
      await judge(page, i % 2 === 0 ? 'it failed' : 'it did not');
      if (i === VERDICTS - 1) break;
      const title = await page.getByRole('heading', { level: 1 }).innerText();
      await page.keyboard.press(']');
      await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(title);
    }
    await expect(panel).toContainText(`Weights fitted on ${String(VERDICTS)} verdicts of this workspace.`);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(panel.getByText('1 more verdict and the score learns')).toBeVisible();
  });
  expectQuiet(watched, workbench().origin);
});
