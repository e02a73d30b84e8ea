import { expect, test } from 'vitest';
import type { CodeUse } from '../../../shared/model/code';
import type { FailureMode } from '../../../shared/model/codebook';
import { groupedCodes } from './code-groups';

const use = (code: string, failureModeId: string | null): CodeUse => ({
  code,
  failureModeId,
  count: 1,
  sessions: 1,
  authors: ['Ada'],
});
const mode = (id: string): FailureMode => ({
  id,
  name: id,
  definition: '',
  include: '',
  exclude: '',
  severity: 2,
  pillar: null,
  parentId: null,
  color: null,
  examples: [],
  source: '',
  isRetired: false,
});

test('codes stand under their failure mode; what has none in force waits at the top', () => {
  const groups = groupedCodes(
    [use('a', null), use('b', 'm2'), use('c', 'retired')],
    [mode('m1'), mode('m2')],
  );
  expect(groups.map((one) => [one.mode?.id ?? null, one.digit, one.codes.map(({ code }) => code)])).toEqual([
    [null, null, ['a', 'c']],
    ['m1', '1', []],
    ['m2', '2', ['b']],
  ]);
});
