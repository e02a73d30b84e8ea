/**
 * The pages of docs/formats are made from the formats themselves: this fails where a page is not what its format says,
 * or a format says nothing. `npm run docs:formats` writes them anew.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { format as prettify } from 'prettier';
import { describe, expect, test } from 'vitest';
import type { TraceFormat } from '../../src/engine/intake/format';
import { formats } from '../../src/engine/intake/registry';

const pagesDir = join(import.meta.dirname, '../../docs/formats');
const MADE = '<!-- Made by `npm run docs:formats` from the format itself. -->';

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

function pageOf(format: TraceFormat): string {
  const { guide } = format;
  if (!guide) throw new Error(`The format ${format.id} has no guide.`);
  const containers: Record<string, string> = {
    lines: 'JSON lines',
    document: 'JSON documents',
    parquet: 'Parquet',
    csv: 'CSV and TSV',
    archive: 'ZIP archives',
    text: 'text',
  };
  const parts = [
    `# ${format.title}`,
    MADE,
    format.description,
    `Id \`${format.id}\`. Stored as: ${format.containers.map((one) => containers[one] ?? one).join(', ')}; each also with gzip or zstd. Source of the format: <${format.documentation}>`,
    '## What is read',
    list(guide.reads),
    '## How it becomes spans',
    list(guide.spans),
    '## Sessions and turns',
    guide.turns,
    '## Pillars',
    guide.pillars,
    '## Labels',
    guide.labels === '' ? 'Such files carry none.' : guide.labels,
    '## What is not read',
    list(guide.leavesOut),
    guide.more ?? '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const options = { parser: 'markdown', printWidth: 110, proseWrap: 'preserve' } as const;

describe('docs/formats', () => {
  test.each([...formats.values()].filter((format) => format.guide))('$id', async (format) => {
    const page = await prettify(pageOf(format), options);
    await expect(page).toMatchFileSnapshot(join(pagesDir, `${format.id}.md`));
  });

  test('has no page of a format that is gone', () => {
    const known = [...formats.keys(), 'README'].map((id) => `${id}.md`);
    expect(readdirSync(pagesDir).filter((name) => !known.includes(name))).toEqual([]);
  });
});
