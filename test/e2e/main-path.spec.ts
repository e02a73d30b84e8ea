/**
 * The main job as a person does it: from the sample to sorted corrections and an export; then with a trace file of one's
 * own, whose judged corrections are exported and taken back into another workspace.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { dropFile, goTo, importWaiting, makeWorkspace, openPage, openSample, selectedRow } from './steps';
import { expect, expectQuiet, test, useWorkbench, type Workbench } from './workbench';

const workbench = useWorkbench();

interface Counts {
  proposed: number;
  confirmed: number;
  rejected: number;
}

/** The line above the sorting table. */
async function readCounts(page: Page): Promise<Counts> {
  const line = await page.getByText(/^\d+ proposed, \d+ confirmed, \d+ rejected/u).innerText();
  const [proposed = NaN, confirmed = NaN, rejected = NaN] = (line.match(/\d+/gu) ?? []).map(Number);
  return { proposed, confirmed, rejected };
}

function expectCounts(page: Page, wanted: Counts): Promise<void> {
  return expect.poll(() => readCounts(page)).toEqual(wanted);
}

function sortedBar(page: Page): Locator {
  return page.getByRole('progressbar', { name: 'Sorted corrections' });
}

/** Exports the corrections as JSONL, saves the download below the test's folder and returns its path and its lines. */
async function exportCorrections(page: Page, { folder }: Workbench, name: string) {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Export corrections as JSONL' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.jsonl$/u);
  const path = join(folder, name);
  await download.saveAs(path);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return { path, records: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

async function openMostFindings(page: Page): Promise<void> {
  const sessions = page.getByRole('grid', { name: 'Sessions' });
  const header = sessions.getByRole('columnheader', { name: 'Findings' });
  await header.getByRole('button').click();
  if ((await header.getAttribute('aria-sort')) !== 'descending') await header.getByRole('button').click();
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await expect(sessions).toHaveAttribute('aria-busy', 'false');
  await sessions.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Conversation' })).toBeVisible();
}

test('the sample: filter, read a session by keys, sort its corrections, undo, export', async ({
  page,
  watched,
}) => {
  test.slow();
  await openSample(page, workbench());

  await test.step('filter sessions by facet and by text', async () => {
    await goTo(page, 'Sessions');
    const sessions = page.getByRole('grid', { name: 'Sessions' });
    const facet = page.getByRole('region', { name: 'Filters' }).getByRole('checkbox', { name: 'Tool error' });
    const count = Number(/\d+$/u.exec(await facet.innerText())?.[0]);
    expect(count).toBeGreaterThan(1);
    await facet.click();
    await expect(sessions).toHaveAttribute('aria-rowcount', String(count + 1));
    await expect(page.getByRole('group', { name: 'Active filters' })).toContainText('Tool error');

    const title = await sessions.getByRole('link').first().innerText();
    const words = title.split(/\s+/u).slice(0, 3).join(' ');
    await page.keyboard.press('/');
    await page.keyboard.type(words);
    await expect(sessions.locator('mark').first()).toHaveText(words, { ignoreCase: true });
    await expect(sessions.getByRole('link', { name: title }).first()).toBeVisible();
    const found = Number(await sessions.getAttribute('aria-rowcount')) - 1;
    expect(found).toBeLessThan(count);
    await page.keyboard.press('Enter');
    await page.keyboard.press('x');
    await expect(page.getByRole('group', { name: 'Active filters' })).toHaveCount(0);
    await expect(sessions).toHaveAttribute('aria-rowcount', '301');
    await openMostFindings(page);
  });

  await test.step('move through turns, findings and the timeline by keys', async () => {
    const place = page.getByText(/^turn \d+ of \d+$/u);
    await page.keyboard.press('j');
    await expect(place).toHaveText(/^turn 1 of/u);
    await page.keyboard.press('j');
    await expect(place).toHaveText(/^turn 2 of/u);
    await expect(selectedRow(page)).toBeInViewport();
    await page.keyboard.press('k');
    await expect(place).toHaveText(/^turn 1 of/u);

    const timeline = page.getByRole('region', { name: 'Timeline' });
    const range = timeline.getByText(/\d to .*\d/u);
    const whole = await range.innerText();
    await page.keyboard.press('+');
    await expect(range).not.toHaveText(whole);
    await page.keyboard.press('0');
    await expect(range).toHaveText(whole);
    await page.keyboard.press('Shift+T');
    await expect(
      timeline.getByRole('table', { name: 'Spans' }).locator('[aria-selected="true"]'),
    ).toHaveCount(1);
    await page.keyboard.press('Shift+T');

    const inspector = page.getByRole('region', { name: 'Inspector' });
    const span = inspector.getByText(/^span [\d,]+ of [\d,]+, /u);
    await page.keyboard.press('n');
    await expect(inspector.getByRole('tab', { name: 'Evidence' })).toBeVisible();
    await expect(inspector).toContainText(/severity \d of 4|as a correction/u);
    const first = await span.innerText();
    await page.keyboard.press('n');
    await expect(span).not.toHaveText(first);
    await page.keyboard.press('p');
    await expect(span).toHaveText(first);
  });

  await test.step('see the raw record with its file and line', async () => {
    const inspector = page.getByRole('region', { name: 'Inspector' });
    const raw = inspector.getByRole('tab', { name: /^Raw, line [\d,]+$/u });
    const line = /[\d,]+$/u.exec(await raw.innerText())?.[0] ?? '';
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('i');
    await expect(raw).toHaveAttribute('aria-selected', 'true');
    await expect(inspector.getByText(new RegExp(`\\.jsonl:${line}, read as`, 'u'))).toBeVisible();
    await expect(
      inspector.getByRole('tree', { name: 'Raw record' }).getByRole('treeitem').first(),
    ).toBeVisible();
  });

  await goTo(page, 'Corrections');
  const cards = page.getByRole('article');
  await expect(cards.first()).toBeVisible();
  const atFirst = await readCounts(page);
  const judged = { proposed: atFirst.proposed - 2, confirmed: atFirst.confirmed + 1, rejected: 1 };

  await test.step('confirm one correction and reject another', async () => {
    await page.keyboard.press('c');
    await expectCounts(page, { ...judged, proposed: atFirst.proposed - 1, rejected: 0 });
    await page.keyboard.press('r');
    await expectCounts(page, judged);
  });

  let clusterSize = 0;
  await test.step('cluster, and sort a whole cluster into a failure mode', async () => {
    await page.getByRole('button', { name: /^Clusters/u }).click();
    await page.getByRole('button', { name: /^Group/u }).click();
    await expect(page.getByText(/^\d+ corrections in \d+ clusters\.$/u)).toBeVisible();
    const cluster = page
      .getByRole('list', { name: 'Clusters' })
      .getByRole('button', { name: /cohesion/u })
      .first();
    await cluster.click();
    await expect(cluster).toHaveAttribute('aria-current', 'true');
    await expect(cluster).toContainText('none sorted');
    await expect(cards.first()).toBeVisible();
    await page.keyboard.press('Shift+2');
    const toast = page.getByText(/^Sorted \d+ corrections as Tool-call failure\./u);
    await expect(toast).toBeVisible();
    clusterSize = Number(/\d+/u.exec(await toast.innerText())?.[0]);
    expect(clusterSize).toBeGreaterThan(1);
    await expect(cluster).toContainText(`${clusterSize} sorted`);
    await expect(sortedBar(page)).toHaveAttribute('aria-valuenow', String(clusterSize));
    await expect(cards.first()).toContainText('Tool-call failure');
  });

  await test.step('undo and redo', async () => {
    await page.keyboard.press('ControlOrMeta+z');
    await expect(sortedBar(page)).toHaveAttribute('aria-valuenow', '0');
    await expect(page.getByText(/^Undone: /u)).toBeVisible();
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect(sortedBar(page)).toHaveAttribute('aria-valuenow', String(clusterSize));
    await expect(page.getByText(/^Redone: /u)).toBeVisible();
  });

  await test.step('export the corrections', async () => {
    let records: Record<string, unknown>[] = [];
    // What was sorted teaches the workbench, which proposes more while it learns: the export is what is there then.
    await expect(async () => {
      ({ records } = await exportCorrections(page, workbench(), 'sample-corrections.jsonl'));
      const { proposed, confirmed, rejected } = await readCounts(page);
      expect(records.length).toBe(proposed + confirmed + rejected);
    }).toPass();
    expect(records.length).toBeGreaterThanOrEqual(clusterSize + 1);
    const sorted = records.filter((record) => JSON.stringify(record).includes('tool-call-failure'));
    expect(sorted.length).toBe(clusterSize);
    expect(records.filter((record) => record.state === 'rejected').length).toBe(1);
    for (const record of sorted) expect(record).toMatchObject({ state: 'confirmed', codebookVersion: 1 });
    for (const record of records)
      expect(record).toMatchObject({
        record: 'faultline.correction',
        sessionId: expect.any(String),
        turnNo: expect.any(Number),
        sourcePath: expect.stringMatching(/\.jsonl$/u),
        sourceLine: expect.any(Number),
      });
  });
  expectQuiet(watched, workbench().origin);
});

/** Four short talks; in three of them the user corrects the agent. */
function ownTraces(): string {
  const talk = (id: string, ...texts: string[]) =>
    JSON.stringify({
      id,
      messages: texts.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
    });
  return [
    talk(
      't-1',
      'Book a room in Graz for Monday.',
      'Booked for Tuesday.',
      'No, that is wrong, I said Monday.',
      'Sorry, Monday it is.',
    ),
    talk(
      't-2',
      'Cancel order 12.',
      'I cancelled order 21.',
      'That’s not what I asked for. I said order 12, not 21.',
      'My mistake.',
    ),
    talk(
      't-3',
      'How much is it in euros?',
      'It is 40 dollars.',
      'No. Not dollars, I asked for euros!',
      '37 euros.',
    ),
    talk('t-4', 'Are you open today?', 'Until six.', 'Thank you, bye.', 'Goodbye.'),
  ].join('\n');
}

test('a file of one’s own: drop it, judge, export, and take the export in elsewhere', async ({
  page,
  watched,
}) => {
  test.slow();
  const file = join(workbench().folder, 'talks.jsonl');
  await writeFile(file, ownTraces());
  await openPage(page, workbench());

  const importDropped = async (workspace: string) => {
    await makeWorkspace(page, workspace);
    await dropFile(page, file);
    await expect(page.getByRole('checkbox', { name: 'Import talks.jsonl' })).toBeChecked();
    const result = await importWaiting(page);
    await expect(result.getByRole('button', { name: 'Show the 4 sessions' })).toBeVisible();
    await goTo(page, 'Corrections');
    await expect(page.getByRole('article').first()).toBeVisible();
  };

  await importDropped('First reading');
  const proposed = await readCounts(page);
  expect(proposed).toEqual({ proposed: expect.any(Number), confirmed: 0, rejected: 0 });
  expect(proposed.proposed).toBeGreaterThan(1);
  await page.keyboard.press('6');
  await expect(sortedBar(page)).toHaveAttribute('aria-valuenow', '1');
  await page.keyboard.press('r');
  const judged = { proposed: proposed.proposed - 2, confirmed: 1, rejected: 1 };
  await expectCounts(page, judged);
  const { path, records } = await exportCorrections(page, workbench(), 'judged.jsonl');
  expect(records.length).toBe(proposed.proposed);

  await importDropped('Second reading');
  await expectCounts(page, proposed);
  const takeIn = async () => {
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: /^Take annotations back in/u }).click();
    await (await choosing).setFiles(path);
  };
  await takeIn();
  await expect(page.getByText(/^judged\.jsonl: 2 annotations added/u)).toBeVisible();
  await expectCounts(page, judged);
  await expect(sortedBar(page)).toHaveAttribute('aria-valuenow', '1');
  await takeIn();
  await expect(page.getByText(/^judged\.jsonl: 0 annotations added/u)).toBeVisible();
  await expectCounts(page, judged);
  const again = await exportCorrections(page, workbench(), 'judged-again.jsonl');
  expect(again.records.map(({ correctionId, state }) => [correctionId, state])).toEqual(
    records.map(({ correctionId, state }) => [correctionId, state]),
  );

  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page
    .getByRole('grid', { name: 'Sessions' })
    .getByRole('link', { name: 'Are you open today?' })
    .click();
  await expect(page.getByRole('list', { name: 'Conversation' })).toContainText('Thank you, bye.');

  // A session has many keys of its own; those that lead elsewhere are not among them.
  await page.keyboard.press('l');
  await expect(page.getByRole('region', { name: 'Goal ledger' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  expectQuiet(watched, workbench().origin);
});
