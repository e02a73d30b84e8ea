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

const CONTAINERS: Record<string, string> = {
  lines: 'JSON lines',
  document: 'JSON documents',
  parquet: 'Parquet',
  csv: 'CSV and TSV',
  archive: 'ZIP archives',
  text: 'plain text',
};

function storedAs(format: TraceFormat): string {
  return format.containers.map((one) => CONTAINERS[one] ?? one).join(', ');
}

/** What a second import does with a file that changed. */
function growthOf(format: TraceFormat): string {
  const { canContinue, recalls, resumesAt, containers, guide } = format;
  const why = guide.readsWhole === undefined ? '' : ` ${guide.readsWhole}`;
  const unchanged = 'Files that have not changed are not read again.';
  const grown = containers.includes('csv') ? 'A file of lines, or a table in CSV,' : 'A file of lines';
  if (resumesAt !== undefined)
    return `A file of lines that grew is read on from its last turn, where that needs nothing from before; it is read whole again otherwise. ${unchanged}`;
  if (canContinue === true)
    return `${grown} that grew is read on from where it ended; other files that changed are read whole again. ${unchanged}`;
  if (recalls === true) {
    const first =
      canContinue === undefined
        ? 'A file of lines that grew is gone through once more'
        : `${grown} that grew is read on from where it ended; where its first records show that others may go on with those far above them, a file of lines is gone through once more`;
    return `${first} for what its new records go on with, and only what is new is told: a session that the format tells when it has read the file comes whole where it went on. Other files that changed are read whole again.${why} ${unchanged}`;
  }
  if (canContinue !== undefined)
    return `${grown} that grew is read on from where it ended, unless its first records show that what a record means hangs on those far above it; it is read whole again then, as are other files that changed.${why} ${unchanged}`;
  return containers.includes('lines')
    ? `A file that grew or was rewritten is read whole again: what its records mean hangs on those before.${why} ${unchanged}`
    : `Such files are written anew when anything is added, and are read whole again then. ${unchanged}`;
}

function pageOf(format: TraceFormat): string {
  const { guide } = format;
  const parts = [
    `# ${format.title}`,
    MADE,
    format.description,
    `Id \`${format.id}\`. Stored as: ${storedAs(format)}; each also with gzip or zstd. Source of the format: <${format.documentation}>`,
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
    '## Files that changed since their last import',
    growthOf(format),
    '## What is not read',
    list(guide.leavesOut),
    guide.more ?? '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What holds for every format alike, since it is settled after reading. */
const DOUBLES = `## Several records of one span

The same in all formats, within a file and across the files of an import, for records with one span id in one session:

${list([
  'A record that says the same as an earlier one is kept once.',
  'One that says more of the same span (the end of one that was open, fields that were missing, a text that was cut) completes it. It is the same span where name, kind and start are the same, or not known, and no text contradicts; of a span that was open, the record of its end is believed.',
  'One that contradicts the first is another span: it stays beside it, its id ended by `~2`, `~3` and so on. Children and labels of its own trace go with it.',
])}

Each is counted at the file it stands in, with the numbers of the first lines. Of two imports that hold a span, the later stands; where the earlier says anything else, the later import says so with the lines of both. The earlier record stays in its import.`;

const SAID = `## What an import says of files that are not as they should be

${list([
  'A key that is in one object more than once: the last value is read, as JSON readers do, and the import says so, with the first keys and their lines. JSON inside of texts is not looked into for this.',
  'Archives (ZIP; TAR, plain or with gzip or zstd) are taken file by file. What is no trace by its name or content, and what is no file in a TAR (symbolic and hard links, devices, named pipes, sparse files), is left out, and the import says how many of each and the first names. A hard link is no loss where the file it names is in the archive.',
])}`;

const AROUND = `## What may stand around records

${list([
  'Lines of logs: the record is read from behind whatever precedes it (times, levels, tags of syslog and loggers, `stdout F` of container runtimes, keys of queues, `msg="{…}"`). Lines without a record are counted as blank, and the import says how many; a record that is cut off is rejected. Lines that a container runtime cut in parts are put together.',
  'Records inside others: where no format is sure of the records of a file, or of the rows of a table, the fields are looked through, JSON in texts included, for what a format is sure of (`log` of Docker and Fluent Bit, `logEvents` of CloudWatch, `_raw` of Splunk, `_source` of Elastic, `jsonPayload` and `textPayload` of Google, lines of Loki, a column of JSON). The import says which field it read. Fields beside it, such as the time a log store noted, are not read.',
  'What Python (`repr`, `pprint`) and JavaScript (`util.inspect`) print in place of JSON. What the program left out (`[Object]`, `... 3 more items`) is null, and the import names the lines. Cells of tables that Python printed so (`to_csv` of frames with lists and dictionaries in them) are read as JSON; where semicolons stand between fields, decimal commas in columns of amounts are decimal points.',
  'A record that a logger printed over several lines behind a prefix is not put together.',
])}`;

function indexPage(all: readonly TraceFormat[]): string {
  const rows = all.map(
    (format) => `| [${format.title}](${format.id}.md) | ${format.description} | ${storedAs(format)} |`,
  );
  return [
    '# Formats',
    MADE,
    'What can be imported, a page each: what is read, how it becomes spans, sessions, turns, pillars and labels, and what is left out. A file is known by its content, never by its name.',
    ['| format | what it is | stored as |', '|---|---|---|', ...rows].join('\n'),
    AROUND,
    DOUBLES,
    SAID,
  ].join('\n\n');
}

const options = { parser: 'markdown', printWidth: 110, proseWrap: 'preserve' } as const;

describe('docs/formats', () => {
  test.each([...formats.values()])('$id', async (format) => {
    const page = await prettify(pageOf(format), options);
    await expect(page).toMatchFileSnapshot(join(pagesDir, `${format.id}.md`));
  });

  test('has an index of all formats', async () => {
    const page = await prettify(indexPage([...formats.values()]), options);
    await expect(page).toMatchFileSnapshot(join(pagesDir, 'README.md'));
  });

  test('has no page of a format that is gone', () => {
    const known = [...formats.keys(), 'README'].map((id) => `${id}.md`);
    expect(readdirSync(pagesDir).filter((name) => !known.includes(name))).toEqual([]);
  });
});
