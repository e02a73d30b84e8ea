/** What spans share, such as their resource, from its JSON text; once for all spans of a file that share it. */
import { jsonMeasure } from '../../../shared/trace/json';
import type { SqlTwin } from '../format';
import { repeatsKeys } from '../repeated-keys';
import type { Around } from './shape-table';

/** Null where a key is there twice, which is for the record function to say. Throws where the text is no JSON. */
export function readAround(twin: SqlTwin, text: string): Around | null {
  const value = JSON.parse(text) as unknown;
  return repeatsKeys(value, jsonMeasure(text).members) ? null : twin.around(value);
}
