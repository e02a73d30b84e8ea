import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { orpc } from '../../lib/client';
import { showDialogue } from '../../lib/frame-state';
import classes from './home.module.css';

/** That nothing leaves the machine, with the way to what was found when that was looked at. */
export function OfflineEvidence(): ReactNode {
  const evidence = useQuery(orpc.app.offline.queryOptions());
  const all = evidence.data ?? [];
  const broken = all.filter((item) => !item.holds);
  return (
    <section className={classes.sideSection} aria-label="Offline">
      <h2>Nothing leaves this machine</h2>
      {evidence.isSuccess && (
        <p className={classes.evidence}>
          {broken.length === 0 ? (
            <IconCircleCheck size={16} className={classes.holds} aria-hidden />
          ) : (
            <IconCircleX size={16} className={classes.fails} aria-hidden />
          )}
          {broken.length === 0
            ? `All network access is blocked: ${all.length === 1 ? 'the check holds' : `all ${all.length} checks hold`}.`
            : `${broken.length} of ${all.length} checks do not hold: ${broken.map((item) => item.what).join('; ')}.`}
        </p>
      )}
      {evidence.isError && <p className={classes.facts}>This could not be checked.</p>}
      <button type="button" className={classes.textButton} onClick={() => showDialogue('offline')}>
        See the evidence
      </button>
    </section>
  );
}
