import { Button, SegmentedControl, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ObjectiveResults, ObjectiveSummary } from '../../../shared/contract/objective';
import type { SessionFilter } from '../../../shared/model/session';
import { BarRows } from '../../components/bar-rows';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { ShareBar } from '../../components/share-bar';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatDifference, formatP } from '../../lib/comparison-words';
import {
  formatCount,
  formatDateTime,
  formatPlural,
  formatScore,
  formatShare,
  percentTick,
} from '../../lib/format';
import { importName } from '../../lib/import-words';
import { openSessions } from '../../lib/session-query';
import { runEvaluation } from './evaluation-run';
import { OutcomeList } from './outcome-list';
import { Trend } from './trend';
import chart from '../../components/chart.module.css';
import versioned from '../../components/versioned-list.module.css';
import classes from './objectives.module.css';

type Group = ObjectiveResults['groups'][number];

const KIND_TITLES: Record<Group['kind'], string> = {
  import: 'Import',
  source: 'Source file',
  model: 'Model',
  feature: 'Feature',
  cohort: 'Cohort',
  agentVersion: 'Agent version',
};
const KIND_FILTERS: Record<Group['kind'], keyof SessionFilter> = {
  import: 'importIds',
  source: 'sourceIds',
  model: 'models',
  feature: 'features',
  cohort: 'cohorts',
  agentVersion: 'agentVersions',
};
const PAGE = 50;

/** The latest evaluation, or an earlier one: what it adds up to, and the sessions behind it. */
export function Results({ summary }: { summary: ObjectiveSummary }): ReactNode {
  const { objectiveId } = summary.objective;
  const [runId, setRunId] = useState<string>();
  const evaluations = useQuery(orpc.objective.evaluations.queryOptions({ input: { objectiveId } }));
  const shown = evaluations.data?.find((one) => one.runId === runId);
  const input = shown === undefined ? { objectiveId } : { objectiveId, runId: shown.runId };
  const query = useQuery(orpc.objective.results.queryOptions({ input, enabled: summary.latest !== null }));
  if (summary.latest === null)
    return (
      <EmptyState
        title="Not evaluated yet"
        actions={
          <Button variant="filled" onClick={() => void runEvaluation(objectiveId)}>
            Evaluate it
          </Button>
        }
      >
        An evaluation decides every session that the objective holds for, and is kept with its time, the
        version and the imports there were.
      </EmptyState>
    );
  if (query.isPending) return <SkeletonRows label="Fetching the results" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const results = query.data;
  return (
    <div className={classes.results}>
      <div className={classes.figures}>
        <div className={classes.big}>
          <ShareBar share={results.summary.passed} of="of decided sessions pass" color="var(--ok)" />
          <b>{formatShare(results.summary.passed)} pass</b>
          <span className={versioned.dim}>
            {formatCount(results.summary.passed.count)} of {formatCount(results.summary.passed.n)} decided,{' '}
            {formatCount(results.summary.undecided)} undecided
          </span>
        </div>
        <Facts results={results} />
        {(evaluations.data?.length ?? 0) > 1 && (
          <Select
            className={classes.runSelect}
            aria-label="Evaluation"
            data={(evaluations.data ?? []).map((one) => ({
              value: one.runId,
              label: `${formatDateTime(one.at)}, version ${one.version}`,
            }))}
            value={results.summary.runId}
            allowDeselect={false}
            onChange={(value) => setRunId(value ?? undefined)}
          />
        )}
      </div>
      <div className={classes.charts}>
        <Trend results={results} />
        <Groups
          groups={results.groups}
          only={
            results.summary.runId === summary.latest.runId
              ? { objectiveOutcomes: [`${objectiveId}:failed`, `${objectiveId}:passed`] }
              : {}
          }
        />
      </div>
      <Outcomes
        key={results.summary.runId}
        objectiveId={objectiveId}
        runId={results.summary.runId}
        isLatest={results.summary.runId === summary.latest.runId}
      />
    </div>
  );
}

function Facts({ results }: { results: ObjectiveResults }): ReactNode {
  const { summary, previous, judgeAgreement } = results;
  const { comparison } = previous ?? { comparison: null };
  return (
    <ul className={classes.facts}>
      <li>
        version {summary.version}, evaluated {formatDateTime(summary.at)} by {summary.author} over{' '}
        {formatPlural(summary.importIds.length, 'import')}
      </li>
      <li>
        {previous === null
          ? 'the first evaluation; the next one will be held against it'
          : comparison === null
            ? 'the evaluation before decided nothing to compare with'
            : `against the evaluation of ${formatDateTime(previous.summary.at)} (version ${previous.summary.version}): ${formatDifference(comparison)}, p ${formatP(comparison.p)}`}
      </li>
      {summary.judgeModel !== null && (
        <li>
          judged by <SafeText text={summary.judgeModel} />;{' '}
          {judgeAgreement === null || judgeAgreement.items === 0
            ? 'no reviewed session to hold the judge against: review some to calibrate it'
            : `agreement with reviewers: kappa ${formatScore(judgeAgreement.kappa)} [${formatScore(judgeAgreement.low)}, ${formatScore(judgeAgreement.high)}], n = ${judgeAgreement.items}`}
        </li>
      )}
    </ul>
  );
}

