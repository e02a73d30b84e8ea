/**
 * The read-only console: one SELECT over the documented views, its result as a table or a chart. Knows nothing of SQL but
 * where a problem is; the engine looks a query through and refuses what is no reading. What was run is in the address.
 */
import { Button } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SplitPanes } from '../../components/split-panes';
import { useShortcuts, type Shortcut } from '../../lib/keyboard';
import { navigate, useRouteOf } from '../../lib/navigation';
import { useWorkspace } from '../../lib/workspace';
import { useConsole } from './console-state';
import { Editor, type EditorHandle } from './editor';
import { ResultPane, type ResultView } from './result-pane';
import { SidePane, type SideTab } from './side-pane';
import classes from './sql.module.css';

const PANES = [240, 480] as const;
const ROWS = [110, 160] as const;
/** A longer query is not put into the address. */
const ADDRESS_LENGTH = 4000;

export function SqlScreen(): ReactNode {
  const workspace = useWorkspace();
  const route = useRouteOf('sql');
  const state = useConsole(workspace.data?.path ?? '', route?.query);
  const { text, setText, outcome, isRunning } = state;
  const [tab, setTab] = useState<SideTab>('views');
  const [view, setView] = useState<ResultView>('table');
  const editorRef = useRef<EditorHandle>(null);
  const filterRef = useRef<HTMLInputElement>(null);
  const nameRef = useRef<HTMLInputElement>(null);

  const run = () => {
    state.run(text);
    navigate({ screen: 'sql', ...(text.length <= ADDRESS_LENGTH ? { query: text } : {}) }, { replace: true });
  };
  const take = (query: string) => {
    setText(query);
    editorRef.current?.focus();
  };
  const openTab = (next: SideTab, field: { readonly current: HTMLInputElement | null }) => {
    setTab(next);
    // The field is there once the pane shows its part.
    requestAnimationFrame(() => field.current?.focus());
  };
  const cancelling: Shortcut = {
    keys: 'Escape',
    description: 'Stop the query',
    whenTyping: true,
    run: state.cancel,
  };
  useShortcuts('SQL', [
    { keys: 'mod+Enter', description: 'Run the query', whenTyping: true, run },
    ...(isRunning ? [cancelling] : []),
    {
      keys: 'mod+s',
      description: 'Save the query',
      whenTyping: true,
      run: () => openTab('saved', nameRef),
    },
    { keys: 'e', description: 'Edit the query', run: () => editorRef.current?.focus() },
    { keys: '/', description: 'Find a view or a column', run: () => openTab('views', filterRef) },
    { keys: 't', description: 'Result as a table', run: () => setView('table') },
    { keys: 'c', description: 'Result as a chart', run: () => setView('chart') },
    { keys: 'v', description: 'Views', run: () => setTab('views') },
    { keys: 's', description: 'Saved queries', run: () => setTab('saved') },
    { keys: 'r', description: 'Queries that were run', run: () => setTab('history') },
    { keys: 'x', description: 'Examples', run: () => setTab('examples') },
  ]);

  const problemAt = outcome?.kind === 'problem' && outcome.query === text ? outcome.position : null;
  const editor = (
    <div className={classes.top}>
      <div className={classes.bar}>
        <span className={classes.summary}>One SELECT; it reads, and cannot change anything.</span>
        <div className={classes.end}>
          {isRunning && <Button onClick={state.cancel}>Stop</Button>}
          <Button variant="filled" loading={isRunning} disabled={text.trim() === ''} onClick={run}>
            Run
          </Button>
        </div>
      </div>
      <div className={classes.fill}>
        <Editor ref={editorRef} text={text} onChange={setText} problemAt={problemAt} />
      </div>
    </div>
  );
  return (
    <>
      <StatusDetail>
        <KeyHint keys="mod+Enter">run</KeyHint>
        {isRunning && <KeyHint keys="Escape">stop</KeyHint>}
        <KeyHint keys="mod+s">save</KeyHint>
        <KeyHint keys="t">table</KeyHint>
        <KeyHint keys="c">chart</KeyHint>
        <KeyHint keys="/">find a column</KeyHint>
      </StatusDetail>
      <SplitPanes
        id="sql"
        direction="row"
        initial={24}
        min={PANES}
        label="views and query"
        first={
          <SidePane
            tab={tab}
            onTab={setTab}
            text={text}
            history={state.history}
            onInsert={(word) => editorRef.current?.insert(word)}
            onTake={take}
            filterRef={filterRef}
            nameRef={nameRef}
          />
        }
        second={
          <SplitPanes
            id="sql-result"
            direction="column"
            initial={32}
            min={ROWS}
            label="query and result"
            first={editor}
            second={
              <ResultPane
                outcome={outcome}
                isRunning={isRunning}
                view={view}
                onView={setView}
                onRetry={run}
              />
            }
          />
        }
      />
    </>
  );
}
