/** Bringing files in: what cannot be read is shown with its place, and what is unknown can be mapped by hand. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { chooseFiles, goTo, importWaiting, makeWorkspace, openPage } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

const chat = (id: string, question: string, answer: string) =>
  JSON.stringify({
    id,
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  });

test('lines that cannot be read are shown with number, reason and excerpt', async ({ page, watched }) => {
  const file = join(workbench().folder, 'dirty.jsonl');
  await writeFile(
    file,
    [
      chat('c-1', 'Where is platform 3?', 'Behind the kiosk.'),
      '{"id": "c-2", "messages": [{"role": "user", "content": "cut off',
      '',
      chat('c-3', 'Is it open?', 'Yes.'),
      'no JSON at all',
      `${'['.repeat(400)}${']'.repeat(400)}`,
      chat('c-4', 'Until when?', 'Until ten.'),
      chat('c-5', 'And on Sunday?', 'Closed.'),
    ].join('\n'),
  );
  await openPage(page, workbench());
  await makeWorkspace(page, 'Dirty lines');
  await chooseFiles(page, [file]);
  const result = await importWaiting(page);
  const row = result.getByRole('row', { name: /dirty\.jsonl/u });
  await expect(row).toContainText('OpenAI');
  await row.getByRole('button', { name: '3 rejected: show them' }).click();

  const dialogue = page.getByRole('dialog', { name: '3 rejected lines of dirty.jsonl' });
  const lines = dialogue.getByRole('list', { name: 'Rejected lines' }).getByRole('listitem');
  await expect(lines).toHaveCount(3);
  await expect(lines.nth(0)).toContainText('line 2');
  await expect(lines.nth(0)).toContainText(/cut off/u);
  await expect(lines.nth(0)).toContainText('{"id": "c-2"');
  await expect(lines.nth(1)).toContainText('line 5');
  await expect(lines.nth(1)).toContainText('no JSON at all');
  await expect(lines.nth(2)).toContainText('line 6');
  await expect(lines.nth(2)).toContainText(/nested deeper/u);
  await page.keyboard.press('Escape');
  await expect(dialogue).toBeHidden();

  await result.getByRole('button', { name: 'Show the 4 sessions' }).click();
  const sessions = page.getByRole('grid', { name: 'Sessions' });
  await expect(sessions).toHaveAttribute('aria-rowcount', '5');
  await expect(sessions).toContainText('Is it open?');

  await goTo(page, 'Import');
  await chooseFiles(page, [file]);
  await expect(page.getByText('The same bytes are in this workspace already')).toBeVisible();
  expectQuiet(watched, workbench().origin);
});

test('a file of unknown shape goes through the mapping form to sessions', async ({ page, watched }) => {
  const rows = [
    ['t-1', 'guest', 'Book a table for two at seven.', '2026-03-01T18:00:00Z'],
    ['t-1', 'robot', 'Booked a table for seven at two.', '2026-03-01T18:00:04Z'],
    ['t-1', 'guest', 'No, for two people at seven o’clock.', '2026-03-01T18:00:30Z'],
    ['t-1', 'robot', 'Corrected: two people, seven o’clock.', '2026-03-01T18:00:33Z'],
    ['t-2', 'guest', 'Cancel my table.', '2026-03-02T09:00:00Z'],
    ['t-2', 'robot', 'Cancelled.', '2026-03-02T09:00:02Z'],
  ].map(([thread, speaker, words, at]) =>
    JSON.stringify({ dialogue: thread, party: speaker, utterance: words, clock: at }),
  );
  const file = join(workbench().folder, 'guestbook.jsonl');
  await writeFile(file, rows.join('\n'));
  await openPage(page, workbench());
  await makeWorkspace(page, 'Unknown shape');
  await chooseFiles(page, [file]);
  await page.getByRole('button', { name: 'Change the mapping' }).click();
  await expect(page.getByRole('heading', { name: 'Mapping of guestbook.jsonl' })).toBeVisible();

  const map = async (target: string, field: string) => {
    const input = page.getByRole('main').getByLabel(target, { exact: true });
    await input.fill(field);
    await input.press('Tab');
  };
  await map('Text', 'utterance');
  await map('Role', 'party');
  await map('Session', 'dialogue');
  await map('Start', 'clock');
  await map('The user', 'guest');
  await map('The agent', 'robot');
  const preview = page.getByRole('region', { name: 'What comes of it' });
  await expect(preview.getByRole('row', { name: /No, for two people/u })).toContainText('user');
  await expect(preview.getByRole('row', { name: /Corrected: two people/u })).toContainText('llm');
  // At twice the size nothing is cut off at the side: what stood beside the form stands below it.
  await page.setViewportSize({ width: 720, height: 450 });
  const words = preview.getByRole('row', { name: /No, for two people/u });
  await words.scrollIntoViewIfNeeded();
  await expect(words.getByRole('cell', { name: /No, for two people/u })).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('textbox', { name: 'Name of the mapping' }).fill('Guestbook');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('The mapping is kept in this workspace.')).toBeVisible();
  await page.getByRole('button', { name: 'Use this mapping' }).click();
  await expect(page.getByText('by the mapping “Guestbook”')).toBeVisible();

  const result = await importWaiting(page);
  await result.getByRole('button', { name: 'Show the 2 sessions' }).click();
  const sessions = page.getByRole('grid', { name: 'Sessions' });
  await expect(sessions).toHaveAttribute('aria-rowcount', '3');
  await sessions.getByRole('link', { name: 'Book a table for two at seven.' }).click();
  const conversation = page.getByRole('list', { name: 'Conversation' });
  await expect(conversation).toContainText('No, for two people at seven o’clock.');
  await expect(conversation.getByLabel('turn 2', { exact: true })).toBeVisible();
  expectQuiet(watched, workbench().origin);
});

test('a German table is proposed whole, its mapping goes out as a file and comes back in', async ({
  page,
  watched,
}) => {
  const row = (id: string, role: string, words: string, second: number) =>
    [id, role, words, String(1_790_000_000_000 + second * 1000)].join(';');
  const file = join(workbench().folder, 'gespraeche.csv');
  await writeFile(
    file,
    [
      'Gesprächs-ID;Rolle;Nachricht;Zeitstempel',
      row('G-1', 'Kunde', 'Wo bleibt mein Paket?', 0),
      row('G-1', 'Assistent', 'Es wurde gestern zugestellt.', 4),
      row('G-1', 'Kunde', 'Nein, das stimmt nicht.', 30),
      row('G-1', 'Assistent', 'Ich prüfe das noch einmal.', 33),
      row('G-2', 'Kunde', 'Bitte die Bestellung stornieren.', 100),
      row('G-2', 'Assistent', 'Die Bestellung ist storniert.', 102),
    ].join('\n'),
  );
  await openPage(page, workbench());
  await makeWorkspace(page, 'German table');
  await chooseFiles(page, [file]);
  await page.getByRole('button', { name: 'Change the mapping' }).click();
  const field = (target: string) => page.getByRole('main').getByLabel(target, { exact: true });
  await expect(field('Session')).toHaveValue('Gesprächs-ID');
  await expect(field('Role')).toHaveValue('Rolle');
  await expect(field('Text')).toHaveValue('Nachricht');
  await expect(field('Start')).toHaveValue('Zeitstempel');
  await expect(field('Unit')).toHaveValue('milliseconds since 1970');
  const preview = page.getByRole('region', { name: 'What comes of it' });
  await expect(preview.getByRole('row', { name: /Nein, das stimmt nicht/u })).toContainText('user');
  await expect(preview.getByRole('row', { name: /Ich prüfe das/u })).toContainText('llm');
  await expect(preview).toContainText('2026-09-21 14:13:20');

  await page.getByRole('textbox', { name: 'Name of the mapping' }).fill('Helpdesk export');
  await page.getByRole('button', { name: 'File', exact: true }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Save the mapping as a file' }).click();
  const saved = join(workbench().folder, 'helpdesk.mapping.json');
  await (await downloading).saveAs(saved);
  expect(JSON.parse(await readFile(saved, 'utf8'))).toMatchObject({
    name: 'Helpdesk export',
    timeUnit: 'ms',
    fields: { session: 'Gesprächs-ID', role: 'Rolle' },
  });
  await field('Role').fill('');
  await field('Role').press('Tab');
  await page.getByRole('button', { name: 'File', exact: true }).click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Take a mapping from a file' }).click();
  await (await choosing).setFiles(saved);
  await expect(page.getByText('Took the mapping “Helpdesk export”')).toBeVisible();
  await expect(field('Role')).toHaveValue('Rolle');

  await page.getByRole('button', { name: 'Use this mapping' }).click();
  const result = await importWaiting(page);
  await result.getByRole('button', { name: 'Show the 2 sessions' }).click();
  await expect(page.getByRole('grid', { name: 'Sessions' })).toContainText('Wo bleibt mein Paket?');
  expectQuiet(watched, workbench().origin);
});

test('a folder of mixed files and an archive are taken for what they hold', async ({ page, watched }) => {
  const archive = new ZipFile();
  archive.addBuffer(Buffer.from(chat('z-1', 'Is the ferry late?', 'By ten minutes.')), 'runs/ferry.jsonl');
  archive.addBuffer(Buffer.from('\u0089PNG'), 'runs/map.png');
  archive.end();
  const path = join(workbench().folder, 'runs.zip');
  await writeFile(path, await buffer(archive.outputStream));
  await openPage(page, workbench());
  await makeWorkspace(page, 'Archive');
  await chooseFiles(page, [path]);
  const queue = page.getByRole('table', { name: 'Files to import' });
  await expect(queue).toContainText('its files: 1 OpenAI');
  const result = await importWaiting(page);
  await expect(result.getByRole('row', { name: /ferry\.jsonl/u })).toContainText('OpenAI');
  await expect(result).toContainText('left out of runs.zip, since they are no traces: runs/map.png');
  expectQuiet(watched, workbench().origin);
});
