import { describe, expect, it } from 'vitest';
import type { FilePreview } from '../../../shared/contract/import';
import { mappingProfileSchema } from '../../../shared/model/source';
import {
  addPreviews,
  alike,
  chosenBytes,
  formatOf,
  hasKnownShape,
  obstacle,
  setChosen,
  setFormat,
  setProfile,
  startInput,
  withoutFiles,
} from './queue';

function preview(name: string, over: Partial<FilePreview> = {}): FilePreview {
  return {
    handle: `handle-${name}`,
    name,
    path: `/traces/${name}`,
    bytes: 100,
    compression: 'none',
    container: 'lines',
    detections: [{ format: 'otlp', title: 'OTLP', confidence: 0.9, reason: 'line 1 has resourceSpans' }],
    alreadyImported: false,
    problem: null,
    ...over,
  };
}
const profile = mappingProfileSchema.parse({ name: 'mine', fields: { text: 'message' } });

describe('queue of files', () => {
  it('chooses what can be read and is new', () => {
    const queue = addPreviews(
      [],
      [
        preview('a.jsonl'),
        preview('known.jsonl', { alreadyImported: true }),
        preview('odd.jsonl', { detections: [] }),
        preview('empty.jsonl', { detections: [], problem: 'The file is empty.' }),
      ],
    );
    expect(queue.map((file) => file.isChosen)).toEqual([true, false, false, false]);
    expect(queue.map(obstacle)).toEqual([null, null, 'no-format', 'unreadable']);
    expect(startInput(queue)).toEqual([{ handle: 'handle-a.jsonl' }]);
    expect(chosenBytes(queue)).toBe(100);
  });

  it('holds a path once and keeps what was decided about it', () => {
    const once = setFormat(addPreviews([], [preview('a.jsonl')]), 'handle-a.jsonl', 'langfuse');
    const twice = addPreviews(once, [preview('a.jsonl', { handle: 'handle-new' })]);
    expect(twice).toHaveLength(1);
    expect(startInput(twice)).toEqual([{ handle: 'handle-new', format: 'langfuse' }]);
  });

  it('says nothing of a format that was detected anyway', () => {
    const changed = setFormat(addPreviews([], [preview('a.jsonl')]), 'handle-a.jsonl', 'langfuse');
    expect(startInput(setFormat(changed, 'handle-a.jsonl', 'otlp'))).toEqual([{ handle: 'handle-a.jsonl' }]);
  });

  it('reads an unknown file once somebody says how', () => {
    const queue = addPreviews([], [preview('odd.jsonl', { detections: [] })]);
    const named = setFormat(queue, 'handle-odd.jsonl', 'generic');
    expect(named.map(obstacle)).toEqual(['no-mapping']);
    expect(startInput(setChosen(named, ['handle-odd.jsonl'], true))).toEqual([]);
    const mapped = setProfile(named, ['handle-odd.jsonl'], profile);
    expect(startInput(mapped)).toEqual([{ handle: 'handle-odd.jsonl', format: 'generic', profile }]);
  });

  it('forgets the mapping when the file is read as something else', () => {
    const mapped = setProfile(addPreviews([], [preview('a.jsonl')]), ['handle-a.jsonl'], profile);
    expect(startInput(setFormat(mapped, 'handle-a.jsonl', 'otlp'))).toEqual([{ handle: 'handle-a.jsonl' }]);
  });

  it('finds the files one mapping would do for', () => {
    const odd = { detections: [] };
    const queue = addPreviews(
      [],
      [
        preview('1.chat.jsonl', odd),
        preview('2.chat.jsonl', odd),
        preview('3.chat.json', { ...odd, container: 'document' }),
        preview('4.chat.jsonl'),
        preview('5.chat.jsonl', { ...odd, problem: 'The file is empty.' }),
      ],
    );
    expect(alike(queue, queue[0]!).map((file) => file.preview.name)).toEqual(['2.chat.jsonl']);
    const same = addPreviews([], [preview('a.jsonl', odd), preview('b.jsonl', odd), preview('c.jsonl')]);
    expect(alike(same, same[0]!).map((file) => file.preview.name)).toEqual(['b.jsonl']);
  });

  it('does not give the mapping of one shape to files of another', () => {
    const mapped = (name: string, fields: object) =>
      preview(name, { detections: [], proposal: { ...profile, name, fields } });
    const queue = addPreviews(
      [],
      [
        mapped('a.jsonl', { text: 'body', role: 'who' }),
        mapped('b.jsonl', { role: 'who', text: 'body' }),
        mapped('c.jsonl', { text: 'message' }),
        preview('d.jsonl', { detections: [] }),
      ],
    );
    expect(alike(queue, queue[0]!).map((file) => file.preview.name)).toEqual(['b.jsonl']);
    expect(alike(queue, queue[3]!)).toEqual([]);
    expect(queue.map(hasKnownShape)).toEqual([true, true, true, false]);
  });

  it('drops files', () => {
    const queue = addPreviews([], [preview('a.jsonl'), preview('b.jsonl')]);
    expect(withoutFiles(queue, ['handle-a.jsonl']).map((file) => file.preview.name)).toEqual(['b.jsonl']);
    expect(formatOf(queue[0]!)).toBe('otlp');
  });
});
