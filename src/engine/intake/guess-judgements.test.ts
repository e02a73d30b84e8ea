import { describe, expect, it } from 'vitest';
import type { Sample } from './format';
import { guessMapping } from './guess-mapping';
import { mapSample, proposeMapping } from './propose-mapping';

function sampleOf(records: readonly unknown[], rest: Partial<Sample> = {}): Sample {
  return { name: 'notes.jsonl', container: 'lines', records, isArray: false, columns: [], ...rest };
}

describe('a table of judgements', () => {
  it('is labels on what its ids name, with who gave them and why', () => {
    const rows = ['bad', 'good', 'hallucination', 'good'].map((label, i) => ({
      id: i + 1,
      trace_id: `t${String(i)}`,
      label,
      notes: i === 0 ? 'It never looked the order up.' : '',
      reviewer: i === 3 ? 'gpt-4o' : 'Reviewer B',
      reviewed_at: '2026-03-02T08:00:00Z',
    }));
    const proposed = proposeMapping(sampleOf(rows), 'x');
    expect(proposed?.profile.fields).toEqual({
      trace: 'trace_id',
      rating: 'label',
      comment: 'notes',
      annotator: 'reviewer',
    });
    const { spans, labels } = mapSample(
      sampleOf(rows),
      proposed?.profile ?? guessMapping(sampleOf(rows)).profile,
      'x',
    );
    expect(spans).toEqual([]);
    expect(labels).toMatchObject([
      {
        traceId: 't0',
        name: 'label',
        value: 0,
        text: 'bad',
        explanation: 'It never looked the order up.',
        annotator: 'Reviewer B',
        annotatorKind: 'human',
      },
      { traceId: 't1', value: 1, text: 'good' },
      { traceId: 't2', value: null, text: 'hallucination' },
      { traceId: 't3', annotator: 'gpt-4o', annotatorKind: 'llm' },
    ]);
  });

  it.each([
    [
      'figures by session',
      { session_id: 's', is_resolved: true },
      { session: 'session_id', rating: 'is_resolved' },
    ],
    ['stars by message', { message_id: 'm1', stars: 4 }, { span: 'message_id', rating: 'stars' }],
    [
      'German ones',
      { gespraech_id: 'g', bewertung: 'gut', begruendung: 'schnell' },
      { session: 'gespraech_id', rating: 'bewertung', comment: 'begruendung' },
    ],
  ])('may be %s', (_, record, fields) => {
    const rows = [1, 2, 3, 4].map((n) =>
      'message_id' in record ? { ...record, message_id: `m${String(n)}` } : record,
    );
    expect(proposeMapping(sampleOf(rows), 'x')?.profile.fields).toEqual(fields);
  });

  it('is none where the words only say how far something has come', () => {
    const rows = ['completed', 'queued', 'completed'].map((status, i) => ({
      session_id: `s${String(i)}`,
      status,
    }));
    expect(proposeMapping(sampleOf(rows), 'x')?.profile.fields.rating).toBeUndefined();
  });

  it('needs the id of something else', () => {
    const marks = { id: 1, name: 'P', grade: 'B' };
    expect(proposeMapping(sampleOf([marks, { ...marks, id: 2 }, { ...marks, id: 3 }]), 'x')).toBeNull();
  });
});
