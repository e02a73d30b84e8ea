/**
 * The fields a mapping can say, in words, and changes to a mapping. Pure: profile in, profile out.
 */
import { mappingProfileSchema, type MappingProfile } from '../../../shared/model/source';

export type TargetField = keyof MappingProfile['fields'];

export interface Target {
  field: TargetField;
  title: string;
  meaning: string;
}

export interface TargetGroup {
  title: string;
  targets: readonly Target[];
}

/** What can be mapped, in the order people think of it: what was said, by whom, when, and what came of it. */
export const TARGETS: readonly TargetGroup[] = [
  {
    title: 'What was said and done',
    targets: [
      { field: 'text', title: 'Text', meaning: 'The words of the message, or of the span' },
      { field: 'role', title: 'Role', meaning: 'Who speaks: user, assistant, tool, system' },
      {
        field: 'kind',
        title: 'Kind',
        meaning: 'What work it is: model call, tool call, retrieval and so on',
      },
      { field: 'name', title: 'Name', meaning: 'What the span is called' },
      { field: 'toolName', title: 'Tool', meaning: 'Name of the tool that was called' },
      { field: 'input', title: 'Input', meaning: 'Prompt, question or arguments' },
      { field: 'output', title: 'Output', meaning: 'Answer or result' },
    ],
  },
  {
    title: 'Where it belongs',
    targets: [
      { field: 'session', title: 'Session', meaning: 'Id of the conversation or run' },
      { field: 'trace', title: 'Trace', meaning: 'Id of the request' },
      { field: 'span', title: 'Span', meaning: 'Id of this record' },
      { field: 'parent', title: 'Parent', meaning: 'Id of the record it is part of' },
    ],
  },
  {
    title: 'When',
    targets: [
      { field: 'start', title: 'Start', meaning: 'Time it began' },
      { field: 'clock', title: 'Time of day', meaning: 'Where Start holds the day alone' },
      { field: 'end', title: 'End', meaning: 'Time it ended' },
      { field: 'durationMs', title: 'Duration', meaning: 'In milliseconds, where there is no end' },
    ],
  },
  {
    title: 'What came of it',
    targets: [
      { field: 'status', title: 'Status', meaning: 'Whether it went well' },
      { field: 'error', title: 'Error', meaning: 'What went wrong; anything in it counts as an error' },
      {
        field: 'rating',
        title: 'Rating',
        meaning: 'How content the user was: a number, or a word for good or bad',
      },
      { field: 'comment', title: 'Comment', meaning: 'What was written beside the rating' },
      { field: 'annotator', title: 'Rated by', meaning: 'Who gave the rating, where it was not the user' },
    ],
  },
  {
    title: 'Model',
    targets: [
      { field: 'model', title: 'Model', meaning: 'Which model answered' },
      { field: 'inputTokens', title: 'Tokens in', meaning: 'Number of input tokens' },
      { field: 'outputTokens', title: 'Tokens out', meaning: 'Number of output tokens' },
      { field: 'costUsd', title: 'Cost', meaning: 'In US dollars' },
    ],
  },
  {
    title: 'To compare by',
    targets: [
      { field: 'user', title: 'User', meaning: 'Id of the user' },
      { field: 'feature', title: 'Feature', meaning: 'Part of the product' },
      { field: 'cohort', title: 'Cohort', meaning: 'Group, experiment or plan' },
      { field: 'agentVersion', title: 'Agent version', meaning: 'Release of the agent' },
    ],
  },
];

export const timeUnitWords: Record<MappingProfile['timeUnit'], string> = {
  auto: 'tell by the values',
  iso: 'ISO 8601 text',
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  us: 'microseconds since 1970',
  ns: 'nanoseconds since 1970',
  'day-first': 'dates with the day first: 31/12/2026',
  'month-first': 'dates with the month first: 12/31/2026',
  'sheet-days': 'days as spreadsheets count them: 46086.5',
};

export type RoleList = keyof MappingProfile['values'];

export const ROLE_LISTS: readonly { list: RoleList; title: string }[] = [
  { list: 'userRoles', title: 'The user' },
  { list: 'assistantRoles', title: 'The agent' },
  { list: 'toolRoles', title: 'A tool' },
  { list: 'systemRoles', title: 'Instructions' },
  { list: 'errorValues', title: 'A status that is an error' },
];

/** Sets where a target is read from; an empty path takes it back. */
export function setField(profile: MappingProfile, field: TargetField, path: string): MappingProfile {
  const { [field]: _, ...rest } = profile.fields;
  return { ...profile, fields: path.trim() === '' ? rest : { ...rest, [field]: path.trim() } };
}

/** Sets where the list of records or of messages is, or the message before them; empty takes it back. */
export function setListPath(
  profile: MappingProfile,
  list: 'recordsPath' | 'messagesPath' | 'openingPath',
  path: string,
): MappingProfile {
  const { [list]: _, ...rest } = profile;
  return path.trim() === '' ? rest : { ...rest, [list]: path.trim() };
}

/** Words a role or status may be written with, out of a line with commas. */
export function setRoleList(profile: MappingProfile, list: RoleList, line: string): MappingProfile {
  const words = line
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return { ...profile, values: { ...profile.values, [list]: [...new Set(words)] } };
}

/** A mapping out of the text of a file. Throws with what is wrong with it, in words. */
export function parseProfile(text: string): MappingProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('This is no JSON. Choose a mapping that was saved as a file here.');
  }
  const parsed = mappingProfileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `This is no mapping: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}. Choose one that was saved as a file here.`,
  );
}

/** What keeps a mapping from being of use, in words; null when nothing does. */
export function shortcoming(profile: MappingProfile): string | null {
  const { fields } = profile;
  const hasContent = (['text', 'input', 'output', 'name', 'toolName'] as const).some(
    (field) => fields[field] !== undefined,
  );
  const judges =
    (fields.rating ?? fields.comment) !== undefined &&
    (fields.session ?? fields.trace ?? fields.span) !== undefined;
  if (!hasContent && judges) return null;
  if (!hasContent) return 'Say at least where the text is, or the input, the output or a name.';
  if (profile.messagesPath !== undefined && fields.role === undefined && fields.kind === undefined)
    return 'Say which field of a message has the role, or nobody can be told from the agent.';
  return null;
}

/** Says so where no span would be a user's, since then nothing is found of what users said; null where some are, or cannot be told yet. */
export function withoutUser(profile: MappingProfile, rows: readonly { kind: string }[]): string | null {
  const { fields } = profile;
  if (rows.length === 0 || fields.input !== undefined || rows.some(({ kind }) => kind === 'user'))
    return null;
  return fields.role === undefined && fields.kind === undefined
    ? 'None of these is a user’s message: say which field has the role.'
    : 'None of these is a user’s message: write the word that means the user under “Words the file uses”.';
}

/** Which target a field is mapped to, by its path; a field may serve several. */
export function targetsByPath(profile: MappingProfile): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { targets } of TARGETS)
    for (const { field, title } of targets) {
      const path = profile.fields[field];
      if (path !== undefined) found.set(path, [...(found.get(path) ?? []), title]);
    }
  return found;
}
