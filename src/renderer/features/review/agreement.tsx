import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import type { AgreementReport, Coefficient } from '../../../shared/contract/review';
import { verdictSchema } from '../../../shared/model/review';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import classes from './review.module.css';

const MEASURES: Record<Coefficient['measure'], string> = {
  percent: 'share of equal pairs',
  cohen: 'Cohen’s kappa',
  fleiss: 'Fleiss’ kappa',
  'alpha-nominal': 'Krippendorff’s alpha, nominal',
  'alpha-ordinal': 'Krippendorff’s alpha, ordinal',
  'alpha-sets': 'Krippendorff’s alpha, sets',
};

const two = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

/** How far reviewers agree, with each other and with what the machine found. */
export function Agreement({ queueId }: { queueId: string }): ReactNode {
  const query = useQuery(orpc.review.agreement.queryOptions({ input: { queueId } }));
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <SkeletonRows label="Comparing the reviews" />;
  const report = query.data;
  if (report.reviewers.length === 0)
    return (
      <EmptyState title="Nothing to compare yet">
        Agreement is shown as soon as a session has been reviewed; between reviewers, once two of them have
        reviewed the same one.
      </EmptyState>
    );
  return (
    <div className={classes.cards}>
      <Coefficients report={report} />
      {report.pairs.map((pair) => (
        <Confusion key={JSON.stringify([pair.first, pair.second])} pair={pair} />
      ))}
      <Signals report={report} />
      <Judges report={report} />
    </div>
  );
}

interface FigureRow {
  key: string;
  /** A cell for each column of names, then one for each column of figures. */
  names: readonly ReactNode[];
  figures: readonly ReactNode[];
}

function FigureTable({
  label,
  names,
  figures,
  rows,
}: {
  label: string;
  names: readonly string[];
  figures: readonly string[];
  rows: readonly FigureRow[];
}): ReactNode {
  return (
    <table className={classes.plainTable} aria-label={label}>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name}>{name}</th>
          ))}
          {figures.map((figure) => (
            <th key={figure} className={classes.right}>
              {figure}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            {names.map((name, i) => (
              <td key={name}>{row.names[i]}</td>
            ))}
            {figures.map((figure, i) => (
              <td key={figure} className={classes.right}>
                {row.figures[i]}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function interval({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? '–' : `[${two(low)}, ${two(high)}]`;
}

function Coefficients({ report }: { report: AgreementReport }): ReactNode {
  return (
    <section className={classes.card} aria-label="Agreement between reviewers">
      <h2>Agreement between reviewers</h2>
      {report.reviewers.length < 2 ? (
        <p className={classes.dim}>
          Only {report.reviewers[0]} has reviewed. Export the queue for a colleague, or review under another
          name.
        </p>
      ) : (
        <FigureTable
          label="Agreement"
          names={['Of', 'Measure']}
          figures={['Value', '95% interval', 'Items']}
          rows={report.coefficients.map((one) => ({
            key: one.measure,
            names: [one.of, MEASURES[one.measure]],
            figures: [<b key="value">{two(one.value)}</b>, interval(one), formatCount(one.items)],
          }))}
        />
      )}
      <p className={classes.dim}>
        Intervals by bootstrap over the items. A dash: too few items, or no variation to be explained by
        anything but chance.
      </p>
    </section>
  );
}

/** Who said what where the other said what: on the diagonal they agree. */
function Confusion({ pair }: { pair: AgreementReport['pairs'][number] }): ReactNode {
  const verdicts = verdictSchema.options;
  const counts = useMemo(
    () => new Map(pair.confusion.map((cell) => [`${cell.first} ${cell.second}`, cell.count])),
    [pair],
  );
  const title = `${pair.first} and ${pair.second}: verdicts`;
  return (
    <section className={classes.card} aria-label={title}>
      <h2>{title}</h2>
      <table className={classes.confusion} aria-label={title}>
        <thead>
          <tr>
            <th />
            {verdicts.map((verdict) => (
              <th key={verdict} scope="col">
                {pair.second}: {verdict}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {verdicts.map((first) => (
            <tr key={first}>
              <th scope="row">
                {pair.first}: {first}
              </th>
              {verdicts.map((second) => {
                const count = counts.get(`${first} ${second}`) ?? 0;
                return (
                  <td
                    key={second}
                    className={count === 0 ? classes.none : first === second ? classes.same : classes.differs}
                    title={`${pair.first} said ${first}, ${pair.second} said ${second}: ${formatPlural(count, 'session')}`}
                  >
                    {formatCount(count)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.dim}>
        Cohen’s kappa {two(pair.kappa)} over {formatPlural(pair.items, 'session')}.
      </p>
    </section>
  );
}

/** Each signal as a reviewer of its own. */
function Signals({ report }: { report: AgreementReport }): ReactNode {
  const signals = useQuery(orpc.signal.list.queryOptions());
  const titles = new Map(signals.data?.map((signal) => [signal.id, signal.title]));
  const rows = report.machine
    .filter((one) => one.bothMissed + one.onlySignal > 0)
    .sort((a, b) => (b.kappa ?? -2) - (a.kappa ?? -2));
  if (rows.length === 0) return null;
  return (
    <section className={classes.card} aria-label="Signals against reviewers">
      <h2>Signals against reviewers</h2>
      <p className={classes.dim}>
        Each signal as if it were a reviewer that calls every session it fires in missed. Sessions, by what
        the people decided.
      </p>
      <FigureTable
        label="Signals against reviewers"
        names={['Signal']}
        figures={['Kappa', 'Both missed', 'Only the signal', 'Only reviewers', 'Neither']}
        rows={rows.map((one) => ({
          key: one.signal,
          names: [titles.get(one.signal) ?? one.signal],
          figures: [
            two(one.kappa),
            ...[one.bothMissed, one.onlySignal, one.onlyReviewer, one.neither].map(formatCount),
          ],
        }))}
      />
    </section>
  );
}

/** The local judge of each objective as a reviewer of its own. */
function Judges({ report }: { report: AgreementReport }): ReactNode {
  if (report.judges.length === 0) return null;
  return (
    <section className={classes.card} aria-label="Local judge against reviewers">
      <h2>Local judge against reviewers</h2>
      <p className={classes.dim}>
        What the judge on this machine said in the latest evaluation of each objective, on sessions that
        people decided too. Until it agrees with them, it decides nothing.
      </p>
      <FigureTable
        label="Local judge against reviewers"
        names={['Objective', 'Model']}
        figures={['Kappa', '95% interval', 'Both missed', 'Only the judge', 'Only reviewers', 'Neither']}
        rows={report.judges.map((one) => ({
          key: one.objectiveId,
          names: [
            <SafeText key="name" text={one.name} />,
            <span key="model" title={`rubric ${one.rubricHash}`}>
              <SafeText text={one.model} />
            </span>,
          ],
          figures: [
            <b key="kappa">{two(one.kappa)}</b>,
            interval(one),
            ...[one.bothMissed, one.onlyJudge, one.onlyReviewer, one.neither].map(formatCount),
          ],
        }))}
      />
    </section>
  );
}
