/** The SQL console: a question asked, its answer as table and chart, a problem marked, a query kept and taken back. */
import { goTo, openSample } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

test('asks the views, shows table and chart, and leads to the session', async ({ page, watched }) => {
  await openSample(page, workbench());
  await goTo(page, 'SQL');
  const query = page.getByRole('textbox', { name: 'Query', exact: true });
  await query.fill('SELECT session_id, turn_count, title FROM sessions ORDER BY turn_count DESC LIMIT 12');
  await query.press('Control+Enter');
  const result = page.getByRole('grid', { name: 'Result' });
  await expect(result).toHaveAttribute('aria-rowcount', '13');
  await expect(result.getByRole('columnheader', { name: 'turn_count' })).toContainText('INTEGER');

  await page.getByText('Chart', { exact: true }).click();
  await expect(page.getByRole('region', { name: 'turn_count by title' })).toBeVisible();
  await page.getByRole('group', { name: 'Marks' }).getByRole('button').nth(2).click();
  await expect(result.getByRole('row').nth(3).getByRole('gridcell').first()).toHaveAttribute(
    'aria-selected',
    'true',
  );

  await query.fill('SELECT nothing_such FROM sessions');
  await query.press('Control+Enter');
  await expect(page.getByRole('alert')).toContainText('line 1, column 8');
  await expect(page.locator('mark')).toHaveText('nothing_such');
  await query.fill('DELETE FROM sessions');
  await query.press('Control+Enter');
  await expect(page.getByRole('alert')).toContainText('Only SELECT can be run here');

  await query.fill('SELECT session_id FROM sessions LIMIT 1');
  await query.press('Control+s');
  await page.getByRole('textbox', { name: 'Name of the query' }).fill('One session');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const saved = page.getByRole('list', { name: 'Saved queries' });
  await expect(saved).toContainText('One session');
  await saved.getByRole('button', { name: 'Remove the query One session' }).click();
  await expect(saved).not.toContainText('One session');
  await page.getByRole('alert').click();
  await page.keyboard.press('Control+z');
  await expect(saved).toContainText('One session');

  await saved.getByRole('button', { name: /^One session/u }).click();
  await query.press('Control+Enter');
  await result.getByRole('link').first().click();
  await expect(page.getByRole('list', { name: 'Conversation' })).toBeVisible();
  await page.goBack();
  await expect(result).toHaveAttribute('aria-rowcount', '2');
  expectQuiet(watched, workbench().origin);
});

test('a query that runs long is stopped by Escape', async ({ page }) => {
  await openSample(page, workbench());
  await goTo(page, 'SQL');
  const query = page.getByRole('textbox', { name: 'Query', exact: true });
  await query.fill('SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b');
  await query.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await query.press('Escape');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  await query.fill('SELECT 1 AS one');
  await query.press('Control+Enter');
  await expect(page.getByRole('grid', { name: 'Result' })).toHaveAttribute('aria-rowcount', '2');
});
