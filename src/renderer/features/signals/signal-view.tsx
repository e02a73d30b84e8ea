import { Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Signal } from '../../../shared/model/signal';
import { ErrorState } from '../../components/empty-state';
import { HintFlag, LaneMark } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { formatCount, formatPlural } from '../../lib/format';
import { toggle } from './acts';
import { FindingsCard } from './findings-card';
import { PairsChart } from './pairs-chart';
import { PrevalenceChart } from './prevalence-chart';
import { QueryForm } from './query-form';
import { ScoreTrust } from './score-trust';
import { SignalTrendChart } from './signal-trend';
import { TrustTable } from './trust-table';
import { TuningCard } from './tuning-card';
import { useSignalJob } from './signal-job';
import classes from './signals.module.css';

interface SignalViewProps {
  signal: Signal;
  signals: readonly Signal[];
  onChoose: (id: string) => void;
}

const ORIGINS: Record<Signal['origin'], string> = {
  'built-in': 'built in',
  query: 'a query of this workspace',
  room: 'found with the corrections',
};

/** Right: everything known of one signal, and what can be done with it. */
export function SignalView({ signal, signals, onChoose }: SignalViewProps): ReactNode {
  const isBusy = useSignalJob() !== null;
  return (
    <div className={classes.view}>
      <header className={classes.head}>
        <LaneMark lane={signal.pillar} />
        <div className={classes.text}>
          <div className={classes.name}>
            <b>
              <SafeText text={signal.title} />
            </b>
            {signal.isHint && <HintFlag />}
            <span className={classes.dim}>
              {ORIGINS[signal.origin]}, version {signal.version};{' '}
              {formatPlural(signal.findingCount, 'finding')} in {formatCount(signal.sessionCount)}{' '}
              {signal.sessionCount === 1 ? 'session' : 'sessions'}
            </span>
          </div>
          <div className={classes.description}>
            <SafeText text={signal.description} />
          </div>
        </div>
        {signal.origin !== 'room' && (
          <Switch
            label={signal.isEnabled ? 'on' : 'off'}
            aria-label={`${signal.title} is looked for`}
            checked={signal.isEnabled}
            disabled={isBusy}
            onChange={() => void toggle(signal)}
          />
        )}
      </header>
      {signal.problem !== null && (
        <ErrorState
          error={new Error(signal.problem)}
          title="It could not run the last time."
          advice="Change its query or its parameters and apply."
        />
      )}
      <div className={classes.charts}>
        <PrevalenceChart signal={signal} />
        <SignalTrendChart signal={signal} />
        <PairsChart signal={signal} signals={signals} />
        <TrustTable signal={signal} />
      </div>
      <FindingsCard signal={signal} />
      {signal.origin === 'query' && (
        <QueryForm
          key={`${signal.sql ?? ''} ${signal.title}`}
          signal={signal}
          taken={signals.map((one) => one.id)}
          onSaved={onChoose}
        />
      )}
      {signal.fields.length > 0 && <TuningCard key={JSON.stringify(signal.parameters)} signal={signal} />}
      <ScoreTrust />
    </div>
  );
}
