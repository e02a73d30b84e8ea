/**
 * Traces are other people's and may be hostile. A file full of markup, script addresses, terminal codes, invisible
 * characters, keys that pollute prototypes, a huge text and deep JSON is read on every screen: nothing of it runs, nothing
 * leaves the machine, and what would be invisible is shown. Owns its own hostile file.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { goTo, importWaiting, makeWorkspace, openPage, selectedRow } from './steps';
import { expect, expectQuiet, test, useWorkbench } from './workbench';

const workbench = useWorkbench();

const OUTSIDE = 'http://outside.invalid';
const MARKUP = [
  '<script>window.__xss = 1</script>',
  `<img src="${OUTSIDE}/pixel.png" onerror="window.__xss = 2">`,
  '<svg onload="window.__xss = 3"><a xlink:href="javascript:window.__xss = 4">x</a></svg>',
  `<iframe srcdoc="<script>parent.__xss = 5</script>"></iframe><base href="${OUTSIDE}/">`,
  `<form action="${OUTSIDE}"><button formaction="javascript:window.__xss = 6">Go</button></form>`,
  '[a link](javascript:window.__xss=7) ![a picture](http://outside.invalid/p.png)',
  `<link rel="stylesheet" href="${OUTSIDE}/a.css"><meta http-equiv="refresh" content="0;url=${OUTSIDE}">`,
  '"><style>* { background: url(http://outside.invalid/b) }</style>',
  "{{constructor.constructor('window.__xss = 8')()}} ${window.__xss = 9}",
].join('\n');
const INVISIBLE =
  '\u001b[31mred\u001b[0m \u001b]8;;http://outside.invalid\u0007link\u001b]8;;\u0007 a\u200bb \u202egnp.exe\u202c \u0000 \u{e0041}';
const DEEP = `${'{"a":['.repeat(90)}1${']}'.repeat(90)}`;

/** Written by hand where JSON.stringify would not: `__proto__` as an own key. */
function hostileLines(): string[] {
  const text = (value: string) => JSON.stringify(value);
  const call = (id: string, args: string) =>
    `{"role":"assistant","content":null,"tool_calls":[{"id":"${id}","type":"function","function":{"name":${text('<b onclick=alert(1)>run</b>')},"arguments":${text(args)}}}]}`;
  const polluting =
    '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"toString":1,"hasOwnProperty":2}';
  return [
    `{"id":${text('hostile <img src=x onerror=alert(1)>')},"__proto__":{"polluted":"yes"},"user_id":${text('<script>window.__xss=10</script>')},"messages":[`.concat(
      [
        `{"role":"user","content":${text(`<img src=x onerror="window.__xss=11"> Read this:\n${MARKUP}`)}}`,
        call('call_1', polluting),
        `{"role":"tool","tool_call_id":"call_1","content":${text(polluting)}}`,
        `{"role":"assistant","content":${text(`${MARKUP}\n${INVISIBLE}`)},"__proto__":{"polluted":"yes"}}`,
        `{"role":"user","content":${text(`No, that is wrong. ${INVISIBLE}`)}}`,
        call('call_2', DEEP),
        `{"role":"tool","tool_call_id":"call_2","content":${text(DEEP)}}`,
        `{"role":"assistant","content":${text(`The end of it. ${'<b>long</b> '.repeat(28_000)}`)}}`,
        `{"role":"user","content":"javascript:window.__xss=12"}`,
        `{"role":"assistant","content":"data:text/html,<script>window.__xss=13</script>"}`,
      ].join(','),
      ']}',
    ),
    `{"id":"quiet","messages":[{"role":"user","content":"Is all well?"},{"role":"assistant","content":"It is."}]}`,
  ];
}

/** Nothing of the trace has run or become markup, and the page is where it was. */
async function expectNothingRan(page: Page, origin: string): Promise<void> {
  const found = await page.evaluate(() => ({
    xss: (window as unknown as { __xss?: number }).__xss ?? null,
    polluted: ({} as { polluted?: string }).polluted ?? null,
    elements: [
      ...document.querySelectorAll(
        'iframe, object, embed, base, form[action], img[src*="outside"], script:not([src]), [onerror], [onload], [onclick], a[href^="javascript:"], a[href^="data:"], a[href^="http"], link[href*="outside"], meta[http-equiv="refresh"]',
      ),
    ].map((element) => element.outerHTML.slice(0, 200)),
    origin: location.origin,
  }));
  expect(found).toEqual({ xss: null, polluted: null, elements: [], origin });
}

