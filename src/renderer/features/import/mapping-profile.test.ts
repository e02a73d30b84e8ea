import { describe, expect, it } from 'vitest';
import { mappingProfileSchema } from '../../../shared/model/source';
import {
  setField,
  setListPath,
  setRoleList,
  shortcoming,
  TARGETS,
  targetsByPath,
  withoutUser,
} from './mapping-profile';

const empty = mappingProfileSchema.parse({ name: 'mine', fields: {} });

describe('mapping', () => {
  it('offers every field a profile can have, once', () => {
    const offered = TARGETS.flatMap((group) => group.targets.map((target) => target.field));
    expect(new Set(offered).size).toBe(offered.length);
    expect(offered.toSorted()).toEqual(Object.keys(mappingProfileSchema.shape.fields.shape).toSorted());
  });

  it('sets a field and takes it back without leaving it undefined', () => {
    const set = setField(empty, 'text', ' message.content ');
    expect(set.fields).toEqual({ text: 'message.content' });
    expect(Object.keys(setField(set, 'text', '').fields)).toEqual([]);
    expect(mappingProfileSchema.parse(set)).toEqual(set);
  });

  it('sets lists and takes them back', () => {
    const set = setListPath(empty, 'messagesPath', 'messages');
    expect(set.messagesPath).toBe('messages');
    expect(Object.hasOwn(setListPath(set, 'messagesPath', ' '), 'messagesPath')).toBe(false);
    expect(setListPath(set, 'openingPath', 'post')).toMatchObject({
      messagesPath: 'messages',
      openingPath: 'post',
    });
  });

  it('reads role words from a line', () => {
    expect(setRoleList(empty, 'userRoles', ' caller, ,caller,  customer ').values.userRoles).toEqual([
      'caller',
      'customer',
    ]);
  });

  it('says what is missing', () => {
    expect(shortcoming(empty)).toContain('text');
    expect(shortcoming(setField(empty, 'toolName', 'tool'))).toBeNull();
    const messages = setListPath(setField(empty, 'text', 'content'), 'messagesPath', 'messages');
    expect(shortcoming(messages)).toContain('role');
    expect(shortcoming(setField(messages, 'role', 'from'))).toBeNull();
    const rating = setField(empty, 'rating', 'stars');
    expect(shortcoming(rating)).toContain('text');
    expect(shortcoming(setField(rating, 'trace', 'trace_id'))).toBeNull();
  });

  it('says that no user is heard, and what to do about it', () => {
    const events = [{ kind: 'event' }, { kind: 'llm' }];
    expect(withoutUser(setField(empty, 'text', 'body'), events)).toContain('which field has the role');
    expect(withoutUser(setField(empty, 'role', 'from'), events)).toContain('Words the file uses');
    expect(withoutUser(setField(empty, 'role', 'from'), [...events, { kind: 'user' }])).toBeNull();
    // A question inside a record becomes a turn only once all is read.
    expect(withoutUser(setField(empty, 'input', 'q'), events)).toBeNull();
    expect(withoutUser(empty, [])).toBeNull();
  });

  it('says what a field is used for', () => {
    const both = setField(setField(empty, 'text', 'body'), 'output', 'body');
    expect(targetsByPath(both).get('body')).toEqual(['Text', 'Output']);
  });
});
