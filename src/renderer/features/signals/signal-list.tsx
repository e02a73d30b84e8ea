import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Share } from '../../../shared/model/codebook';
import type { Signal } from '../../../shared/model/signal';
import { Flag, HintFlag, LaneMark } from '../../components/flag';
import { Kbd } from '../../components/kbd';
import { SafeText } from '../../components/safe-text';
import { ShareBar } from '../../components/share-bar';
import { VirtualList } from '../../components/virtual-list';
import { cx } from '../../lib/class-names';
import { formatCount, formatPlural, formatShare } from '../../lib/format';
import { laneColor } from '../../lib/lanes';
import { trustSummary } from './trust-words';
import classes from './signals.module.css';

interface SignalListProps {
  signals: readonly Signal[];
  shares: ReadonlyMap<string, Share>;
  chosenId: string | null;
  onChoose: (id: string) => void;
  onAdd: () => void;
}

/** Left: all signals, the most frequent first, each with how often it was found and how far it can be trusted. */
export function SignalList({ signals, shares, chosenId, onChoose, onAdd }: SignalListProps): ReactNode {
  const most = Math.max(0.05, ...[...shares.values()].map((share) => share.share ?? 0));
  return (
    <div className={classes.column}>
      <div className={classes.list}>
        <VirtualList
          count={signals.length}
          estimateSize={() => 62}
          getKey={(index) => signals[index]?.id ?? index}
          label="Signals"
          renderItem={(index) => {
            const signal = signals[index];
            return (
              signal && (
                <SignalRow
                  signal={signal}
                  share={shares.get(signal.id)}
                  most={most}
                  isChosen={signal.id === chosenId}
                  onChoose={() => onChoose(signal.id)}
                />
              )
            );
          }}
        />
      </div>
      <button type="button" className={classes.add} onClick={onAdd}>
        <IconPlus size={14} aria-hidden />
        New signal as a query <Kbd keys="+" />
      </button>
    </div>
  );
}

interface SignalRowProps {
  signal: Signal;
  share: Share | undefined;
  most: number;
  isChosen: boolean;
  onChoose: () => void;
}

function SignalRow({ signal, share, most, isChosen, onChoose }: SignalRowProps): ReactNode {
  return (
    <button
      type="button"
      className={cx(classes.row, isChosen && classes.chosen, !signal.isEnabled && classes.off)}
      aria-current={isChosen}
      data-signal={signal.id}
      onClick={onChoose}
    >
      <LaneMark lane={signal.pillar} isSmall />
      <span className={classes.text}>
        <span className={classes.name}>
          <SafeText text={signal.title} />
          {signal.isHint && <HintFlag />}
          {signal.origin === 'query' && <Flag tone="mode">yours</Flag>}
          {!signal.isEnabled && <Flag tone="warn">off</Flag>}
          {signal.isEnabled && signal.isTuned && <Flag>tuned</Flag>}
          {signal.problem !== null && <Flag tone="fail">did not run</Flag>}
        </span>
        <span className={classes.dim}>{trustSummary(signal.trust, signal.reading)}</span>
      </span>
      <span className={classes.measure}>
        <span>
          {formatPlural(signal.findingCount, 'finding')} <span className={classes.dim}>in</span>{' '}
          {formatCount(signal.sessionCount)}
        </span>
        {share !== undefined && signal.findingCount > 0 && (
          <>
            <ShareBar share={share} of="of sessions" max={most} color={laneColor(signal.pillar)} />
            <span className={classes.dim}>{formatShare(share)}</span>
          </>
        )}
      </span>
    </button>
  );
}
