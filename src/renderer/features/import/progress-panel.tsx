import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes, formatPlural } from '../../lib/format';
import { SafeText } from '../../components/safe-text';
import { cancelImport, type ImportState } from './import-state';
import { isReading, phaseWords, progressShare, progressWords } from './import-words';
import classes from './import.module.css';

/** How far the import is, how fast, how long still, and a way to stop it. */
export function ProgressPanel({ job }: { job: NonNullable<ImportState['job']> }): ReactNode {
  const { progress } = job;
  const share = progress === null ? 0 : progressShare(progress);
  const isOpenEnded =
    progress === null || (isReading(progress) ? progress.bytesTotal <= 0 : progress.phaseShare === null);
  return (
    <section className={classes.progress} aria-label="Import" aria-live="polite">
      <div className={classes.progressHead}>
        <span className={classes.phase}>
          {job.isCancelling ? 'Cancelling' : progress === null ? 'Starting' : phaseWords(progress)}
        </span>
        <span className={classes.cut}>
          <SafeText text={progress?.fileName.slice(0, 300) ?? ''} />
        </span>
        <Button className={classes.cancel} disabled={job.isCancelling} onClick={cancelImport}>
          Cancel
        </Button>
      </div>
      <div
        className={classes.bar}
        role="progressbar"
        aria-label="Import"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        data-open-ended={isOpenEnded || undefined}
      >
        <span style={{ width: `${(share * 100).toFixed(1)}%` }} />
      </div>
      <div className={classes.progressFacts}>
        {progress === null
          ? `${formatPlural(job.fileCount, 'file')}, ${formatBytes(job.bytes)}`
          : progressWords(progress)}
      </div>
    </section>
  );
}
