import type { ReactNode } from 'react';
import type { WorkspaceInfo } from '../../../shared/contract/workspace';
import { formatCount, formatPlural, formatRecent } from '../../lib/format';
import { formatHash, type Route } from '../../lib/navigation';
import classes from './home.module.css';

/** The workspace that is open, with the ways back into it. */
export function OpenWorkspace({ workspace }: { workspace: WorkspaceInfo }): ReactNode {
  const steps: { route: Route; title: string; detail: string }[] = [
    { route: { screen: 'overview' }, title: 'Overview', detail: 'how often, where' },
    {
      route: { screen: 'sessions' },
      title: 'Sessions',
      detail: formatCount(workspace.sessionCount),
    },
    {
      route: { screen: 'corrections' },
      title: 'Corrections',
      detail: formatCount(workspace.correctionCount),
    },
    {
      route: { screen: 'import' },
      title: 'Imports',
      detail: formatCount(workspace.importCount),
    },
  ];
  return (
    <section className={classes.card} aria-label="Open workspace">
      <div className={classes.cardHead}>
        <h2>{workspace.name}</h2>
        {workspace.isSample && workspace.name.toLowerCase() !== 'sample' && (
          <span className={classes.tag}>sample</span>
        )}
        <span className={classes.state}>open</span>
      </div>
      <div className={classes.path}>{workspace.path}</div>
      <div className={classes.facts}>
        {formatPlural(workspace.factCount, 'fact')} in the journal
        {workspace.lastFactAt !== null && `, the last ${formatRecent(workspace.lastFactAt)}`}
        {`, codebook version ${workspace.codebookVersion}`}
      </div>
      {workspace.rebuilt !== null && (
        <div className={classes.note}>The index was rebuilt: {workspace.rebuilt}</div>
      )}
      <div className={classes.steps}>
        {steps.map((step) => (
          <a key={step.title} className={classes.step} href={formatHash(step.route)}>
            <span className={classes.stepTitle}>{step.title}</span>
            <span className={classes.stepDetail}>{step.detail}</span>
          </a>
        ))}
      </div>
    </section>
  );
}
