/** The keys of the session screen. Says what each does; the doing is handed in. */
import { useShortcuts, type Shortcut } from '../../lib/keyboard';

export interface SessionActions {
  stepTurn: (step: 1 | -1) => void;
  stepRow: (step: 1 | -1) => void;
  stepSpan: (step: 1 | -1) => void;
  stepFinding: (step: 1 | -1) => void;
  stepSession: (step: 1 | -1) => void;
  stepTab: () => void;
  judge: (isCorrection: boolean) => void;
  refute: () => void;
  assign: (place: number) => void;
  expand: () => void;
  foldTools: () => void;
  toggleLedger: () => void;
  switchAxis: () => void;
  toggleTable: () => void;
  zoom: (factor: number) => void;
  pan: (share: number) => void;
  zoomAll: () => void;
  search: () => void;
  closeSearch: () => void;
  deselect: () => void;
  isSearching: boolean;
  /** Within another screen, which has the keys of {@link HOST_KEYS}. */
  isEmbedded: boolean;
}

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const HOST_KEYS: ReadonlySet<string> = new Set([
  ...['ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowLeft', 'c', 'shift+c', '[', ']'],
  ...NUMBERS.map(String),
]);

export function useSessionKeys(act: SessionActions): void {
  const shortcuts: Shortcut[] = [
    { keys: 'j', description: 'Next turn', run: () => act.stepTurn(1) },
    { keys: 'k', description: 'Previous turn', run: () => act.stepTurn(-1) },
    { keys: 'ArrowDown', description: 'Next row of the conversation', run: () => act.stepRow(1) },
    { keys: 'ArrowUp', description: 'Previous row of the conversation', run: () => act.stepRow(-1) },
    { keys: 'ArrowRight', description: 'Next span', run: () => act.stepSpan(1) },
    { keys: 'ArrowLeft', description: 'Previous span', run: () => act.stepSpan(-1) },
    { keys: 'n', description: 'Next finding', run: () => act.stepFinding(1) },
    { keys: 'p', description: 'Previous finding', run: () => act.stepFinding(-1) },
    { keys: 'c', description: 'This turn is a correction', run: () => act.judge(true) },
    { keys: 'shift+c', description: 'This turn is no correction', run: () => act.judge(false) },
    { keys: 'x', description: 'This finding is wrong', run: act.refute },
    ...NUMBERS.map((number) => ({
      keys: String(number),
      description: number === 1 ? 'Sort the correction into failure mode 1 to 9' : `Failure mode ${number}`,
      isHidden: number > 1,
      run: () => act.assign(number - 1),
    })),
    { keys: act.isEmbedded ? 'e' : ['e', 'Enter'], description: 'Unfold or fold', run: act.expand },
    { keys: 't', description: 'Fold or unfold the tool calls', run: act.foldTools },
    { keys: 'l', description: 'Goal ledger beside the conversation', run: act.toggleLedger },
    { keys: 'i', description: 'Next tab of the inspector', run: act.stepTab },
    { keys: 'w', description: 'Wall clock, gaps folded, or order', run: act.switchAxis },
    { keys: 'shift+t', description: 'Timeline as table or as lanes', run: act.toggleTable },
    { keys: ['+', '='], description: 'Zoom in', run: () => act.zoom(1.6) },
    { keys: '-', description: 'Zoom out', run: () => act.zoom(1 / 1.6) },
    { keys: '0', description: 'The whole session', run: act.zoomAll },
    { keys: 'shift+ArrowRight', description: 'Move the timeline on', run: () => act.pan(0.25) },
    { keys: 'shift+ArrowLeft', description: 'Move the timeline back', run: () => act.pan(-0.25) },
    { keys: '/', description: 'Search in this session', run: act.search },
    {
      keys: 'Escape',
      description: act.isSearching ? 'Close the search' : 'Select nothing: show the session',
      run: act.isSearching ? act.closeSearch : act.deselect,
    },
    { keys: ']', description: 'Next session of the list', run: () => act.stepSession(1) },
    { keys: '[', description: 'Previous session of the list', run: () => act.stepSession(-1) },
  ];
  const isOwn = ({ keys }: Shortcut) =>
    !act.isEmbedded ||
    (keys === 'Escape' ? act.isSearching : typeof keys !== 'string' || !HOST_KEYS.has(keys));
  useShortcuts('Session', shortcuts.filter(isOwn));
}
