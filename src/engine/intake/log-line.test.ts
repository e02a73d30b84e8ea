import { expect, test } from 'vitest';
import { defaultLimits } from './limits';
import { CutLines, isLogOfRecords, recordIn } from './log-line';

const record = { trace_id: 'a', n: 1 };
const json = JSON.stringify(record);
const printed = JSON.stringify(record, null, 4);

test.each<[string, string]>([
  ['a time and a level', `2026-03-01T10:00:00Z INFO agent ${json}`],
  ['braces in the prefix', `[req {7}] handled ${json}`],
  ['words after it', `10:00:00 sent ${json} in 5 ms`],
  ['colours', `\u001b[32mINFO\u001b[0m ${json}\u001b[0m`],
  ['a field of logfmt', `level=info msg=${JSON.stringify(json)}`],
  ['what Python prints', `DEBUG:root:{'trace_id': 'a', 'n': 1}`],
])('a record behind %s', (_, line) => {
  const found = recordIn(line, defaultLimits);
  expect(found?.ok === true && found.value).toEqual(record);
});

test('a line without a record has none, one that is cut off is broken', () => {
  expect(recordIn('2026-03-01 retry {1} of [2, 3]', defaultLimits)).toBeNull();
  expect(recordIn(`2026-03-01 INFO ${json.slice(0, 12)}`, defaultLimits)?.ok).toBe(false);
});

test.each<[string, string, boolean]>([
  ['lines of a logger', `10:00:00 INFO start\n10:00:01 INFO ${json}\n`, true],
  ['records among lines of a log', `[INFO] start\n[INFO] port 80\n${json}\n`, true],
  ['records and a broken line', `${json}\nnot json\n${json}\n`, false],
  ['records printed over lines', `ready on port 80\n${printed}\nGET /chat 200\n${printed}\n`, true],
  ['records printed first', `${printed}\n${printed}\nGET /chat 200\n`, true],
  ['printed records alone', `${printed}\n${printed}\n`, false],
  ['printed records of which one is cut', `${printed}\n${printed.slice(0, 20)}\n${printed}\n`, false],
  ['a document', JSON.stringify({ a: [record, record] }, null, 1), false],
  ['a list', `[\n${json},\n${json}\n]`, false],
  ['a log without records', '10:00:00 INFO start\n10:00:01 INFO stop\n', false],
])('%s', (_, text, isLog) => {
  expect(isLogOfRecords(text, defaultLimits)).toBe(isLog);
});

test('lines that a runtime cut come whole, each stream by itself', () => {
  const cut = new CutLines();
  const time = '2026-03-01T10:00:00.000000000Z';
  const given = [`${time} stdout P {"a":`, `${time} stderr F oh`, `${time} stdout F 1}`].map((line) =>
    cut.take(Buffer.from(line))?.toString(),
  );
  expect(given).toEqual([undefined, `${time} stderr F oh`, `${time} stdout P {"a":1}`]);
  const docker = ['{"log":"{\\"a\\":","stream":"stdout"}', '{"log":"1}\\n","stream":"stdout"}'].map((line) =>
    cut.take(Buffer.from(line))?.toString(),
  );
  expect(docker).toEqual([undefined, '{"log":"{\\"a\\":1}\\n","stream":"stdout"}']);
  expect(cut.take(Buffer.from(`${time} stdout P rest`))).toBeNull();
  expect(cut.rest().map(String)).toEqual([`${time} stdout P rest`]);
});
