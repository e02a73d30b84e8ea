import { Button, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { GateVerdict } from '../../../shared/contract/regression';
import { gateRuleSchema, type GateRule, type RegressionSet } from '../../../shared/model/regression';
import { EmptyState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { ShareBar } from '../../components/share-bar';
import { cx } from '../../lib/class-names';
import { client, orpc } from '../../lib/client';
import { formatPercent, formatPlural, formatShare } from '../../lib/format';
import { importName } from '../../lib/import-words';
import { formatHash } from '../../lib/navigation';
import { shell } from '../../lib/shell';
import { toastDone, toastError } from '../../lib/toast';
import classes from './regression.module.css';

const RULES: Record<GateRule, string> = {
  point: 'as measured',
  surely: 'only when it is sure (95%)',
  possibly: 'already when it is possible (95%)',
};

/** Holds a run against the set: which imports hold it, how large a drop is let through, and the verdict. */
export function Gate({ set }: { set: RegressionSet }): ReactNode {
  const imports = useQuery(orpc.imports.list.queryOptions());
  const [importIds, setImportIds] = useState<string[]>([]);
  const [maxDrop, setMaxDrop] = useState(2);
  const [rule, setRule] = useState<GateRule>('point');
  const gate = useMutation({
    mutationFn: () =>
      client.regression.gate({
        set: set.setId,
        importIds: importIds.length === 0 ? null : importIds,
        maxDrop: maxDrop / 100,
        rule,
      }),
    meta: { doing: 'hold the run against the set' },
  });
  if (set.cases.length === 0)
    return (
      <EmptyState title="Nothing to go by">Make some cases first; the gate decides a run by them.</EmptyState>
    );
  return (
    <div className={classes.page}>
      <div className={classes.inline}>
        <MultiSelect
          className={classes.wide}
          label="Imports that hold the new run"
          placeholder={importIds.length === 0 ? 'all imports' : ''}
          data={(imports.data ?? []).map((one) => ({ value: one.importId, label: importName(one) }))}
          value={importIds}
          onChange={setImportIds}
        />
        <NumberInput
          className={classes.narrow}
          label="Largest drop, %"
          min={0}
          max={100}
          value={maxDrop}
          onChange={(value) => setMaxDrop(typeof value === 'number' ? value : 2)}
        />
        <Select
          className={classes.middle}
          label="A drop counts"
          data={gateRuleSchema.options.map((value) => ({ value, label: RULES[value] }))}
          value={rule}
          allowDeselect={false}
          onChange={(value) => setRule(gateRuleSchema.options.find((one) => one === value) ?? 'point')}
        />
        <Button variant="filled" loading={gate.isPending} onClick={() => gate.mutate()}>
          Run the gate
        </Button>
      </div>
      {gate.data === undefined ? (
        <p className={classes.note}>
          Each case finds its session in the new run, by case id, session id or wording, and its checks decide
          it. The gate closes when the pass rate drops by more than the largest drop.
        </p>
      ) : (
        <Verdict verdict={gate.data} />
      )}
    </div>
  );
}

type CaseOf = GateVerdict['cases'][number];

/** Cases whose outcome is not what it was before; without a baseline those that do not pass. */
function hasChanged(one: Pick<CaseOf, 'passed' | 'before'>, hasBaseline: boolean): boolean {
  return hasBaseline ? one.passed !== one.before : one.passed !== true;
}

function Verdict({ verdict }: { verdict: GateVerdict }): ReactNode {
  const [isAll, setAll] = useState(false);
  const changed = verdict.cases.filter((one) => hasChanged(one, verdict.baselineName !== null));
  const rows = isAll ? verdict.cases : changed;
  return (
    <>
      <section
        className={cx(classes.verdict, verdict.isOpen ? classes.open : classes.closed)}
        aria-label="Verdict"
      >
        <b>{verdict.isOpen ? 'Open: the run may pass' : 'Closed: the run is stopped'}</b>
        <span>{verdict.reason}</span>
        <div className={classes.rates}>
          <span>expected{verdict.baselineName !== null && ` (“${verdict.baselineName}”)`}</span>
          <ShareBar share={verdict.expected} of="of cases expected to pass" color="var(--ok)" />
          <span>{formatShare(verdict.expected)}</span>
          <span>this run</span>
          <ShareBar share={verdict.passed} of="of matched cases pass" color="var(--ok)" />
          <span>{formatShare(verdict.passed)}</span>
        </div>
        <span className={classes.dim}>
          {verdict.unmatched} of {formatPlural(verdict.cases.length, 'case')} found no session,{' '}
          {verdict.undecided} undecided
        </span>
      </section>
      <VerdictActs verdict={verdict} />
      <div className={classes.inline}>
        <b>{isAll ? 'All cases' : `${formatPlural(changed.length, 'case')} changed`}</b>
        <Button onClick={() => setAll(!isAll)}>{isAll ? 'Only those that changed' : 'Show all cases'}</Button>
      </div>
      <ul className={classes.picker} aria-label="Cases of the gate">
        {rows.map((one) => (
          <GateCase key={one.caseId} one={one} hasBaseline={verdict.baselineName !== null} />
        ))}
      </ul>
    </>
  );
}

function said(passed: boolean | null): string {
  return passed === null ? 'undecided' : passed ? 'passes' : 'fails';
}

function GateCase({ one, hasBaseline }: { one: CaseOf; hasBaseline: boolean }): ReactNode {
  return (
    <li className={classes.gateCase}>
      <span
        className={cx(
          classes.outcome,
          one.passed === true ? classes.good : one.passed === false && classes.bad,
        )}
      >
        {one.sessionId === null ? 'not found' : said(one.passed)}
      </span>
      <div className={classes.messageText}>
        <SafeText text={one.name} />
        <span className={classes.dim}>
          {hasBaseline ? `before: ${said(one.before)}` : 'no baseline yet'};{' '}
          {one.failureModeName ?? 'no failure mode'}, severity {one.severity}
          {one.split === 'held-out' && ', held out'}
          {one.sessionId !== null && (
            <>
              ; <a href={formatHash({ screen: 'session', sessionId: one.sessionId })}>session of the run</a>{' '}
              by {one.matchedBy}
              {one.matchedBy === 'wording' && ` (${formatPercent(one.similarity)} alike)`}
            </>
          )}
          ; from <SafeText text={`${one.sourcePath}:${one.line}`} />
        </span>
        {one.results.map((result) => (
          <span key={result.check} className={classes.dim}>
            <SafeText text={result.reason.slice(0, 300)} />
            {one.sessionId !== null && result.spanId !== null && (
              <>
                {' '}
                <a href={formatHash({ screen: 'session', sessionId: one.sessionId, spanId: result.spanId })}>
                  show the span
                </a>
              </>
            )}
          </span>
        ))}
      </div>
    </li>
  );
}

function VerdictActs({ verdict }: { verdict: GateVerdict }): ReactNode {
  const [name, setName] = useState('');
  const record = useMutation({
    mutationFn: () => client.regression.recordBaseline({ setId: verdict.setId, name: name.trim(), verdict }),
    meta: { doing: 'record the baseline' },
    onSuccess: ({ version }) =>
      toastDone(`Recorded as the baseline: version ${version}. Undo takes it back.`),
  });
  const copy = async (format: 'junit' | 'markdown') => {
    try {
      const { text } = await client.regression.gateReport({ verdict, format });
      await shell.copyText(text);
      toastDone(`Copied the verdict as ${format === 'junit' ? 'JUnit XML' : 'Markdown'}.`);
    } catch (error) {
      toastError(error, 'copy the verdict');
    }
  };
  return (
    <form
      className={classes.inline}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') record.mutate();
      }}
    >
      <TextInput
        className={classes.middle}
        label="Record this run as the baseline"
        placeholder="release 12"
        value={name}
        maxLength={120}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" disabled={name.trim() === ''} loading={record.isPending}>
        Record it
      </Button>
      <Button onClick={() => void copy('markdown')}>Copy as Markdown</Button>
      <Button onClick={() => void copy('junit')}>Copy as JUnit XML</Button>
    </form>
  );
}
