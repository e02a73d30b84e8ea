/** What the command palette offers: screens, what the screen's own keys do, workspaces, acts, and sessions that match. */
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MenuCommand } from '../../shared/desktop';
import { orpc, client } from '../lib/client';
import { formatDateTime, formatPlural } from '../lib/format';
import { showDialogue } from '../lib/frame-state';
import { shownKeys, useShortcutScopes } from '../lib/keyboard';
import { useShownTheme } from '../lib/lanes';
import { navigate } from '../lib/navigation';
import { enterWorkspace, redo, undo, useWorkspace } from '../lib/workspace';
import { runCommand } from './commands';
import { destinations } from './screens';

export interface PaletteItem {
  id: string;
  group: string;
  title: string;
  detail: string;
  keys?: string;
  run: () => void;
}

const SESSION_LIMIT = 8;

/** All words of the query occur, in any order; an item that begins with the query comes first. */
export function matchItems(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return [...items];
  const start = words.join(' ');
  const rank = (item: PaletteItem) => (item.title.toLowerCase().startsWith(start) ? 0 : 1);
  return items
    .filter((item) => {
      const text = `${item.title} ${item.detail} ${item.group}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => rank(a) - rank(b));
}

const WORKSPACE_COMMANDS: { command: MenuCommand; title: string; needsWorkspace: boolean }[] = [
  { command: 'new-workspace', title: 'New workspace', needsWorkspace: false },
  { command: 'open-workspace', title: 'Open a workspace', needsWorkspace: false },
  { command: 'import', title: 'Import files', needsWorkspace: true },
  { command: 'save-as', title: 'Copy the workspace', needsWorkspace: true },
  { command: 'pack', title: 'Pack the workspace into one file', needsWorkspace: true },
  { command: 'close-workspace', title: 'Close the workspace', needsWorkspace: true },
];

function screenItems(hasWorkspace: boolean): PaletteItem[] {
  return destinations
    .filter((screen) => hasWorkspace || !screen.needsWorkspace)
    .map((screen) => ({
      id: `screen-${screen.id}`,
      group: 'Go to',
      title: screen.title,
      detail: screen.purpose,
      ...(screen.goKey === null ? {} : { keys: `g ${screen.goKey}` }),
      run: () => navigate(screen.route),
    }));
}

/** What the screen shown can do, as its keys say it. The frame's own scope is left out: it is listed in words. */
function useScreenItems(isOpen: boolean): PaletteItem[] {
  const scopes = useShortcutScopes();
  return useMemo(() => {
    if (!isOpen) return [];
    return scopes
      .slice(1)
      .filter((scope) => !scope.isDialogue)
      .toReversed()
      .flatMap((scope) =>
        scope.shortcuts
          .filter((shortcut) => shortcut.isHidden !== true && shortcut.isDisabled !== true)
          .map((shortcut) => ({
            id: `key-${scope.title}-${shortcut.description}`,
            group: scope.title,
            title: shortcut.description,
            detail: '',
            keys: shownKeys(shortcut),
            run: () => shortcut.run(new KeyboardEvent('keydown')),
          })),
      );
  }, [isOpen, scopes]);
}

function useSessionItems(query: string, isEnabled: boolean): { items: PaletteItem[]; isSearching: boolean } {
  const [text] = useDebouncedValue(query.trim(), 200);
  const isOn = isEnabled && text.length >= 3;
  const list = (filter: object) =>
    orpc.session.list.queryOptions({
      input: { filter, limit: SESSION_LIMIT, withStrip: false },
      enabled: isOn,
    });
  const byId = useQuery(list({ sessionIds: [text] }));
  const byText = useQuery(list({ text }));
  const items = useMemo(() => {
    if (!isOn) return [];
    const rows = [...(byId.data?.items ?? []), ...(byText.data?.items ?? [])];
    const unique = [...new Map(rows.map((row) => [row.sessionId, row])).values()];
    return unique.map((row) => ({
      id: `session-${row.sessionId}`,
      group: 'Sessions',
      title: row.title === '' ? row.sessionId : row.title,
      detail: `${row.sessionId} · ${formatPlural(row.turnCount, 'turn')} · ${formatDateTime(row.startTimeMs)}`,
      run: () => navigate({ screen: 'session', sessionId: row.sessionId }),
    }));
  }, [isOn, byId.data, byText.data]);
  return { items, isSearching: isOn && (byId.isFetching || byText.isFetching) };
}

/** The items for what was typed, in order, and whether sessions are still being looked for. */
export function usePaletteItems(
  query: string,
  isOpen: boolean,
): { items: PaletteItem[]; isSearching: boolean } {
  const hasWorkspace = (useWorkspace().data ?? null) !== null;
  const recent = useQuery(orpc.workspace.recent.queryOptions({ enabled: isOpen, staleTime: 0 }));
  const { setColorScheme } = useMantineColorScheme();
  const shownTheme = useShownTheme();
  const screenActs = useScreenItems(isOpen);
  const sessions = useSessionItems(query, isOpen && hasWorkspace);
  const items = useMemo(() => {
    const act = (id: string, title: string, keys: string | undefined, run: () => void): PaletteItem => ({
      id,
      group: 'Do',
      title,
      detail: '',
      ...(keys === undefined ? {} : { keys }),
      run,
    });
    const other = shownTheme === 'dark' ? 'light' : 'dark';
    const fixed: PaletteItem[] = [
      ...screenItems(hasWorkspace),
      ...screenActs,
      ...(hasWorkspace
        ? [
            act('undo', 'Undo', 'mod+z', () => void undo()),
            act('redo', 'Redo', 'mod+shift+z', () => void redo()),
            act('log', 'The log: what was done, and by whom', 'g l', () => showDialogue('log')),
          ]
        : []),
      act('theme', `Switch to the ${other} theme`, undefined, () => setColorScheme(other)),
      act('help', 'Show all keys', '?', () => void runCommand('keyboard-help')),
      ...WORKSPACE_COMMANDS.filter((item) => hasWorkspace || !item.needsWorkspace).map((item) =>
        act(item.command, item.title, undefined, () => void runCommand(item.command)),
      ),
      ...(recent.data ?? [])
        .filter((workspace) => workspace.exists)
        .map((workspace) => ({
          id: `workspace-${workspace.id}`,
          group: 'Recent workspaces',
          title: workspace.name,
          detail: workspace.path,
          run: () => void enterWorkspace(() => client.workspace.openRecent({ id: workspace.id })),
        })),
    ];
    return [...matchItems(fixed, query), ...sessions.items];
  }, [hasWorkspace, screenActs, recent.data, shownTheme, setColorScheme, query, sessions.items]);
  return { items, isSearching: sessions.isSearching };
}
