import { useMemo, useRef, useState, type ReactNode } from 'react';
import { SplitPanes } from '../../components/split-panes';
import { ConversationPanel } from './conversation/conversation-panel';
import { useCorrectionActs } from './correction-acts';
import { useFolds } from './folds';
import { Inspector, inspectorTabs, type InspectorTab } from './inspector/inspector';
import { LedgerPanel } from './ledger/ledger-panel';
import { useSessionSearch } from './search';
import { useSelection } from './selection';
import { goToNeighbour, sessionActions } from './session-actions';
import { SessionContext, type SessionContextValue } from './session-context';
import { useFailureModes, useSignalTitles, type SessionData } from './session-data';
import { SessionHeader, SessionStatus, useNeighbours } from './session-header';
import { useSessionKeys } from './session-keys';
import type { AxisMode } from './timeline/axis';
import { bestMode, whyNoClock } from './timeline/layout';
import { Timeline, type TimelineHandle } from './timeline/timeline';

interface SessionViewProps {
  data: SessionData;
  /** The span named in the address. */
  spanId: string | undefined;
  /** Within another screen: told of the selection, which is in no address; that screen has the arrows and figures. */
  onSpan?: ((spanId: string | null) => void) | undefined;
}

/** Three parts over one selection, and the keys that move it. */
export function SessionView({ data, spanId, onSpan }: SessionViewProps): ReactNode {
  const { sessionId } = data.session;
  const isEmbedded = onSpan !== undefined;
  const [selection, select] = useSelection(sessionId, spanId, onSpan);
  const folds = useFolds(data, selection);
  const [query, setQuery] = useState<string | null>(null);
  const search = useSessionSearch(data, query);
  const [chosenMode, setMode] = useState<AxisMode | null>(null);
  const [hasLedger, setHasLedger] = useState(false);
  const [isTable, setIsTable] = useState(false);
  const [tab, setTab] = useState<InspectorTab>('summary');
  const timelineRef = useRef<TimelineHandle>(null);
  const neighbours = useNeighbours(sessionId, !isEmbedded);
  const acts = useCorrectionActs(sessionId);
  const signalTitles = useSignalTitles();
  const failureModes = useFailureModes();
  const noClock = useMemo(() => whyNoClock(data.spans), [data.spans]);
  const best = useMemo(() => bestMode(data.spans), [data.spans]);
  const mode = noClock === null ? (chosenMode ?? best) : 'order';

  const axis = { mode, noClock, set: setMode };
  const actions = sessionActions({
    data,
    selection,
    select,
    folds,
    search,
    query,
    setQuery,
    axis,
    acts,
    failureModes,
  });
  useSessionKeys({
    ...actions,
    stepSession: (step) => goToNeighbour(neighbours, step),
    stepTab: () =>
      setTab(inspectorTabs[(inspectorTabs.indexOf(tab) + 1) % inspectorTabs.length] ?? 'summary'),
    stepFinding: (step) => {
      if (actions.stepFinding(step)) setTab('summary');
    },
    toggleLedger: () => setHasLedger(!hasLedger),
    toggleTable: () => setIsTable(!isTable),
    zoom: (factor) => timelineRef.current?.zoomStep(factor),
    pan: (share) => timelineRef.current?.panStep(share),
    zoomAll: () => timelineRef.current?.zoomAll(),
    isEmbedded,
  });

  const context = useMemo(
    (): SessionContextValue => ({ data, selection, select, acts, signalTitles, failureModes }),
    [data, selection, select, acts, signalTitles, failureModes],
  );
  const matches = useMemo(
    () => (query === null || query.trim() === '' ? null : new Set(search.matches)),
    [query, search.matches],
  );
  const conversation = (
    <ConversationPanel
      folds={folds}
      search={search}
      query={query}
      onQuery={setQuery}
      onStep={actions.goToMatch}
      hasLedger={hasLedger}
      onLedger={() => setHasLedger(!hasLedger)}
    />
  );
  return (
    <SessionContext value={context}>
      {!isEmbedded && <SessionHeader data={data} />}
      <SplitPanes
        id={isEmbedded ? 'session-embedded' : 'session'}
        direction="row"
        initial={46}
        min={hasLedger ? BOTH_MIN : CONVERSATION_MIN}
        label="conversation and timeline"
        first={
          hasLedger ? (
            <SplitPanes
              id="session-ledger"
              direction="row"
              initial={58}
              min={LEDGER_MIN}
              label="conversation and goal ledger"
              first={conversation}
              second={<LedgerPanel onClose={() => setHasLedger(false)} />}
            />
          ) : (
            conversation
          )
        }
        second={
          <SplitPanes
            id="session-right"
            direction="column"
            initial={46}
            min={TIMELINE_MIN}
            label="timeline and inspector"
            first={
              <Timeline
                ref={timelineRef}
                mode={mode}
                onMode={setMode}
                isTable={isTable}
                onTable={setIsTable}
                matches={matches}
              />
            }
            second={<Inspector tab={tab} onTab={setTab} />}
          />
        }
      />
      {!isEmbedded && <SessionStatus data={data} neighbours={neighbours} />}
    </SessionContext>
  );
}

const CONVERSATION_MIN = [340, 420] as const;
/** Conversation and ledger side by side, on small windows too. */
const BOTH_MIN = [580, 400] as const;
const LEDGER_MIN = [260, 220] as const;
const TIMELINE_MIN = [220, 160] as const;
