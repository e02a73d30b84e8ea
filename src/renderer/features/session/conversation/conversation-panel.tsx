import type { ReactNode } from 'react';
import { KeyHint } from '../../../components/kbd';
import { Panel } from '../../../components/panel';
import { formatCount, formatPlural } from '../../../lib/format';
import type { Folds } from '../folds';
import type { SessionSearch } from '../search';
import { useSession } from '../session-context';
import { Conversation } from './conversation';
import { SearchBar } from './search-bar';
import classes from './conversation.module.css';

interface ConversationPanelProps {
  folds: Folds;
  search: SessionSearch;
  query: string | null;
  onQuery: (query: string | null) => void;
  onStep: (step: 1 | -1) => void;
  hasLedger: boolean;
  onLedger: () => void;
}

/** The conversation with its bar: where one is, what can be folded, and the search in place of both. */
export function ConversationPanel({
  folds,
  search,
  query,
  onQuery,
  onStep,
  hasLedger,
  onLedger,
}: ConversationPanelProps): ReactNode {
  const { data, selection } = useSession();
  const current = selection.spanId === null ? undefined : data.indexOf.get(selection.spanId);
  const turnNo = current === undefined ? 0 : (data.spans[current]?.turnNo ?? 0);
  const { turnCount } = data.session;
  const place =
    turnNo === 0
      ? formatPlural(turnCount, 'turn')
      : `turn ${formatCount(turnNo)}${hasLedger ? '/' : ' of '}${formatCount(turnCount)}`;
  // The ledger beside it, which has the button that closes it, leaves no room for more.
  const ofTools = hasLedger ? '' : ' tools';
  const actions =
    query === null ? (
      <>
        <button
          type="button"
          className={classes.action}
          aria-pressed={folds.foldsTools}
          title={folds.foldsTools ? 'Unfold the tool calls' : 'Fold the tool calls'}
          onClick={folds.toggleTools}
        >
          <KeyHint keys="t">{folds.foldsTools ? `unfold${ofTools}` : `fold${ofTools}`}</KeyHint>
        </button>
        {!hasLedger && (
          <button type="button" className={classes.action} onClick={onLedger}>
            <KeyHint keys="l">ledger</KeyHint>
          </button>
        )}
        <button type="button" className={classes.action} onClick={() => onQuery('')}>
          <KeyHint keys="/">search</KeyHint>
        </button>
      </>
    ) : (
      <SearchBar
        query={query}
        place={current === undefined ? -1 : search.matches.indexOf(current)}
        matchCount={search.matches.length}
        isLoading={search.isLoading}
        cutCount={search.cutCount}
        onQuery={onQuery}
        onStep={onStep}
        onClose={() => onQuery(null)}
      />
    );
  return (
    <Panel title="Conversation" hasOwnScroll {...(query === null ? { detail: place } : {})} actions={actions}>
      <Conversation folds={folds} query={query?.trim() ?? ''} />
    </Panel>
  );
}
