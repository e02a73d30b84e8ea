/** The crosswalk as a file: CSV for spreadsheets, JSON for programs, Markdown to read. Owns the shapes alone. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedLink } from './crosswalk';
import { csvCell } from '../workspace/csv-cell';
import { markdownText } from '../workspace/shown-text';

export type CrosswalkFormat = 'json' | 'csv' | 'markdown';
const endings: Record<CrosswalkFormat, string> = { json: 'json', csv: 'csv', markdown: 'md' };

const relationWords: Record<NamedLink['relation'], string> = {
  same: 'is the same as',
  broader: 'is broader than',
  narrower: 'is narrower than',
  related: 'is related to',
};

const columns = ['fromId', 'fromName', 'fromSet', 'relation', 'toId', 'toName', 'toSet'] as const;

/** The links as text, in their order. */
export function crosswalkText(links: readonly NamedLink[], format: CrosswalkFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify({ links }, null, 2)}\n`;
    case 'csv': {
      const rows = links.map((link) => columns.map((column) => csvCell(link[column])).join(','));
      return `${[columns.join(','), ...rows].join('\r\n')}\r\n`;
    }
    case 'markdown': {
      const plain = (text: string) => markdownText(text, true);
      const rows = links.map(
        (link) =>
          `| ${plain(link.fromName)} (${plain(link.fromSet)}) | ${relationWords[link.relation]} | ${plain(link.toName)} (${plain(link.toSet)}) | ${link.isBuiltIn && !link.isChanged ? 'built in' : 'set here'} |`,
      );
      return [
        '# Crosswalk between sets of failure modes',
        '',
        '| Category | stands to | category | |',
        '| --- | --- | --- | --- |',
        ...rows,
        '',
      ].join('\n');
    }
  }
}

/** Writes the links into a folder. */
export async function writeCrosswalk(
  links: readonly NamedLink[],
  format: CrosswalkFormat,
  dir: string,
): Promise<{ path: string; name: string; bytes: number }> {
  const name = `crosswalk.${endings[format]}`;
  const path = join(dir, name);
  await writeFile(path, crosswalkText(links, format));
  return { path, name, bytes: (await stat(path)).size };
}
