import { expect, it } from 'vitest';
import { tablesRead } from '../workspace/kept-answers';
import { sessionsFound } from './session-found';

const relations = [
  { name: 'session', sql: null },
  { name: 'finding', sql: null },
  { name: 'standing_finding', sql: 'create view standing_finding as select * from finding' },
  { name: 'session_found', sql: 'create view session_found as select * from session, standing_finding' },
];
const readBy = (columns: string) =>
  tablesRead(`SELECT session_id FROM ${sessionsFound(columns)} ORDER BY ${columns}`, relations).sort();

it('reads what was found only where that is asked for, so that a page of sessions outlasts new findings', () => {
  expect(readBy('start_ns DESC')).toEqual(['session']);
  expect(readBy('finding_count')).toEqual(['finding', 'session', 'standing_finding']);
  expect(readBy('signals')).toContain('session_found');
});
