import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits';
import { headerOf, readTable, tableOf, type TableRow } from './read-table';
import { csvDelimiter, csvFields, splitCsv, type CsvRow } from './split-csv';

async function* chunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}

async function rowsOf(text: string, size: number): Promise<{ rows: CsvRow[]; lines: number }> {
  const rows: CsvRow[] = [];
  let lines = 0;
  for await (const row of splitCsv(chunks(text, size), ',', 1_000_000, (n) => (lines = n))) rows.push(row);
  return { rows, lines };
}

async function table(text: string): Promise<{ rows: TableRow[]; lines: number; blank: number }> {
  const counts = { lines: 0, blank: 0 };
  const rows: TableRow[] = [];
  for await (const row of readTable(chunks(text, 7), ',', defaultLimits, counts)) rows.push(row);
  return { rows, ...counts };
}

describe('fields', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['a,,""', ['a', null, '']],
    ['"x, y",2', ['x, y', '2']],
    ['"say ""hi""",', ['say "hi"', null]],
    ['5" pipe,b', ['5" pipe', 'b']],
    ['"a"b,c', ['ab', 'c']],
  ])('of %s', (row, fields) => {
    expect(csvFields(row, ',')).toEqual(fields);
  });

  it('are separated by what the header has most of', () => {
    expect(csvDelimiter('a\tb\tc,d')).toBe('\t');
    expect(csvDelimiter('"a,b,c";d')).toBe(';');
    expect(csvDelimiter('words alone')).toBeNull();
  });
});

describe('rows', () => {
  const text = '\ufeff"id",text\r\n1,"two\r\nlines"\r\n\r\n2,end';

  it.each([1, 2, 3, 5, 1000])('are cut the same in pieces of %i bytes', async (size) => {
    const { rows, lines } = await rowsOf(text, size);
    expect(lines).toBe(5);
    expect(rows).toEqual([
      { line: 1, byteOffset: 0, fields: ['id', 'text'], repair: null, isOpen: false },
      { line: 2, byteOffset: 14, fields: ['1', 'two\r\nlines'], repair: null, isOpen: false },
      { line: 4, byteOffset: 30, isBlank: true },
      { line: 5, byteOffset: 32, fields: ['2', 'end'], repair: null, isOpen: true },
    ]);
  });

  it.each([1, 2, 3, 1000])('may end in returns alone or in all ways, in pieces of %i bytes', async (size) => {
    const { rows, lines } = await rowsOf('a,b\r1,"x\ry"\r\r\n2,z\n3,w\r', size);
    expect(lines).toBe(5);
    expect(rows.map((row) => ('fields' in row ? [row.line, ...row.fields] : row))).toEqual([
      [1, 'a', 'b'],
      [2, '1', 'x\ry'],
      [4, '2', 'z'],
      [5, '3', 'w'],
    ]);
  });

  it('of a quote without its end cost the line it stands in', async () => {
    const { rows, lines } = await rowsOf('a,b\n1,"open\n2,good\n3,good\n', 4);
    expect(lines).toBe(4);
    expect(rows.map((row) => ('problem' in row ? `bad ${row.line}` : row.line))).toEqual([1, 'bad 2', 3, 4]);
  });

  it('of an empty file are none', async () => {
    expect(await rowsOf('', 4)).toEqual({ rows: [], lines: 0 });
  });
});

describe('tables', () => {
  it('name their fields by the first row and reject rows that do not fit', async () => {
    const { rows, lines, blank } = await table('id,what,when\n1,a,b\n1,2,3,4\nx\n\n2,short\n');
    expect({ lines, blank }).toEqual({ lines: 6, blank: 1 });
    expect(rows.map((row) => row.record ?? `${row.line}: ${row.reason}`)).toEqual([
      { id: '1', what: 'a', when: 'b' },
      '3: the row has 4 fields, the header 3',
      '4: the row has 1 fields, the header 3',
      { id: '2', what: 'short', when: null },
    ]);
  });

  it('keep a column called __proto__ a column', async () => {
    const { rows } = await table('__proto__,b\nx,y\n');
    expect(Object.keys(rows[0]?.record ?? {})).toEqual(['__proto__', 'b']);
  });

  it('have JSON where Python printed a list or an object, and texts as they are', async () => {
    const cells = [`"[{'role': 'user', 'content': ""it's""}]"`, `"[{'a': 1}\n {'a': None}]"`, `it's [one]`, `(I say)`];
    const { rows } = await table(`a,b,c,d\n${cells.join(',')}\n`);
    expect(rows[0]?.record).toEqual({
      a: '[{"role":"user","content":"it\'s"}]',
      b: '[{"a":1},{"a":null}]',
      c: `it's [one]`,
      d: '(I say)',
    });
    expect(rows[0]?.repair).toBe('printed');
  }); // prettier-ignore

  it('have decimal points in columns of amounts where semicolons stand between fields', async () => {
    const rows: TableRow[] = [];
    const text = 'cost;text;score\n0,0123;3,5;1.234,5\n';
    for await (const row of readTable(chunks(text, 7), ';', defaultLimits, { lines: 0, blank: 0 })) rows.push(row);
    expect(rows[0]?.record).toEqual({ cost: '0.0123', text: '3,5', score: '1234.5' });
    const { rows: commas } = await table('cost,text\n"0,5",x\n');
    expect(commas[0]?.record).toEqual({ cost: '0,5', text: 'x' });
  }); // prettier-ignore

  it('may follow a line that says what separates their fields', async () => {
    const text = 'sep=;\r\na;b\r\n1;2\r\n';
    expect(tableOf(text, 'unknown')).toBe(';');
    const rows: TableRow[] = [];
    const counts = { lines: 0, blank: 0 };
    for await (const row of readTable(chunks(text, 7), ';', defaultLimits, counts)) rows.push(row);
    expect(rows.map(({ line, record }) => [line, record])).toEqual([[3, { a: '1', b: '2' }]]);
    expect(counts).toEqual({ lines: 3, blank: 1 });
  });

  it('are told from prose and numbers', () => {
    expect(tableOf('id,text\n1,a\n', 'unknown')).toBe(',');
    expect(tableOf('one column\nof words\n', 'words.csv')).toBe(',');
    expect(tableOf('Dear all, this is a letter\nwithout columns\n', 'unknown')).toBeNull();
    expect(tableOf('1,2\n3,4\n', 'unknown')).toBeNull();
    expect(headerOf(['', 'a'])).toEqual(['index', 'a']);
    expect(headerOf(['a', 'a'])).toBeNull();
  });
});
