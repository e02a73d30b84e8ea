import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countEndings, expandPath } from './expand-paths';
import { inspectFiles } from './inspect';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-expand-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The files of the folder, each with what is said of it before it is imported. */
async function problems(): Promise<[string, string | null][]> {
  const { files } = await expandPath(folder);
  const found = await inspectFiles(files, []);
  return files.map(({ displayPath }, i) => [displayPath.slice(folder.length + 1), found[i]?.problem ?? null]);
}

describe.runIf(process.platform === 'linux')('what is called like a trace in a folder', () => {
  it('has a line that says why it cannot be read', async () => {
    const line = '{"messages":[{"role":"user","content":"Hello there"}]}\n';
    writeFileSync(join(folder, 'good.jsonl'), line);
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff]), Buffer.from('.jsonl')]),
      line,
    );
    symlinkSync('nowhere', join(folder, 'gone.jsonl'));
    symlinkSync('circle.jsonl', join(folder, 'circle.jsonl'));
    execFileSync('mkfifo', [join(folder, 'pipe.jsonl')]);
    expect(await problems()).toEqual([
      ['a\ufffd.jsonl', expect.stringMatching(/no UTF-8.*give the file another name/)],
      ['circle.jsonl', expect.stringMatching(/leads back to itself/)],
      ['gone.jsonl', expect.stringMatching(/not there any more/)],
      ['good.jsonl', null],
      ['pipe.jsonl', expect.stringMatching(/no file but a pipe/)],
    ]);
  });

  it('is not followed where it is a link to a folder, and is said to be left out', async () => {
    writeFileSync(join(folder, 'good.jsonl'), '{}\n');
    symlinkSync('.', join(folder, 'again.jsonl'));
    symlinkSync(tmpdir(), join(folder, 'elsewhere'));
    const { files, leftOut } = await expandPath(folder);
    expect(files.map(({ displayPath }) => displayPath.slice(folder.length + 1))).toEqual(['good.jsonl']);
    expect(countEndings(leftOut)).toEqual([
      { ending: 'link to a folder (again.jsonl)', count: 1, example: 'again.jsonl' },
      { ending: 'link to a folder (elsewhere)', count: 1, example: 'elsewhere' },
    ]);
  });
});

describe('written chats in a folder', () => {
  it('are looked at where it holds nothing else that may be a trace', async () => {
    writeFileSync(join(folder, 'chat.md'), '**User:** Is the kiln hot?\n\n**Assistant:** It is.\n');
    writeFileSync(join(folder, 'page.html'), '<html></html>');
    const alone = await expandPath(folder);
    expect(alone.files).toMatchObject([{ displayPath: join(folder, 'chat.md'), isOptional: true }]);
    expect(countEndings(alone.leftOut)).toEqual([{ ending: '.html', count: 1, example: 'page.html' }]);
    writeFileSync(join(folder, 'trace.jsonl'), '{}\n');
    const beside = await expandPath(folder);
    expect(beside.files.map(({ displayPath }) => displayPath)).toEqual([join(folder, 'trace.jsonl')]);
  });
});