test('the page comes with its policy', async ({ page, watched }) => {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url() === `${workbench().origin}/`),
    openPage(page, workbench()),
  ]);
  const policy = answer.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toMatch(/unsafe|\*/u);
  expectQuiet(watched, workbench().origin);

  // The policy is not only said: the browser holds it. These are the breaches that the other tests must not have.
  const refused = await page.evaluate(async () => {
    const picture = document.createElement('img');
    const blocked = new Promise((resolve) => {
      picture.addEventListener('error', () => resolve('blocked'));
    });
    picture.src = 'http://outside.invalid/p.png';
    const asked = await fetch('http://outside.invalid/').catch(() => 'blocked');
    return [await blocked, asked];
  });
  expect(refused).toEqual(['blocked', 'blocked']);
  await expect
    .poll(() => watched.violations.map((one) => one.split(':', 1)[0]).sort())
    .toEqual(['connect-src', 'img-src']);
});

test('a hostile trace is only ever text', async ({ page, watched }) => {
  const { origin, folder } = workbench();
  const isWindows = process.platform === 'win32';
  const name = isWindows ? 'hostile\u202egpj.jsonl' : '<img src=x onerror=window.__xss=14>\u202egpj.jsonl';
  const file = join(folder, name);
  await writeFile(file, hostileLines().join('\n'));
  await openPage(page, workbench());
  await makeWorkspace(page, '<script>window.__xss=15</script>');

  await test.step('imported by its path', async () => {
    await page.getByRole('textbox', { name: 'Path of a file or folder on this machine' }).fill(file);
    await page.getByRole('button', { name: 'Take it' }).click();
    // The name of the file cannot turn itself round: neither on the screen nor in labels and tooltips.
    const shown = name.replace('\u202e', '⟨RLO⟩');
    await expect(page.getByRole('checkbox', { name: `Import ${shown}` })).toBeChecked();
    await expect(page.getByTitle(shown).getByTitle('right-to-left override').first()).toBeVisible();
    const result = await importWaiting(page);
    await expect(result.getByRole('row', { name: /RLO\s*gpj\.jsonl/u })).toContainText('OpenAI');
    await expect(result.getByTitle(shown).getByTitle('right-to-left override')).toBeVisible();
    await expectNothingRan(page, origin);
    await result.getByRole('button', { name: 'Show the 2 sessions' }).click();
  });

  await test.step('listed, searched for and found in the palette', async () => {
    const sessions = page.getByRole('grid', { name: 'Sessions' });
    await expect(sessions).toContainText('<img src=x onerror="window.__xss=11"> Read this:');
    await page.getByRole('textbox', { name: 'Search all texts' }).fill('<img src=');
    await expect(sessions).toHaveAttribute('aria-rowcount', '2');
    await expect(sessions.locator('mark').first()).toHaveText('<img src=');
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('<img src=');
    await expect(page.getByRole('option', { name: /onerror/u }).first()).toBeVisible();
    await expectNothingRan(page, origin);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await sessions.getByRole('link').first().click();
  });

  await test.step('read span by span, on every tab of the inspector', async () => {
    const conversation = page.getByRole('list', { name: 'Conversation' });
    await expect(conversation).toContainText('<script>window.__xss = 1</script>');
    await expect(conversation.getByTitle('right-to-left override').first()).toBeVisible();
    await expect(conversation.getByTitle('zero-width space').first()).toBeVisible();
    const inspector = page.getByRole('region', { name: 'Inspector' });
    const isTab = (at: number) => inspector.getByRole('tab').nth(at);
    const place = inspector.getByText(/^span [\d,]+ of [\d,]+, /u);
    await page.keyboard.press('k');
    await expect(place).toHaveText(/^span 1 of/u);
    const spanCount = Number(/^span 1 of (\d+)/u.exec(await place.innerText())?.[1]);
    expect(spanCount).toBeGreaterThan(6);
    for (let span = 1; span <= spanCount; span += 1) {
      if (span > 1) await page.keyboard.press('ArrowRight');
      await expect(place).toHaveText(new RegExp(`^span ${span} of`, 'u'));
      await expect(selectedRow(page)).toHaveCount(1);
      for (let tab = 0; tab < 5; tab += 1) {
        await expect(isTab(tab)).toHaveAttribute('aria-selected', 'true');
        await expect(inspector.getByRole('tabpanel')).not.toHaveText('');
        await expect(inspector.getByLabel('Loading the span')).toHaveCount(0);
        await expectNothingRan(page, origin);
        await page.keyboard.press('i');
      }
    }
  });

  await test.step('the long text, the deep tree, the table and the other screens', async () => {
    const conversation = page.getByRole('list', { name: 'Conversation' });
    const unfold = conversation.getByRole('button', { name: /^show all/u });
    while ((await unfold.count()) > 0) await unfold.first().click();
    await page.getByRole('button', { name: 'as table' }).click();
    await expect(page.getByRole('table', { name: 'Spans' })).toContainText('<b onclick=alert(1)>run</b>');
    await expectNothingRan(page, origin);
    for (const screen of ['Overview', 'Corrections', 'Codebook', 'Home', 'Import', 'Sessions']) {
      await goTo(page, screen);
      await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
      await expectNothingRan(page, origin);
    }
  });
  expectQuiet(watched, origin);
});
