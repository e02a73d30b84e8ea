import { Button, Select } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { CorrectionSummary } from '../../../shared/contract/correction';
import { Kbd } from '../../components/kbd';
import { formatCount, formatPlural } from '../../lib/format';
import { showDialogue } from '../../lib/frame-state';
import { ClusterControl } from './cluster-control';
import { ExportMenu } from './export-menu';
import { NarrowMenu } from './narrow-menu';
import { orders } from './table-data';
import type { Table } from './use-table';
import classes from './top-bar.module.css';

interface TopBarProps {
  table: Table;
  summary: CorrectionSummary;
  searchRef: RefObject<HTMLInputElement | null>;
}

/** How far the sorting is, and what the table as a whole can be told. */
export function TopBar({ table, summary, searchRef }: TopBarProps): ReactNode {
  return (
    <div className={classes.bar}>
      <Progress summary={summary} />
      <div className={classes.end}>
        <Search text={table.text} onChange={table.setText} inputRef={searchRef} />
        <Select
          aria-label="Order of the cards"
          className={classes.order}
          data={orders}
          value={table.order}
          allowDeselect={false}
          onChange={(value) => {
            const order = orders.find((one) => one.value === value);
            if (order !== undefined) table.setOrder(order.value);
          }}
        />
        <NarrowMenu table={table} />
        <ClusterControl summary={summary} unclustered={unclustered(table)} />
        <Button onClick={() => showDialogue('log')} title="What was done, and by whom (g l)">
          Log
        </Button>
        <ExportMenu />
      </div>
    </div>
  );
}

/** Corrections on the table that no cluster holds. */
function unclustered({ clusters, summary }: Table): number {
  const inClusters = (clusters.data ?? []).reduce((sum, cluster) => sum + cluster.size, 0);
  return Math.max((summary.data?.sortable ?? 0) - inClusters, 0);
}

function Progress({ summary }: { summary: CorrectionSummary }): ReactNode {
  const { sortable, sorted, confirmed, proposed, rejected, setAside } = summary;
  const share = (count: number) => `${((count / Math.max(sortable, 1)) * 100).toFixed(2)}%`;
  // Sorting confirms, so what is confirmed and not sorted is the rest.
  const unsortedConfirmed = Math.max(Math.min(confirmed, sortable) - sorted, 0);
  return (
    <div className={classes.progress}>
      <span className={classes.sorted}>
        <b>{formatCount(sorted)}</b> of {formatCount(sortable)} sorted
      </span>
      <span
        className={classes.track}
        role="progressbar"
        aria-label="Sorted corrections"
        aria-valuemin={0}
        aria-valuemax={sortable}
        aria-valuenow={sorted}
        title={`${formatCount(sorted)} sorted, ${formatPlural(unsortedConfirmed, 'more')} confirmed, ${formatCount(sortable - sorted - unsortedConfirmed)} only proposed`.replace(
          'mores',
          'more',
        )}
      >
        <span className={classes.done} style={{ width: share(sorted) }} />
        <span className={classes.half} style={{ width: share(unsortedConfirmed) }} />
      </span>
      <span className={classes.counts}>
        {formatCount(proposed)} proposed, {formatCount(confirmed)} confirmed, {formatCount(rejected)} rejected
        {setAside > 0 && `, ${formatCount(setAside)} set aside`}
      </span>
    </div>
  );
}

/** Typing that is over: the engine is not asked at each letter. */
const TYPING_MS = 220;

interface SearchProps {
  text: string;
  onChange: (text: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
}

function Search({ text, onChange, inputRef }: SearchProps): ReactNode {
  const [typed, setTyped] = useState({ of: text, text });
  const value = typed.of === text ? typed.text : text;
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (next: string, delay: number) => {
    setTyped({ of: text, text: next });
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(next.trim()), delay);
  };
  return (
    <div className={classes.search}>
      <IconSearch size={14} className={classes.searchIcon} aria-hidden />
      <input
        ref={inputRef}
        className={classes.input}
        type="text"
        value={value}
        maxLength={200}
        placeholder="Search what users said"
        aria-label="Search what users said"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.currentTarget.value, TYPING_MS)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          type(value, 0);
          event.currentTarget.blur();
        }}
      />
      {value === '' ? (
        <Kbd keys="/" />
      ) : (
        <button
          type="button"
          className={classes.clear}
          aria-label="Clear the search"
          onClick={() => type('', 0)}
        >
          <IconX size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}
