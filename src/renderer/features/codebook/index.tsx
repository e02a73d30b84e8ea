/**
 * The codebook: the failure modes with their definitions, every version of them, and which part of the agent a tool
 * belongs to. Changes are a draft until they are saved as a new version. What is chosen is in the address.
 */
import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { orpc } from '../../lib/client';
import { formatPlural, formatRecent } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { navigate, useRouteOf } from '../../lib/navigation';
import { CodebookExport, CodebookImport, StarterMenu } from './codebook-menus';
import { Crosswalk } from './crosswalk';
import { inOrder, withMode, withNewMode, withoutNewMode } from './draft';
import { ModeEditor } from './mode-editor';
import { ModeList } from './mode-list';
import { Numbers } from './numbers';
import { Pillars } from './pillars';
import { SaveBar } from './save-bar';
import { useDraft, type DraftState } from './use-draft';
import { Versions } from './versions';
import classes from './codebook.module.css';

const TABS = [
  { value: 'modes', label: 'Failure modes' },
  { value: 'versions', label: 'Versions' },
  { value: 'numbers', label: 'Numbers' },
  { value: 'crosswalk', label: 'Crosswalk' },
  { value: 'pillars', label: 'Pillars' },
] as const;
type Tab = (typeof TABS)[number]['value'];

const PANES = [260, 440] as const;

export function CodebookScreen(): ReactNode {
  const route = useRouteOf('codebook');
  const state = useDraft();
  const [shownTab, setTab] = useState<Tab>(route?.version === undefined ? 'modes' : 'versions');
  const [against, setAgainst] = useState<number>();
  const noteRef = useRef<HTMLInputElement>(null);
  const { current, draft, changed } = state;

  const chosenId = chosenMode(state, route?.failureModeId);
  const choose = (failureModeId: string) => {
    setTab('modes');
    navigate({ screen: 'codebook', failureModeId }, { replace: true });
  };
  const add = () => {
    if (draft === null) return;
    const names = new Set(draft.modes.map((mode) => mode.name));
    let name = 'New failure mode';
    for (let number = 2; names.has(name); number += 1) name = `New failure mode ${number}`;
    const { draft: next, id } = withNewMode(draft, name);
    state.edit(next);
    choose(id);
  };
  const compare = (version: number) => {
    setTab('versions');
    setAgainst(draft?.base.version);
    navigate({ screen: 'codebook', version }, { replace: true });
  };
  useCodebookKeys({ state, chosenId, choose, add, setTab, focusNote: () => noteRef.current?.focus() });

  if (current.isPending) return <SkeletonRows rows={14} label="Fetching the codebook" />;
  if (current.isError) return <ErrorState error={current.error} onRetry={() => void current.refetch()} />;
  return (
    <div className={classes.screen}>
      <HeaderDetail>
        <span>
          version {current.data.version}, saved {formatRecent(current.data.at)} by {current.data.author}
        </span>
      </HeaderDetail>
      <StatusDetail>
        <span>
          {changed.length === 0 ? 'no changes' : `${formatPlural(changed.length, 'change')} not saved`}
        </span>
        {shownTab === 'modes' && (
          <>
            <KeyHint keys="j">next</KeyHint>
            <KeyHint keys="k">previous</KeyHint>
          </>
        )}
        <KeyHint keys="+">new</KeyHint>
        <KeyHint keys="f">failure modes</KeyHint>
        <KeyHint keys="v">versions</KeyHint>
        <KeyHint keys="n">numbers</KeyHint>
        <KeyHint keys="w">crosswalk</KeyHint>
        <KeyHint keys="p">pillars</KeyHint>
        {changed.length > 0 && <KeyHint keys="mod+s">save</KeyHint>}
      </StatusDetail>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="Part of the codebook"
          data={[...TABS]}
          value={shownTab}
          onChange={(value) => setTab(TABS.find((tab) => tab.value === value)?.value ?? 'modes')}
        />
        <div className={classes.end}>
          {shownTab === 'modes' && <CodebookImport state={state} onTaken={choose} />}
          {shownTab === 'modes' && <StarterMenu state={state} onTaken={choose} />}
          {(shownTab === 'modes' || shownTab === 'versions') && (
            <CodebookExport version={shownTab === 'versions' ? route?.version : undefined} />
          )}
        </div>
      </div>
      <SaveBar state={state} noteRef={noteRef} onCompare={compare} />
      <div className={classes.body}>
        {shownTab === 'modes' && <Modes state={state} chosenId={chosenId} onChoose={choose} onAdd={add} />}
        {shownTab === 'versions' && (
          <Versions
            version={route?.version}
            against={against}
            onChoose={(version) => {
              setAgainst(undefined);
              navigate({ screen: 'codebook', version }, { replace: true });
            }}
            onAgainst={setAgainst}
          />
        )}
        {shownTab === 'numbers' && <Numbers />}
        {shownTab === 'crosswalk' && <Crosswalk />}
        {shownTab === 'pillars' && <Pillars />}
      </div>
    </div>
  );
}

