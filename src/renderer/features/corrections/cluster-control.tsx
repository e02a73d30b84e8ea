import { Button, Checkbox, NumberInput, Popover, Radio } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { CorrectionSummary } from '../../../shared/contract/correction';
import { cx } from '../../lib/class-names';
import { formatCount, formatPercent, formatPlural, formatRecent } from '../../lib/format';
import { cancelClustering, runClustering, useClusterRun } from './cluster-run';
import { ModelChoice } from './model-choice';
import { timeLeft } from './time-left';
import classes from './top-bar.module.css';

interface ClusterControlProps {
  summary: CorrectionSummary;
  /** Corrections in no cluster, for want of a new clustering. */
  unclustered: number;
}

/** Groups anew: by how many clusters, what was done last and whether that is out of date. */
export function ClusterControl({ summary, unclustered }: ClusterControlProps): ReactNode {
  const { run, isRunStale } = summary;
  const [isOpen, setOpen] = useState(false);
  const [isGiven, setGiven] = useState(false);
  const [count, setCount] = useState(run?.clusterCount ?? 8);
  const [basis, setBasis] = useState(run?.comparedBy.basis ?? 'wording');
  const [withAnswered, setWithAnswered] = useState(run?.comparedBy.withAnswered ?? false);
  const running = useClusterRun();
  const start = () => {
    setOpen(false);
    void runClustering({ count: isGiven ? count : null, basis, withAnswered });
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          className={cx(isRunStale && classes.stale)}
          disabled={running !== null}
          rightSection={<IconChevronDown size={13} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {isRunStale ? `Clusters, ${formatCount(unclustered)} not in one` : 'Clusters'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          {run !== null && (
            <p>
              {formatPlural(run.itemCount, 'correction')} in {formatPlural(run.clusterCount, 'cluster')},{' '}
              {formatRecent(run.at)}. Number of clusters: {run.criterion}. Compared by {run.features}.
            </p>
          )}
          {isRunStale && (
            <p className={classes.warn}>
              Out of date: {formatPlural(unclustered, 'correction')} came since then and{' '}
              {unclustered === 1 ? 'is' : 'are'} in no cluster.
            </p>
          )}
          <Radio.Group
            label="How many clusters"
            value={isGiven ? 'given' : 'auto'}
            onChange={(value) => setGiven(value === 'given')}
          >
            <div className={classes.choices}>
              <Radio value="auto" label="As many as lie clearly apart" />
              <Radio value="given" label="This many:" />
              <NumberInput
                className={classes.count}
                aria-label="Number of clusters"
                min={1}
                max={500}
                allowDecimal={false}
                value={count}
                onFocus={() => setGiven(true)}
                onChange={(value) => setCount(Math.min(Math.max(Math.round(Number(value) || 1), 1), 500))}
              />
            </div>
          </Radio.Group>
          <ModelChoice basis={basis} onBasis={setBasis} />
          <Checkbox
            label="Compare also what the agent had said just before"
            checked={withAnswered}
            onChange={(event) => setWithAnswered(event.currentTarget.checked)}
          />
          {basis === 'wording' && (
            <p>
              By wording, clusters are no themes: what is said in other words lands in another cluster, until
              you merge them or compare by a sentence model.
            </p>
          )}
          <p>Names stay with clusters whose members stay together. What you sorted is not touched.</p>
          <div className={classes.buttons}>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button type="submit" variant="filled" data-autofocus>
              {run === null ? 'Group them' : 'Group anew'}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A clustering under way: what it does, how far it is, how long still, and a way to stop it. */
export function RunningBar(): ReactNode {
  const run = useClusterRun();
  if (run === null) return null;
  return (
    <div className={classes.running} role="status">
      <span>Grouping: {run.step}</span>
      <span
        className={classes.runBar}
        role="progressbar"
        aria-label="Grouping"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(run.share * 100)}
      >
        <span style={{ width: `${(run.share * 100).toFixed(1)}%` }} />
      </span>
      <span className={classes.runFacts}>
        {[formatPercent(run.share), timeLeft(run)].filter(Boolean).join(', ')}
      </span>
      <Button onClick={cancelClustering}>Cancel</Button>
    </div>
  );
}
