import { useMemo, type ReactNode } from 'react';
import { FACET_VALUES, type Facets } from '../../../shared/contract/session';
import { pillarSchema } from '../../../shared/model/pillar';
import { sessionFlagSchema, type SessionFilter } from '../../../shared/model/session';
import { userActSchema, userActWords } from '../../../shared/model/user-turn';
import { LaneMark } from '../../components/flag';
import { SignalStageNote } from '../../components/signal-stage';
import { formatCount, formatDate, formatDateTime } from '../../lib/format';
import { compactFilter } from '../../lib/session-query';
import { toHalfOpen, toInclusive, type Bin } from './brush';
import { FacetGroup, FacetSection, type FacetValue } from './facet-group';
import { isOpenFacet } from './facet-search';
import { correctionWords, FACETS, flagWords, type ListFacet } from './facet-words';
import { toggleValue, turnRangeWords, withoutPart, type ValueNames } from './filter-edits';
import { HistogramBrush } from './histogram-brush';
import classes from './facets.module.css';

interface FacetPanelProps {
  facets: Facets;
  filter: SessionFilter;
  nameOf: ValueNames;
  onChange: (filter: SessionFilter) => void;
}

const OPEN_AT_FIRST: readonly ListFacet[] = [
  'signals',
  'allSignals',
  'scoreTenths',
  'failureModeIds',
  'labels',
  'errorPillars',
  'features',
  'cohorts',
  'models',
];
/** These tell nothing apart while there is one value alone. */
const NEEDS_TWO: readonly ListFacet[] = ['formats', 'sourceIds', 'models', 'agentVersions', 'userIds'];

const DAY_MS = 86_400_000;

/** What the sessions have in common and what tells them apart, with counts; each value narrows the list. */
export function FacetPanel({ facets, filter, nameOf, onChange }: FacetPanelProps): ReactNode {
  // The last bin ends with the last session, and the filter leaves the end of its range out.
  const startBins = useMemo(() => withLastWithin(facets.startMs.bins), [facets.startMs.bins]);
  const turnBins = facets.turnCount.bins;
  const setRange = (part: 'startMs' | 'turnCount', range: [number, number] | null) =>
    onChange(range === null ? withoutPart(filter, part) : compactFilter({ ...filter, [part]: range }));
  return (
    <div className={classes.panel} aria-label="Filters" role="region">
      {startBins.length > 0 && (
        <FacetSection title="Start" chosenCount={filter.startMs === undefined ? 0 : 1} isOpenAtFirst>
          <HistogramBrush
            label="Sessions by start time"
            bins={startBins}
            range={filter.startMs ?? null}
            onChange={(range) => setRange('startMs', range && [Math.floor(range[0]), Math.ceil(range[1])])}
            words={(range) => binTimeWords(range)}
            ends={[formatDate(startBins[0]?.from), formatDate(startBins.at(-1)?.to)]}
          />
        </FacetSection>
      )}
      {turnBins.length > 1 && (
        <FacetSection title="Turns" chosenCount={filter.turnCount === undefined ? 0 : 1} isOpenAtFirst>
          <HistogramBrush
            label="Sessions by number of turns"
            bins={turnBins}
            range={filter.turnCount === undefined ? null : toHalfOpen(filter.turnCount)}
            onChange={(range) => setRange('turnCount', toInclusive(range))}
            words={(range) => turnRangeWords(toInclusive(range) ?? range)}
            ends={[formatCount(turnBins[0]?.from), formatCount((turnBins.at(-1)?.to ?? 1) - 1)]}
          />
        </FacetSection>
      )}
      <div className={classes.soFar}>
        <SignalStageNote />
      </div>
      {FACETS.slice(0, 1).map((words) => group(words.facet))}
      <FacetGroup
        title="Corrections"
        isSingle
        isOpenAtFirst
        chosen={filter.correction === undefined ? [] : [filter.correction]}
        values={correctionValues(facets)}
        onToggle={(value) =>
          onChange(
            value === filter.correction
              ? withoutPart(filter, 'correction')
              : { ...filter, correction: value as NonNullable<SessionFilter['correction']> },
          )
        }
      />
      {FACETS.slice(1).map((words) => group(words.facet))}
    </div>
  );

  function group(facet: ListFacet): ReactNode {
    const words = FACETS.find((one) => one.facet === facet);
    if (words === undefined) return null;
    const counted = facets[words.counts];
    const chosen: readonly string[] = filter[facet] ?? [];
    // Comes from the pairs on the signals screen; by itself it would repeat the list above.
    if (facet === 'allSignals' && chosen.length === 0) return null;
    if (counted.length < 2 && chosen.length === 0 && NEEDS_TWO.includes(facet)) return null;
    const isCut = counted.length >= FACET_VALUES;
    return (
      <FacetGroup
        key={`${facet}${isCut ? ' cut' : ''}`}
        title={words.title}
        values={counted.map((value) => shownValue(facet, value, nameOf))}
        search={isCut && isOpenFacet(facet) ? { facet, filter } : null}
        chosen={chosen}
        onToggle={(value) => onChange(toggleValue(filter, facet, value))}
        isOpenAtFirst={OPEN_AT_FIRST.includes(facet)}
      />
    );
  }
}

function withLastWithin(bins: readonly Bin[]): Bin[] {
  return bins.map((bin, index) => (index === bins.length - 1 ? { ...bin, to: bin.to + 1 } : bin));
}

/** Some days are said as dates; less than that to the minute. There is little room. */
function binTimeWords([from, to]: readonly [number, number]): string {
  const say = to - from >= 2 * DAY_MS ? formatDate : formatDateTime;
  return say(from) === say(to) ? say(from) : `${say(from)} to ${say(to)}`;
}

function correctionValues(facets: Facets): FacetValue[] {
  const counts = new Map(facets.corrections.map((one) => [one.value, one.count]));
  return (['any', 'confirmed', 'proposed', 'none'] as const)
    .map((value) => ({ value, label: correctionWords[value], count: counts.get(value) ?? 0 }))
    .filter((one) => one.count > 0);
}

function shownValue(
  facet: ListFacet,
  { value, label, count }: Facets['models'][number],
  nameOf: ValueNames,
): FacetValue {
  if (facet === 'flags') {
    const flag = sessionFlagSchema.safeParse(value);
    return flag.success
      ? { value, label: flagWords[flag.data].title, meaning: flagWords[flag.data].meaning, count }
      : { value, label, count };
  }
  if (facet === 'errorPillars') {
    const pillar = pillarSchema.safeParse(value);
    return {
      value,
      label,
      count,
      ...(pillar.success ? { mark: <LaneMark lane={pillar.data} isSmall /> } : {}),
    };
  }
  if (facet === 'userActs') {
    const act = userActSchema.safeParse(value);
    if (act.success)
      return {
        value,
        label: userActWords[act.data].title,
        meaning: userActWords[act.data].definition,
        count,
      };
  }
  const name = nameOf(facet, value);
  return { value, label: name === value ? label : name, count };
}
