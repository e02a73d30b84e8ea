import { expect, test } from 'vitest';
import { gluedRecords } from './glued-records';
import { defaultLimits } from './limits';

const glued = (line: string) => gluedRecords(Buffer.from(line), defaultLimits);

test.each([
  ['nothing between them', '{"a":1}{"a":2}'],
  ['a return', '{"a":1}\r{"a":2}\r'],
  ['a comma and spaces', '{"a":1}, {"a":2},'],
  ['a line separator', '{"a":1}\u2028{"a":2}'],
  ['the separator of JSON text sequences', '\u001e{"a":1}\u001e{"a":2}'],
])('records on one line with %s are each read', (_, line) => {
  expect(glued(line)).toEqual({ values: [{ a: 1 }, { a: 2 }], repeated: [], broken: null });
});

test.each([
  ['a text', '{"type":"first","text":"cut o{"type":"second","deep":{"type":"inner"}}'],
  ['a value that is whole', '{"type":"first"{"type":"second","deep":{"type":"inner"}}'],
])('a record appended to one that was cut off in %s is read, the other rejected', (_, line) => {
  const found = glued(line);
  expect(found?.values).toEqual([{ type: 'second', deep: { type: 'inner' } }]);
  expect(found?.broken?.reason).toMatch(/^beside whole records on this line: /);
  expect(found?.broken?.excerpt).toMatch(/^\{"type":"first"/);
});

test('whole records before a broken one are read', () => {
  expect(glued('{"a":1}{"a":2}{"a":')).toMatchObject({
    values: [{ a: 1 }, { a: 2 }],
    repeated: [],
    broken: { reason: expect.stringMatching(/cut off/) as string },
  });
});

test.each([
  ['a record that is cut off before its end', '{"type":"outer","message":{"type":"inner"}'],
  ['a list of such within it', '{"type":"outer","list":[{"type":"inner"},{"type":"inner"}'],
  ['no JSON at all', 'Traceback (most recent call last):'],
  ['garbage', '{"a"}{{{'],
])('what stands inside %s is no record of its own', (_, line) => {
  expect(glued(line)).toBeNull();
});
