/** Files whose bytes are not what they seem: packed data cut off or damaged, other encodings, documents without line breaks. */
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Bench } from './intake-harness';
import { zstdRaw } from './zstd-frames';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const CHATS = 400;
const chat = (id: number, text = `Is number ${String(id)} open?`) =>
  JSON.stringify({
    messages: [
      { role: 'user', content: text },
      { role: 'assistant', content: `Until ${String((id * 7919) % 24)}.` },
    ],
  });
const text = Array.from({ length: CHATS }, (_, id) => `${chat(id)}\n`).join('');

describe('gzip', () => {
  const whole = gzipSync(text);
  const damaged = Buffer.from(whole);
  damaged.fill(7, whole.length - 8, whole.length - 4);
  const cases: [string, Buffer, RegExp][] = [
    ['with another checksum', damaged, /checksum is not that of what was read/],
    ['with something else behind it', Buffer.concat([whole, Buffer.from('and so on')]), /no gzip data/],
  ];
  test.each(cases)('%s gives all of its lines and says so', async (_, bytes, reason) => {
    const { sources, rejects } = await bench.import([bench.write('all.jsonl.gz', bytes)]);
    expect(sources[0]).toMatchObject({ lines: CHATS + 1, records: CHATS, rejected: 1, sessions: CHATS });
    expect(rejects).toMatchObject([{ line: CHATS + 1, reason: expect.stringMatching(reason) as string }]);
  });

  test('that is cut off anywhere gives every line that was whole before the cut', async () => {
    const cuts = [0.2, 0.5, 0.8, 0.99].map((share) => Math.floor(whole.length * share));
    const paths = cuts.map((length) =>
      bench.write(`cut-${String(length)}.jsonl.gz`, whole.subarray(0, length)),
    );
    const { sources } = await bench.import(paths);
    for (const [i, source] of sources.entries()) {
      const there = gunzipSync(whole.subarray(0, cuts[i]), {
        finishFlush: constants.Z_SYNC_FLUSH,
      }).toString();
      const lines = there.split('\n').length - 1;
      expect(lines).toBeGreaterThan(10);
      expect([source.records, source.lines - source.rejected]).toEqual([lines, lines]);
    }
  });
});

test('zstd that is cut off gives the lines of its whole blocks, and says so', async () => {
  const frames = [text, text.replaceAll('open', 'shut')].map((one) => zstdRaw(Buffer.from(one)));
  const bytes = Buffer.concat(frames);
  const path = bench.write('cut.jsonl.zst', bytes.subarray(0, bytes.length - 100));
  const { sources, rejects } = await bench.import([path]);
  expect(sources[0]?.records).toBeGreaterThanOrEqual(CHATS);
  expect((sources[0]?.records ?? 0) + (sources[0]?.rejected ?? 0)).toBe(sources[0]?.lines);
  expect(rejects.at(-1)?.reason).toMatch(/zstd data is cut off here: fetch the file again for the rest/);
});

describe('text', () => {
  const umlauts = `${chat(1, 'Größe „M“?')}\n${chat(2, 'plain')}\n`;
  const utf16 = Buffer.from(umlauts, 'utf16le');
  const windows = Buffer.from(umlauts.replace('„M“', '\u0084M\u0093'), 'latin1');
  const cases: [string, Buffer, string][] = [
    ['UTF-16 packed with gzip', gzipSync(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])), 'UTF-16LE'],
    ['UTF-16 of the other order, without a mark', Buffer.from(utf16).swap16(), 'UTF-16BE'],
    ['Windows-1252', windows, 'read as Windows-1252, since its bytes are no UTF-8 (line 1)'],
    ['Windows-1252 packed with gzip', gzipSync(windows), 'Windows-1252'],
  ];
  test.each(cases)('in %s is read as what it is, and the import says so', async (_, bytes, note) => {
    const { sources, spans } = await bench.import([bench.write('odd.jsonl', bytes)]);
    expect(sources[0]).toMatchObject({ records: 2, rejected: 0, sessions: 2 });
    expect(spans.map((span) => span['text'])).toContain('Größe „M“?');
    expect(sources[0]?.notes.map(({ what }) => what).join()).toContain(note);
  });

  test('of a table in Windows-1252 keeps its umlauts, in the header too', async () => {
    const table = Buffer.from('id,role,content,größe\n1,user,Wo ist das Büro?,5 \u0080\n', 'latin1');
    const { sources, spans } = await bench.import([bench.write('odd.csv', table)], {
      profile: { name: 'table', fields: { session: 'größe', role: 'role', text: 'content' } },
    });
    expect(sources[0]).toMatchObject({ state: 'imported', records: 1, rejected: 0 });
    expect(spans).toMatchObject([{ session_id: '5 €', text: 'Wo ist das Büro?' }]);
  });
});

test('a list of conversations without a line break is as many conversations', async () => {
  const records = Array.from({ length: 20 }, (_, id) => JSON.parse(chat(id)) as unknown);
  const { sources, spans } = await bench.import([
    bench.write('minified.json', JSON.stringify(records)),
    bench.write('spread.json', JSON.stringify(records, null, 1)),
    bench.write('glued.jsonl', records.map((record) => JSON.stringify(record)).join('')),
  ]);
  expect(sources.map(({ sessions, spans: count }) => [sessions, count])).toEqual(
    Array.from({ length: 3 }, () => [20, 40]),
  );
  expect(new Set(spans.map((span) => `${String(span['session_id'])} ${String(span['span_id'])}`)).size).toBe(
    120,
  );
});
