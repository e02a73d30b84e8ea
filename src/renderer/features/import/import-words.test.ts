import { describe, expect, it } from 'vitest';
import {
  fileFigures,
  type ImportProgress,
  type ShownImport,
  type Source,
} from '../../../shared/model/source';
import { byUrgency, outcome, phaseWords, progressShare, progressWords, recordWords } from './import-words';

const progress: ImportProgress = {
  phase: 'reading',
  phaseShare: null,
  phaseMs: 0,
  fileIndex: 1,
  fileCount: 3,
  fileName: 'a.jsonl',
  bytesDone: 12_400_000,
  bytesTotal: 80_100_000,
  records: 41_200,
  rejected: 0,
  recordsPerSecond: 9_812.7,
  secondsLeft: 12.2,
};

function source(over: Partial<Source> = {}): Source {
  return {
    sourceId: 's',
    path: '/a.jsonl',
    name: 'a.jsonl',
    format: 'otlp',
    confidence: 1,
    reason: 'line 1 has resourceSpans',
    state: 'imported',
    bytes: 100,
    sha256: '',
    lines: 10,
    records: 10,
    rejected: 0,
    blank: 0,
    spans: 40,
    sessions: 2,
    notes: [],
    ...over,
  };
}
const record = (sources: Source[]): ShownImport => ({
  importId: 'i',
  at: '2026-03-13T10:00:00Z',
  sources,
  files: fileFigures(sources),
  spans: 40,
  sessions: 2,
  durationMs: 1200,
});

describe('progress', () => {
  it('says bytes, records, rate and time left', () => {
    expect(progressWords(progress)).toBe('12.4 MB of 80.1 MB, 41.2 k records, 9.8 k records/s, 12.2 s left');
    expect(phaseWords(progress)).toBe('Reading file 2 of 3');
  });

  it('leaves out what is not known yet', () => {
    const start = { ...progress, recordsPerSecond: 0, secondsLeft: null, records: 0, rejected: 4 };
    expect(progressWords(start)).toBe('12.4 MB of 80.1 MB, 0 records, 4 rejected');
    expect(progressWords({ ...start, bytesTotal: 0, rejected: 0, fileCount: 3 })).toBe('3 files, 0 records');
    expect(phaseWords({ ...progress, fileCount: 1 })).toBe('Reading');
  });

  it('says of the phases after reading how far and how long', () => {
    const later = { ...progress, phase: 'indexing', phaseShare: 0.5, phaseMs: 12_000 } as const;
    expect(phaseWords(later)).toBe('Putting sessions into the index');
    expect(progressWords(later)).toBe('80.1 MB read, 41.2 k records, 50 % of this step, 12.0 s so far');
    expect(progressShare(later)).toBe(0.5);
    expect(progressShare({ ...later, phaseShare: null })).toBe(1);
  });

  it('stays between nothing and all', () => {
    expect(progressShare({ ...progress, bytesDone: 90, bytesTotal: 80 })).toBe(1);
    expect(progressShare({ ...progress, bytesDone: 0, bytesTotal: 0 })).toBe(1);
    expect(progressShare({ ...progress, bytesDone: 20, bytesTotal: 80 })).toBe(0.25);
  });
});

describe('outcome of a file', () => {
  it.each([
    [source(), 'good', 'imported'],
    [source({ rejected: 1 }), 'warn', 'imported in part'],
    [source({ sessions: 0 }), 'quiet', 'imported'],
    [source({ spans: 0, sessions: 0 }), 'warn', 'nothing in it'],
    [source({ state: 'duplicate' }), 'quiet', 'already here'],
    [source({ state: 'unrecognised' }), 'warn', 'not recognised'],
    [source({ state: 'failed' }), 'fail', 'failed'],
  ] as const)('%#: %s', (given, tone, state) => expect(outcome(given)).toMatchObject({ tone, state }));

  it('speaks of one line and of several', () => {
    expect(outcome(source({ rejected: 1 })).sentence).toContain('1 line could not be read and is');
    expect(outcome(source({ rejected: 2 })).sentence).toContain('2 lines could not be read and are');
  });
});

describe('outcome of an import', () => {
  it('puts what wants a look first and leaves the rest in order', () => {
    const names = (sources: Source[]) => byUrgency(sources).map((one) => one.name);
    expect(
      names([
        source({ name: 'a' }),
        source({ name: 'b', state: 'failed' }),
        source({ name: 'c' }),
        source({ name: 'd', rejected: 2 }),
        source({ name: 'e', state: 'duplicate' }),
      ]),
    ).toEqual(['b', 'd', 'e', 'a', 'c']);
  });

  it('says what was imported and what was not', () => {
    const mixed = [source(), source({ state: 'duplicate' }), source({ state: 'failed' })];
    expect(recordWords(record(mixed))).toBe(
      'Imported 1 of 3 files: 2 sessions, 40 spans. 1 already here, 1 failed.',
    );
    expect(recordWords(record([source()]))).toBe('Imported 1 file: 2 sessions, 40 spans.');
    expect(recordWords(record([source({ state: 'unrecognised' })]))).toBe(
      'Nothing was imported. 1 not recognised.',
    );
  });

  it('adds up', () => {
    const sources = [source({ rejected: 2 }), source(), source({ state: 'failed' })];
    expect(fileFigures(sources)).toEqual({
      count: 3,
      imported: 2,
      duplicate: 0,
      unrecognised: 0,
      failed: 1,
      bytes: 300,
      rejected: 2,
    });
  });
});
