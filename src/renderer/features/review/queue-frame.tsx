import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contract/review';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { cx } from '../../lib/class-names';
import { formatCount, formatDuration } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { formatHash, navigate, type ReviewView } from '../../lib/navigation';
import { MergeButton, MergeTarget, QueueMenu } from './exchange';
import { Progress } from './queue-list';
import { namesOf, sayDesign } from './queue-words';
import { ReviewerMenu } from './reviewer-choice';
import classes from './review.module.css';

const TABS: { view: ReviewView; title: string }[] = [
  { view: 'items', title: 'Items' },
  { view: 'results', title: 'Results' },
  { view: 'agreement', title: 'Agreement' },
  { view: 'disagreements', title: 'Disagreements' },
];

interface QueueFrameProps {
  queue: QueueSummary;
  view: ReviewView;
  children: ReactNode;
}

/** What all views of a queue have above them: its name, how far it is, and the way to the others. */
export function QueueFrame({ queue, view, children }: QueueFrameProps): ReactNode {
  const { queueId } = queue;
  const go = (next: ReviewView) => navigate({ screen: 'review', view: next, queueId });
  const at = TABS.findIndex((tab) => tab.view === view);
  const step = (by: number) => go(TABS[(at + by + TABS.length) % TABS.length]?.view ?? 'items');
  useShortcuts('Queue', [
    { keys: 'Enter', description: 'Review', run: () => go('work') },
    { keys: ']', description: 'Next part of the queue', run: () => step(1) },
    { keys: '[', description: 'Previous part of the queue', run: () => step(-1) },
    { keys: 'Escape', description: 'Back to the queues', run: () => navigate({ screen: 'review' }) },
  ]);
  const seconds = queue.byReviewer.reduce((sum, one) => sum + one.seconds, 0);
  return (
    <MergeTarget>
      <HeaderDetail>
        <span className={classes.crumb}>
          / <b>{queue.name}</b>
        </span>
        <span>
          {sayDesign(queue.sampling)}, {formatCount(queue.itemCount)} of {formatCount(queue.frameSize)}{' '}
          sessions, codebook version {queue.codebookVersion}
          {seconds > 0 && `, ${formatDuration(seconds * 1000)} spent`}
        </span>
      </HeaderDetail>
      <StatusDetail>
        <KeyHint keys="Enter">review</KeyHint>
        <KeyHint keys="]">next part</KeyHint>
        <KeyHint keys="Escape">all queues</KeyHint>
      </StatusDetail>
      <div className={classes.queueBar}>
        <nav className={classes.tabs} aria-label="Parts of the queue">
          {TABS.map((tab) => (
            <a
              key={tab.view}
              className={cx(classes.tab, tab.view === view && classes.tabOn)}
              aria-current={tab.view === view ? 'page' : undefined}
              href={formatHash({ screen: 'review', view: tab.view, queueId })}
            >
              {tab.title}
              {tab.view === 'disagreements' && queue.disputed > 0 && ` ${formatCount(queue.disputed)}`}
            </a>
          ))}
        </nav>
        <Progress done={queue.completed} of={queue.itemCount} />
        <div className={classes.barEnd}>
          <ReviewerMenu names={namesOf(queue)} />
          <MergeButton />
          <QueueMenu queue={queue} />
          <Button
            component="a"
            variant="filled"
            href={formatHash({ screen: 'review', view: 'work', queueId })}
          >
            Review
          </Button>
        </div>
      </div>
      <div className={classes.queueBody}>{children}</div>
    </MergeTarget>
  );
}
