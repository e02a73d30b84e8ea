/** The report as a person makes it: parts chosen, secrets masked, looked at, exported; nothing planted is in what goes out. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { chooseFiles, goTo, importWaiting, makeWorkspace, openPage } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

const SECRETS = [
  'mirela.vandenberg@post.example',
  'Vandenberg',
  '4111 1111 1111 1111',
  'sk-proj-9fQ2vT7mXb1LkZ8cRw4Ny6HdPs3A',
  'DE89 3704 0044 0532 0130 00',
  'TCK-88213',
];
const CHATS = [
  [
    'My name is Mirela Vandenberg, mail mirela.vandenberg@post.example. Book the early train.',
    'Booked the late train for you.',
    'No, that is wrong: Vandenberg wanted the EARLY train, not the late one. Card 4111 1111 1111 1111, ticket TCK-88213.',
    'Sorry.',
  ],
  [
    'Refund to DE89 3704 0044 0532 0130 00 with key sk-proj-9fQ2vT7mXb1LkZ8cRw4Ny6HdPs3A please.',
    'I refunded the wrong order.',
    'No, that is the wrong order! Write to mirela.vandenberg@post.example, <script>alert(1)</script> ticket TCK-88213',
    'Sorry.',
  ],
];

async function importChats(page: Page): Promise<void> {
  const path = join(workbench().folder, 'chats.jsonl');
  const records = CHATS.map((texts) => ({
    messages: texts.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content })),
  }));
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await makeWorkspace(page, 'Trains');
  await chooseFiles(page, [path]);
  await importWaiting(page);
}

async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: button, exact: true }).click();
  const download: Download = await waiting;
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'latin1') };
}

async function showTab(page: Page, title: string): Promise<void> {
  await page.getByRole('radiogroup', { name: 'What is shown' }).getByText(title, { exact: true }).click();
}

const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

test('a report, masked, with every figure leading to its rows', async ({ page, watched }) => {
  test.slow();
  await openPage(page, workbench());
  await importChats(page);

  await test.step('as it is: texts of users stand in it, and figures lead to sessions', async () => {
    await goTo(page, 'Report');
    const paper = page.getByRole('article', { name: 'The report' });
    await expect(paper.getByText('Vandenberg wanted the EARLY train').first()).toBeVisible();
    await expect(paper.getByText('<script>alert(1)</script>').first()).toBeVisible();
    await paper.getByRole('button', { name: 'Evidence R1' }).first().click();
    const evidence = paper.locator('#evidence-R1');
    await expect(evidence.getByText(/chats\.jsonl:1$/u).first()).toBeVisible();
    await expect(evidence.getByRole('link', { name: 'Ask it in the SQL console' })).toBeVisible();
    await page.getByRole('checkbox', { name: 'Agreement' }).uncheck();
    await expect(paper.getByRole('region', { name: 'Agreement' })).toHaveCount(0);
    const plain = await saved(page, 'HTML, one file');
    expect(plain.name).toBe('report.html');
    expect(utf8(plain.text)).toContain('Vandenberg');
    expect(plain.text).not.toMatch(/<script|https?:\/\//u);
  });

  await test.step('an own pattern beside the rules, seen on rows before it is saved', async () => {
    await showTab(page, 'What is masked');
    await page.getByRole('button', { name: 'Add a pattern' }).click();
    await page.getByRole('textbox', { name: 'Name of pattern 1' }).fill('ticket');
    await page.getByRole('textbox', { name: 'Expression of pattern 1' }).fill('TCK-\\d{5}');
    const preview = page.getByRole('region', { name: 'Preview of masking' });
    await expect(preview.getByText(/\[ticket [0-9a-f]{8}\]/u).first()).toBeVisible();
    await page.getByRole('button', { name: 'Save what is masked' }).click();
    await expect(page.getByText(/^Saved what is masked/u)).toBeVisible();
    await page.getByRole('switch', { name: 'Mask people and secrets' }).check();
    await showTab(page, 'Masked places');
    await expect(page.getByRole('table', { name: 'Masked places' }).getByRole('row').nth(1)).toBeVisible();
  });

  await test.step('nothing planted is in what goes out, and one address has one pseudonym', async () => {
    const pseudonyms = new Set<string>();
    for (const [button, name] of [
      ['HTML, one file', 'report.redacted.html'],
      ['Markdown', 'report.redacted.md'],
      ['Data with all rows, zip', 'report.redacted-data.zip'],
    ] as const) {
      const file = await saved(page, button);
      expect(file.name).toBe(name);
      for (const secret of SECRETS) expect(file.text).not.toContain(secret);
      for (const [found] of file.text.matchAll(/\[email [0-9a-f]{8}\]/gu)) pseudonyms.add(found);
      await expect(page.getByText(`${name}:`).getByText('found nothing more')).toBeVisible();
    }
    expect(pseudonyms.size).toBe(1);
  });

  await test.step('the print dialogue shows the report alone', async () => {
    await showTab(page, 'Report');
    await page.evaluate(() => {
      window.print = () => document.body.setAttribute('data-printed', 'yes');
    });
    await page.getByRole('button', { name: 'Print or save as PDF' }).click();
    await expect(page.locator('body[data-printed]')).toBeAttached();
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('navigation', { name: 'Screens' })).toBeHidden();
    await expect(page.locator('.report-print article')).toBeVisible();
    await page.emulateMedia({ media: null });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await expect(page.locator('.report-print')).toHaveCount(0);
  });
  expectQuiet(watched, workbench().origin);
});
