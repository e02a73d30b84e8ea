/**
 * A Langfuse observation as SQL lays it out: attributes under their own names, metadata under `metadata.`, and what an
 * observation has beside these under names that begin with a dot. Owns these names; what they mean is said by
 * `observationSpan`, which is given a record of them.
 */
import { newBag, type AttributeBag } from './attribute-bag';
import { observationSpan } from './langfuse';
import { TAGS_FIELD, type SourceOf } from './span-shape';

const COLUMN_OF: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '.input': 'input',
    '.output': 'output',
    '.model': 'provided_model_name',
    '.user': 'user_id',
    '.version': 'release',
    '.environment': 'environment',
    'langfuse.completion_start_time': 'completion_start_time',
    'langfuse.prompt_name': 'prompt_name',
    'langfuse.prompt_version': 'prompt_version',
    'langfuse.model_parameters': 'model_parameters',
    'langfuse.trace_name': 'trace_name',
    'langfuse.latency': 'latency',
    'langfuse.time_to_first_token': 'time_to_first_token',
  }),
);
const USAGE = '.usage.';
const METADATA = 'metadata.';
/** Maps that are kept as they are, while what is read of them stands in fields of its own. */
const MAPS = ['langfuse.usage_details', 'langfuse.cost_details'];
/** Attributes that follow all others. */
const LAST = ['langfuse.level', 'langfuse.session.id'];

/** What an observation with such fields is read as. Tags that say a feature or cohort come as these. */
export const observationOfFields: SourceOf = (fields) => {
  const [record, metadata, attributes, usage] = [newBag(), newBag(), newBag(), newBag()];
  const tags: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const column = COLUMN_OF.get(key);
    if (column !== undefined) record[column] = value;
    else if (key.startsWith(METADATA)) metadata[key.slice(METADATA.length)] = value;
    else if (key.startsWith(USAGE)) usage[key.slice(USAGE.length)] = value;
    else if (key === '.feature' || key === '.cohort') tags.push(`${key.slice(1)}:${String(value)}`);
    else if (!key.startsWith('.') && !MAPS.includes(key) && !LAST.includes(key)) attributes[key] = value;
  }
  if (fields['langfuse.usage_details'] !== undefined) record['usage_details'] = usage;
  if (fields['langfuse.cost_details'] === undefined) record['total_cost'] = fields['.cost'];
  else record['cost_details'] = { total: fields['.cost'] };
  const span = observationSpan({
    ...record,
    id: 'id',
    trace_id: 'trace',
    tags,
    metadata: { ...metadata, attributes },
  });
  if (typeof span === 'string') throw new Error(span);
  const { tags: _, ...stated } = span.stated ?? {};
  const listed = fields[TAGS_FIELD];
  return {
    attributes: withLast(span.attributes, fields),
    input: span.input,
    output: span.output,
    stated: typeof listed === 'string' ? { ...stated, tags: [listed] } : stated,
  };
};

/** Attributes with the maps as they are, and those that follow. */
function withLast(attributes: AttributeBag, fields: Readonly<AttributeBag>): AttributeBag {
  for (const key of [...MAPS, ...LAST]) if (fields[key] !== undefined) attributes[key] = fields[key];
  return attributes;
}
