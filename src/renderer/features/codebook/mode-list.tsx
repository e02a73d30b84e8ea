import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FailureMode } from '../../../shared/model/codebook';
import { LaneMark } from '../../components/flag';
import { Kbd } from '../../components/kbd';
import { VirtualList } from '../../components/virtual-list';
import { cx } from '../../lib/class-names';
import { formatCount } from '../../lib/format';
import { useShownTheme } from '../../lib/lanes';
import { modeColor } from '../../lib/mode-colors';
import { SafeText } from '../../components/safe-text';
import { inOrder } from './draft';
import { severityTitle } from './severity';
import classes from './mode-list.module.css';

interface ModeListProps {
  modes: readonly FailureMode[];
  changed: readonly string[];
  /** Sorted corrections by failure mode. */
  counts: ReadonlyMap<string, number>;
  chosenId: string | null;
  onChoose: (id: string) => void;
  onAdd: () => void;
}

/** Left of the codebook: the failure modes, each below the one it belongs to, the retired at the end. */
export function ModeList({ modes, changed, counts, chosenId, onChoose, onAdd }: ModeListProps): ReactNode {
  const theme = useShownTheme();
  const listed = inOrder(modes);
  const assignable = modes.filter((mode) => !mode.isRetired).map((mode) => mode.id);
  const indexOf = new Map(assignable.map((id, index) => [id, index]));
  return (
    <div className={classes.column}>
      <div className={classes.list}>
        <VirtualList
          count={listed.length}
          estimateSize={() => 48}
          getKey={(index) => listed[index]?.mode.id ?? index}
          label="Failure modes"
          renderItem={(index) => {
            const item = listed[index];
            if (item === undefined) return null;
            const { mode, depth } = item;
            const place = indexOf.get(mode.id);
            return (
              <button
                type="button"
                className={cx(
                  classes.row,
                  mode.id === chosenId && classes.chosen,
                  mode.isRetired && classes.retired,
                )}
                aria-current={mode.id === chosenId}
                style={{ paddingLeft: 14 + Math.min(depth, 6) * 16 }}
                onClick={() => onChoose(mode.id)}
              >
                <span
                  className={classes.swatch}
                  style={{ background: modeColor(mode.color, place ?? 0, theme) }}
                />
                <span className={classes.text}>
                  <span className={classes.name}>
                    <SafeText text={mode.name} />
                    {changed.includes(mode.id) && <span className={classes.changed}> changed</span>}
                  </span>
                  <span className={classes.facts}>
                    {mode.isRetired ? 'retired' : severityTitle(mode.severity)}
                    {mode.definition === '' && !mode.isRetired && ', no definition yet'}
                  </span>
                </span>
                {mode.pillar !== null && <LaneMark lane={mode.pillar} isSmall />}
                <span className={classes.count} title="Sorted corrections">
                  {formatCount(counts.get(mode.id) ?? 0)}
                </span>
              </button>
            );
          }}
        />
      </div>
      <button type="button" className={classes.add} onClick={onAdd}>
        <IconPlus size={14} aria-hidden />
        New failure mode <Kbd keys="+" />
      </button>
    </div>
  );
}
