/**
 * The free codes, those under no failure mode yet first, then failure mode by failure mode. Codes are dragged under failure
 * modes, cards onto codes; with the keys: arrows, a digit to put the code under that failure mode, Backspace to take it out.
 */
import { Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import type { CodeUse } from '../../../shared/model/code';
import { ErrorState } from '../../components/empty-state';
import { Kbd } from '../../components/kbd';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { cx } from '../../lib/class-names';
import { formatCount, formatPlural } from '../../lib/format';
import { groupedCodes, type CodeGroup } from './code-groups';
import { isDragged, putDragged, takeDragged, type Dragged } from './drag';
import type { TableActs } from './table-acts';
import type { Table } from './use-table';
import classes from './codes-pane.module.css';

export function CodesPane({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { codes, modes } = table;
  const groups = useMemo(() => groupedCodes(codes.data ?? [], modes.modes), [codes.data, modes.modes]);
  if (codes.isError) return <ErrorState error={codes.error} onRetry={() => void codes.refetch()} />;
  if (codes.isPending) return <SkeletonRows label="Fetching the codes" />;
  if (codes.data.length === 0)
    return (
      <p className={classes.none}>
        A free code is a few words of your own on a card, before there is a failure mode for it. Press{' '}
        <Kbd keys="f" /> on a card to write one. Once the same codes come back, drag them under failure modes
        here.
      </p>
    );
  return <Groups table={table} act={act} groups={groups} />;
}

function Groups({ table, act, groups }: { table: Table; act: TableActs; groups: CodeGroup[] }): ReactNode {
  const listRef = useRef<HTMLDivElement>(null);
  const order = groups.flatMap((group) => group.codes.map((one) => one.code));
  const [focused, setFocused] = useState(order[0] ?? '');
  const tabStop = order.includes(focused) ? focused : (order[0] ?? '');
  const { codesAskedFor } = table;
  useEffect(() => {
    if (codesAskedFor > 0) listRef.current?.querySelector<HTMLElement>('[data-code][tabindex="0"]')?.focus();
  }, [codesAskedFor]);
  const step = (code: string, by: 1 | -1) => {
    const next = order[order.indexOf(code) + by];
    if (next === undefined) return;
    setFocused(next);
    const rows = listRef.current?.querySelectorAll<HTMLElement>('[data-code]') ?? [];
    [...rows].find((row) => row.dataset['code'] === next)?.focus();
  };
  return (
    <div ref={listRef} className={classes.groups}>
      <p className={classes.advice}>
        Drag a code under a failure mode, or go to it and press the digit of one. Drag it onto another code to
        make them one.
      </p>
      {groups.map((group) => (
        <Group key={group.mode?.id ?? ''} group={group} table={table} act={act}>
          {group.codes.map((one) => (
            <CodeRow
              key={one.code}
              code={one}
              table={table}
              act={act}
              isTabStop={one.code === tabStop}
              onFocus={() => setFocused(one.code)}
              onStep={(by) => step(one.code, by)}
            />
          ))}
        </Group>
      ))}
    </div>
  );
}

/** What takes a drop from the table, and whether something is held over it. */
function useDrop(onDrop: (dragged: Dragged) => void) {
  const [isOver, setOver] = useState(false);
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!isDragged(event.dataTransfer)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        const dragged = takeDragged(event.dataTransfer);
        if (dragged !== null) onDrop(dragged);
      },
    },
  };
}

interface GroupProps {
  group: CodeGroup;
  table: Table;
  act: TableActs;
  children: ReactNode;
}

function Group({ group, table, act, children }: GroupProps): ReactNode {
  const { mode } = group;
  const drop = useDrop((dragged) => {
    if (mode !== null) act.dropOnMode(dragged, mode.id);
    else if (dragged.kind === 'code') table.acts.placeCode(dragged.code, null, '');
  });
  const count = group.codes.length;
  return (
    <section
      className={cx(classes.group, drop.isOver && classes.over)}
      aria-label={mode?.name ?? 'Under no failure mode yet'}
      {...drop.handlers}
    >
      <h3 className={cx(classes.groupTitle, count === 0 && classes.isEmpty)}>
        {mode !== null && <span className={classes.digit}>{group.digit}</span>}
        <span className={classes.groupName}>{mode?.name ?? 'Under no failure mode yet'}</span>
        <span className={classes.count}>{count === 0 ? '' : formatPlural(count, 'code')}</span>
      </h3>
      {mode === null && count === 0 && <p className={classes.allPlaced}>All codes are placed.</p>}
      {children}
    </section>
  );
}

interface CodeRowProps {
  code: CodeUse;
  table: Table;
  act: TableActs;
  isTabStop: boolean;
  onFocus: () => void;
  onStep: (by: 1 | -1) => void;
}

function CodeRow({
  code: { code, count, sessions, authors, failureModeId },
  ...props
}: CodeRowProps): ReactNode {
  const { table, act, isTabStop, onFocus, onStep } = props;
  const { acts, modes, place } = table;
  const drop = useDrop((dragged) => act.dropOnCode(dragged, code));
  const isShown = place.code === code;
  const show = () => table.chooseCode(isShown ? null : code);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const mode = /^[1-9]$/u.test(event.key) ? modes.modes[Number(event.key) - 1] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'j') onStep(1);
    else if (event.key === 'ArrowUp' || event.key === 'k') onStep(-1);
    else if (mode !== undefined) acts.placeCode(code, mode.id, mode.name);
    else if (event.key === 'Backspace' && failureModeId !== null) acts.placeCode(code, null, '');
    else if (event.key === 'e') table.setRenaming(code);
    else if (event.key === 'n') acts.promoteCode(code);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={cx(classes.row, isShown && classes.chosen, drop.isOver && classes.over)}
      draggable
      onDragStart={(event) => putDragged(event.dataTransfer, { kind: 'code', code })}
      {...drop.handlers}
    >
      <button
        type="button"
        className={classes.code}
        data-code={code}
        tabIndex={isTabStop ? 0 : -1}
        aria-pressed={isShown}
        title={`${formatPlural(sessions, 'session')}, by ${authors.join(', ') || 'nobody now'}`}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        onClick={show}
      >
        <span className={classes.name}>
          <SafeText text={code} />
        </span>
        <span className={classes.count}>{formatCount(count)}</span>
      </button>
      <CodeMenu code={code} failureModeId={failureModeId} table={table} />
    </div>
  );
}

function CodeMenu({
  code,
  failureModeId,
  table,
}: {
  code: string;
  failureModeId: string | null;
  table: Table;
}): ReactNode {
  const { acts, modes } = table;
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <button type="button" className={classes.more} aria-label={`What to do with the code ${code}`}>
          <IconDots size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        <Menu.Item rightSection={<Kbd keys="e" />} onClick={() => table.setRenaming(code)}>
          Rename…
        </Menu.Item>
        <Menu.Item rightSection={<Kbd keys="n" />} onClick={() => acts.promoteCode(code)}>
          Make it a failure mode
        </Menu.Item>
        {failureModeId !== null && (
          <Menu.Item onClick={() => acts.placeCode(code, null, '')}>Take it out</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>Put it under</Menu.Label>
        {modes.modes.map((mode) => (
          <Menu.Item
            key={mode.id}
            disabled={mode.id === failureModeId}
            onClick={() => acts.placeCode(code, mode.id, mode.name)}
          >
            <SafeText text={mode.name} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
