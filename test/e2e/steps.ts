/** What several end-to-end tests do with the workbench, said once: open it, bring files in, go to a screen. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, type Workbench } from './workbench';

/** Shows the home screen, ready to be used; the workspace of a test before may still be open. */
export async function openPage(page: Page, workbench: Workbench): Promise<void> {
  await page.goto(workbench.address);
  await expect(page.getByRole('button', { name: /^Offline:/u })).toBeVisible();
  await goTo(page, 'Home');
  await expect(page.getByRole('button', { name: 'Open the sample' })).toBeEnabled();
}

export async function openSample(page: Page, workbench: Workbench): Promise<void> {
  await openPage(page, workbench);
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
}

/** By the link on the rail. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click();
  await expect(page.getByRole('heading', { level: 1, name: screen })).toBeVisible();
}

export async function makeWorkspace(page: Page, name: string): Promise<void> {
  await goTo(page, 'Home');
  await page.getByRole('main').getByRole('button', { name: 'New workspace' }).click();
  const dialogue = page.getByRole('dialog', { name: 'New workspace' });
  await dialogue.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialogue.getByRole('button', { name: 'Make it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Import' })).toBeVisible();
  await expect(
    page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name }),
  ).toBeVisible();
}

/** Through the file dialogue of the import screen. */
export async function chooseFiles(page: Page, paths: readonly string[]): Promise<void> {
  const button = page.getByRole('main').getByRole('button', { name: 'Choose files' });
  // Where one screen gives way to another under the pointer a click may meet the one that goes, and is made again.
  await expect(async () => {
    const choosing = page.waitForEvent('filechooser', { timeout: 5000 });
    const [chooser] = await Promise.all([choosing, button.click()]);
    await chooser.setFiles([...paths]);
  }).toPass();
  for (const path of paths)
    await expect(page.getByRole('checkbox', { name: `Import ${basename(path)}` })).toBeVisible();
}

/** As somebody drags it from a folder onto the window. */
export async function dropFile(page: Page, path: string): Promise<void> {
  const files = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text ?? ''], name ?? ''));
      return transfer;
    },
    [basename(path), await readFile(path, 'utf8')],
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: files });
  await expect(page.getByText('Drop trace files, a folder or a workspace', { exact: true })).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: files });
}

/** Imports what waits, waits until all signals are found, and returns the part of the screen that says what came of it. */
export async function importWaiting(page: Page): Promise<ReturnType<Page['getByRole']>> {
  await page.getByRole('button', { name: /^Import \d+ files?$/u }).click();
  const result = page.getByRole('region', { name: 'What came of the import' });
  await expect(result).toBeVisible();
  // Signals that need texts are found after the import.
  await expect(page.getByText(/^Signals of /u)).toHaveCount(0, { timeout: 60_000 });
  return result;
}

/** The row of the conversation that is selected. */
export function selectedRow(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('list', { name: 'Conversation' }).locator('[aria-current="true"]');
}