function chosenMode({ draft }: DraftState, asked: string | undefined): string | null {
  if (draft === null) return null;
  if (asked !== undefined && draft.modes.some((mode) => mode.id === asked)) return asked;
  return inOrder(draft.modes)[0]?.mode.id ?? null;
}

interface KeysInput {
  state: DraftState;
  chosenId: string | null;
  choose: (id: string) => void;
  add: () => void;
  setTab: (tab: Tab) => void;
  focusNote: () => void;
}

function useCodebookKeys({ state, chosenId, choose, add, setTab, focusNote }: KeysInput): void {
  const { draft, changed } = state;
  const step = (by: 1 | -1) => {
    const listed = inOrder(draft?.modes ?? []);
    const place = listed.findIndex(({ mode }) => mode.id === chosenId);
    const next = listed[place + by];
    if (next !== undefined) choose(next.mode.id);
  };
  useShortcuts('Codebook', [
    { keys: ['j', 'ArrowDown'], description: 'Next failure mode', run: () => step(1) },
    { keys: ['k', 'ArrowUp'], description: 'Previous failure mode', run: () => step(-1) },
    { keys: '+', description: 'New failure mode', run: add },
    { keys: 'f', description: 'The failure modes', run: () => setTab('modes') },
    { keys: 'v', description: 'The versions and what changed', run: () => setTab('versions') },
    { keys: 'n', description: 'The numbers', run: () => setTab('numbers') },
    { keys: 'w', description: 'The crosswalk between sets of failure modes', run: () => setTab('crosswalk') },
    { keys: 'p', description: 'The pillars', run: () => setTab('pillars') },
    {
      keys: 'mod+s',
      description: 'Save the changes: say what they are, then Enter',
      whenTyping: true,
      isDisabled: changed.length === 0,
      run: focusNote,
    },
  ]);
}

interface ModesProps {
  state: DraftState;
  chosenId: string | null;
  onChoose: (id: string) => void;
  onAdd: () => void;
}

function Modes({ state, chosenId, onChoose, onAdd }: ModesProps): ReactNode {
  const summary = useQuery(orpc.correction.summary.queryOptions());
  const counts = useMemo(
    () => new Map(summary.data?.byFailureMode.map((one) => [one.failureModeId, one.sorted.count]) ?? []),
    [summary.data],
  );
  const { draft } = state;
  if (draft === null) return null;
  const mode = draft.modes.find((one) => one.id === chosenId);
  const inForce = draft.modes.filter((one) => !one.isRetired).length;
  return (
    <SplitPanes
      id="codebook.modes"
      direction="row"
      initial={28}
      min={PANES}
      label="failure modes and their definitions"
      first={
        <Panel
          title="Failure modes"
          detail={`${inForce}${inForce < draft.modes.length ? `, ${draft.modes.length - inForce} retired` : ''}`}
          actions={<span className={classes.dim}>sorted</span>}
          hasOwnScroll
        >
          <ModeList
            modes={draft.modes}
            changed={state.changed}
            counts={counts}
            chosenId={chosenId}
            onChoose={onChoose}
            onAdd={onAdd}
          />
        </Panel>
      }
      second={
        <Panel title={mode?.name ?? 'Nothing chosen'}>
          {mode === undefined ? (
            <EmptyState
              title="No failure modes yet"
              actions={
                <Button variant="filled" onClick={onAdd}>
                  New failure mode
                </Button>
              }
            >
              A failure mode is a category that people named. Make one, or take some from a starter.
            </EmptyState>
          ) : (
            <ModeEditor
              key={mode.id}
              mode={mode}
              modes={draft.modes}
              sortedCount={counts.get(mode.id) ?? 0}
              isBlocked={state.changed.length > 0}
              isNew={!draft.base.failureModes.some((one) => one.id === mode.id)}
              onChange={(change) => {
                // The one being worked on stays chosen, wherever the change puts it in the list.
                onChoose(mode.id);
                state.edit(withMode(draft, mode.id, change));
              }}
              onRemove={() => state.edit(withoutNewMode(draft, mode.id))}
            />
          )}
        </Panel>
      }
    />
  );
}
