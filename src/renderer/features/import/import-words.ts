/** What an import did, in words: phases, outcomes, rates. Pure. */
import {
  urgencyOf,
  type ImportProgress,
  type LeftOut,
  type ShownImport,
  type Source,
} from '../../../shared/model/source';
import { formatBytes, formatCompact, formatCount, formatDuration, formatPlural } from '../../lib/format';

const phases: Record<ImportProgress['phase'], string> = {
  hashing: 'Checking whether the files are known',
  reading: 'Reading',
  deriving: 'Putting sessions together',
  writing: 'Writing',
  indexing: 'Putting sessions into the index',
  signals: 'Finding the first signals',
};

export function phaseWords(progress: ImportProgress): string {
  const of =
    progress.fileCount > 1 ? ` file ${progress.fileIndex + 1} of ${formatCount(progress.fileCount)}` : '';
  return progress.phase === 'reading' ? `${phases.reading}${of}` : phases[progress.phase];
}

const ENDINGS_SHOWN = 5;

/** `3 .pdf, 1 .png and 2 others`: what lay beside the traces, by the endings of the names. */
export function leftOutWords(leftOut: readonly LeftOut[]): string {
  const shown = leftOut.slice(0, ENDINGS_SHOWN).map(({ count, ending, example }) => {
    const kind = ending === '' ? `without an ending (${example})` : ending;
    return `${formatCount(count)} ${kind}`;
  });
  const others = leftOut.slice(ENDINGS_SHOWN).reduce((sum, { count }) => sum + count, 0);
  return `${shown.join(', ')}${others > 0 ? ` and ${formatPlural(others, 'other')}` : ''}`;
}

/** Whether files are still being read, so that bytes say how far it is. */
export function isReading(progress: ImportProgress): boolean {
  return progress.phase === 'hashing' || progress.phase === 'reading';
}

/** `12.4 MB of 80.1 MB, 41.2 k records, 9.8 k records/s, 12 s left`, as far as known. */
export function progressWords(progress: ImportProgress): string {
  if (!isReading(progress)) return afterwardsWords(progress);
  const parts = [
    // Until the first file is looked at, nobody has added up their sizes.
    progress.bytesTotal > 0
      ? `${formatBytes(progress.bytesDone)} of ${formatBytes(progress.bytesTotal)}`
      : formatPlural(progress.fileCount, 'file'),
    `${formatCompact(progress.records)} records`,
  ];
  if (progress.recordsPerSecond > 0)
    parts.push(`${formatCompact(Math.round(progress.recordsPerSecond))} records/s`);
  if (progress.rejected > 0) parts.push(`${formatCount(progress.rejected)} rejected`);
  if (progress.secondsLeft !== null)
    parts.push(`${formatDuration(Math.max(progress.secondsLeft, 0) * 1000)} left`);
  return parts.join(', ');
}

/** Once all is read: what there is, and for how long this phase has been at it. */
function afterwardsWords({ bytesTotal, records, rejected, phaseShare, phaseMs }: ImportProgress): string {
  return [
    `${formatBytes(bytesTotal)} read`,
    `${formatCompact(records)} records`,
    rejected > 0 ? `${formatCount(rejected)} rejected` : '',
    phaseShare === null ? '' : `${Math.floor(phaseShare * 100)} % of this step`,
    phaseMs >= 1000 ? `${formatDuration(phaseMs)} so far` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** Between 0 and 1, of the files or, when they are read, of the phase; a file of no bytes is done. */
export function progressShare(progress: ImportProgress): number {
  if (!isReading(progress)) return progress.phaseShare ?? 1;
  if (progress.bytesTotal <= 0) return 1;
  return Math.min(Math.max(progress.bytesDone / progress.bytesTotal, 0), 1);
}

export interface Outcome {
  tone: 'good' | 'warn' | 'fail' | 'quiet';
  /** One or two words. */
  state: string;
  /** Why, where the word does not say enough. */
  sentence: string;
}

/** What became of one file. */
export function outcome(source: Source): Outcome {
  switch (source.state) {
    case 'imported': {
      if (source.rejected > 0)
        return {
          tone: 'warn',
          state: 'imported in part',
          sentence: `${formatPlural(source.rejected, 'line')} could not be read and ${source.rejected === 1 ? 'is' : 'are'} listed with the reason.`,
        };
      if (source.spans === 0)
        return { tone: 'warn', state: 'nothing in it', sentence: 'No span came of what was read.' };
      if (source.sessions === 0)
        return {
          tone: 'quiet',
          state: 'imported',
          sentence: 'It continues sessions of other files; what it has in common with them is there once.',
        };
      return { tone: 'good', state: 'imported', sentence: source.reason };
    }
    case 'duplicate':
      return {
        tone: 'quiet',
        state: 'already here',
        sentence:
          source.reason === ''
            ? 'The same bytes are in this workspace already; nothing was added.'
            : source.reason,
      };
    case 'unrecognised':
      return { tone: 'warn', state: 'not recognised', sentence: source.reason };
    case 'failed':
      return { tone: 'fail', state: 'failed', sentence: source.reason };
  }
}

/** Files that want a look first, else in the order they are in. */
export function byUrgency(sources: readonly Source[]): Source[] {
  return sources.toSorted((a, b) => urgencyOf(a) - urgencyOf(b));
}

/** `Imported 3 of 5 files: 120 sessions, 4,310 spans. 1 was already here, 1 could not be recognised.` */
export function recordWords({ files, sessions, spans }: ShownImport): string {
  const { imported } = files;
  const rest = [
    [files.duplicate, 'already here'],
    [files.unrecognised, 'not recognised'],
    [files.failed, 'failed'],
  ] as const;
  const others = rest.filter(([n]) => n > 0).map(([n, words]) => `${formatCount(n)} ${words}`);
  const first =
    imported === 0
      ? 'Nothing was imported'
      : `Imported ${imported === files.count ? formatPlural(imported, 'file') : `${formatCount(imported)} of ${formatPlural(files.count, 'file')}`}: ${formatPlural(sessions, 'session')}, ${formatPlural(spans, 'span')}`;
  return others.length === 0 ? `${first}.` : `${first}. ${capital(others.join(', '))}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