/** `only`: what else the sessions behind a bar have in common. */
function Groups({ groups, only }: { groups: readonly Group[]; only: SessionFilter }): ReactNode {
  const sources = useQuery(orpc.session.facets.queryOptions({ input: { filter: {} } }));
  const imports = useQuery(orpc.imports.list.queryOptions());
  const kinds = [...new Set(groups.map((group) => group.kind))];
  const [asked, setKind] = useState<Group['kind']>();
  const kind = kinds.find((one) => one === asked) ?? kinds[0];
  const nameOf = (group: Group) => {
    const record = group.kind === 'import' && imports.data?.find((one) => one.importId === group.value);
    if (record) return importName(record);
    const source = group.kind === 'source' && sources.data?.sources.find((one) => one.value === group.value);
    return source ? source.label : group.value;
  };
  return (
    <ChartCard
      title="Pass rate by group"
      note="Against all other sessions: p by a two-proportion test, adjusted for the groups beside it (Holm)."
      actions={
        kind !== undefined && (
          <Select
            aria-label="Group by"
            data={kinds.map((one) => ({ value: one, label: KIND_TITLES[one] }))}
            value={kind}
            allowDeselect={false}
            onChange={(value) => setKind(kinds.find((one) => one === value))}
          />
        )
      }
    >
      {kind === undefined ? (
        <ChartEmpty>No session was decided, so there is nothing to group.</ChartEmpty>
      ) : (
        <BarRows
          axis="decided sessions that pass, %"
          tick={percentTick}
          most={1}
          labelWidth={150}
          rows={groups
            .filter((group) => group.kind === kind)
            .map((group) => ({
              key: group.value,
              label: (
                <span>
                  <SafeText text={nameOf(group).slice(0, 80)} />
                </span>
              ),
              value: group.passed.share ?? 0,
              low: group.passed.low,
              high: group.passed.high,
              figures: (
                <>
                  <span className={chart.dim}>
                    {group.against === null ? '' : `p ${formatP(group.against.p)}`}
                  </span>
                  <span>{formatShare(group.passed)}</span>
                </>
              ),
              tip: (
                <>
                  <b>
                    <SafeText text={nameOf(group).slice(0, 200)} />
                  </b>
                  {formatCount(group.passed.count)} of {formatPlural(group.passed.n, 'decided session')} pass,{' '}
                  {formatCount(group.undecided)} undecided
                  {group.against !== null && (
                    <>
                      <br />
                      {formatDifference(group.against)} against all others
                    </>
                  )}
                </>
              ),
              color: 'var(--ok)',
              opens: `Show the sessions of ${KIND_TITLES[kind].toLowerCase()} ${nameOf(group)}`,
              onOpen: () => openSessions({ ...only, [KIND_FILTERS[kind]]: [group.value] }),
            }))}
        />
      )}
    </ChartCard>
  );
}

const OUTCOMES = [
  { value: 'failed', label: 'Failed' },
  { value: 'passed', label: 'Passed' },
  { value: 'undecided', label: 'Undecided' },
] as const;

function Outcomes({
  objectiveId,
  runId,
  isLatest,
}: {
  objectiveId: string;
  runId: string;
  isLatest: boolean;
}): ReactNode {
  const [passed, setPassed] = useState<(typeof OUTCOMES)[number]['value']>('failed');
  const [offset, setOffset] = useState(0);
  const query = useQuery(
    orpc.objective.outcomes.queryOptions({
      input: { objectiveId, runId, passed, offset, limit: PAGE },
      placeholderData: keepPreviousData,
    }),
  );
  const total = query.data?.total ?? 0;
  return (
    <section className={classes.outcomes} aria-label="Sessions of the evaluation">
      <div className={classes.outcomesHead}>
        <SegmentedControl
          aria-label="Which sessions"
          data={[...OUTCOMES]}
          value={passed}
          onChange={(value) => {
            setOffset(0);
            setPassed(OUTCOMES.find((one) => one.value === value)?.value ?? 'failed');
          }}
        />
        <span className={versioned.dim}>{query.data !== undefined && formatPlural(total, 'session')}</span>
        {isLatest && total > 0 && (
          <Button onClick={() => openSessions({ objectiveOutcomes: [`${objectiveId}:${passed}`] })}>
            Show them in the list of sessions
          </Button>
        )}
        <span className={classes.pager}>
          <Button disabled={offset === 0} onClick={() => setOffset(Math.max(offset - PAGE, 0))}>
            Previous
          </Button>
          <Button disabled={offset + PAGE >= total} onClick={() => setOffset(offset + PAGE)}>
            Next
          </Button>
        </span>
      </div>
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <SkeletonRows rows={5} label="Fetching the sessions" />
      ) : total === 0 ? (
        <p className={versioned.note}>None. Choose another outcome above.</p>
      ) : (
        <OutcomeList rows={query.data.items} label={`Sessions: ${passed}`} />
      )}
    </section>
  );
}
