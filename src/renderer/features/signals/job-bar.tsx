import { Button, Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from '../../lib/format';
import { stopJob, useSignalJob } from './signal-job';
import classes from './signals.module.css';

/** What is under way, how far it is, and a way to stop it. */
export function JobBar(): ReactNode {
  const job = useSignalJob();
  if (job === null) return null;
  return (
    <div className={classes.job} role="status">
      <span>{job.doing}</span>
      <Progress
        className={classes.progress}
        aria-label={job.doing}
        value={job.total === 0 ? 100 : (job.sessions / job.total) * 100}
        animated={job.total === 0}
      />
      {job.total > 0 && (
        <span className={classes.dim}>
          {formatCount(job.sessions)} of {formatCount(job.total)} sessions
        </span>
      )}
      <Button onClick={stopJob}>Stop</Button>
    </div>
  );
}
