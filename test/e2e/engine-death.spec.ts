/** The engine dies; the page stays, says so, and goes on after a restart with all that was done before. */
import { goTo, openSample } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

test('a killed engine is said and started again, and nothing is lost', async ({ page, watched }) => {
  await openSample(page, workbench());
  await goTo(page, 'Sessions');
  const sessions = page.getByRole('grid', { name: 'Sessions' });
  // The header and the three hundred of the sample.
  await expect(sessions).toHaveAttribute('aria-rowcount', '301');
  const killed = await workbench().enginePid();
  process.kill(killed, 'SIGKILL');

  const banner = page.getByRole('alert').filter({ hasText: 'The engine has stopped.' });
  await expect(banner).toContainText('What you did is safe in the journal.');
  await banner.getByRole('button', { name: 'Restart the engine' }).click();
  await expect(banner).toBeHidden();
  expect(await workbench().enginePid()).not.toBe(killed);

  await goTo(page, 'Overview');
  await goTo(page, 'Sessions');
  await expect(sessions).toHaveAttribute('aria-rowcount', '301');
  await sessions.getByRole('link').first().click();
  await expect(page.getByRole('list', { name: 'Conversation' }).getByRole('listitem').first()).toBeVisible();
  expectQuiet(watched, workbench().origin);
});
