/**
 * The shortcuts of every screen, by scope, with what they do in words: one listener, one registry, shown by `?` and
 * offered by the command palette. The innermost scope that knows a key has it; a dialogue's scope hides all below.
 * Nothing fires while somebody types, but for shortcuts that ask for it.
 * Keys are written `j`, `?`, `shift+1`, `mod+k` (Ctrl, or Command on a Mac), `alt+ArrowLeft`, and `g s` one after another.
 */
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';

export interface Shortcut {
  /** One way to write it, or several; the first is shown. */
  keys: string | readonly string[];
  /** What it does, as the help says it: `Next finding`. */
  description: string;
  run: (event: KeyboardEvent) => void;
  /** Fires also while an input has the focus; for `mod+…` and Escape. */
  whenTyping?: boolean;
  /** Left out of the help and the palette: a second way to something listed there. */
  isHidden?: boolean;
  /** Not now: the key does nothing and passes to no outer scope. */
  isDisabled?: boolean;
}

export interface ShortcutScope {
  title: string;
  shortcuts: readonly Shortcut[];
  /** While it is there, no scope below it hears anything. */
  isDialogue: boolean;
}

const SEQUENCE_MS = 1000;
const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/u.test(navigator.userAgent);

let scopes: readonly ShortcutScope[] = [];
const watchers = new Set<() => void>();
let prefix: { key: string; at: number } | null = null;

interface Chord {
  mod: boolean;
  alt: boolean;
  shift: boolean | null;
  key: string;
}

/** `shift` is null where the key itself says whether it needs Shift, as `?` and `+` do. */
function parseChord(text: string): Chord {
  const parts = text === '+' ? ['+'] : text.split(/\+(?!$)/u);
  const key = parts.at(-1) ?? '';
  const shift = parts.includes('shift');
  const isSymbol = key.length === 1 && !/[a-z0-9 ]/iu.test(key);
  return {
    mod: parts.includes('mod'),
    alt: parts.includes('alt'),
    shift: isSymbol && !shift ? null : shift,
    key: key.toLowerCase(),
  };
}

/** The part of a keyboard event that decides; so that matching can be tested without a browser. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Whether a press is the chord written in `text` (one chord, no sequence). */
export function matchesChord(text: string, press: KeyPress, onMac = isMac): boolean {
  const chord = parseChord(text);
  const mod = onMac ? press.metaKey : press.ctrlKey;
  const other = onMac ? press.ctrlKey : press.metaKey;
  if (mod !== chord.mod || other || press.altKey !== chord.alt) return false;
  if (chord.shift !== null && press.shiftKey !== chord.shift) return false;
  const key = press.key.toLowerCase();
  // With Shift or Alt held a digit key writes something else, and which, depends on the keyboard.
  const digit = /^Digit(\d)$/u.exec(press.code)?.[1];
  return (
    key === chord.key || (digit !== undefined && (chord.shift === true || chord.alt) && digit === chord.key)
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color', 'file'].includes(target.type)
  );
}

/** Enter and Space belong to the control that has the focus, arrows to a slider, a list or a menu. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (!(event.target instanceof HTMLElement)) return false;
  // With Control or Command, Enter is the screen's: it sends off what was filled in, wherever the focus is.
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return false;
  if (event.key === 'Enter' || event.key === ' ')
    return event.target.closest('button, a[href], summary, input, [role="button"], [role="tab"]') !== null;
  if (event.key.startsWith('Arrow'))
    return (
      event.target.closest(
        'input, [role="tablist"], [role="menu"], [role="listbox"], [role="slider"], [role="separator"]',
      ) !== null
    );
  return false;
}

function keysOf(shortcut: Shortcut): readonly string[] {
  return typeof shortcut.keys === 'string' ? [shortcut.keys] : shortcut.keys;
}

function find(scope: ShortcutScope, event: KeyboardEvent, pending: string | null): Shortcut | undefined {
  return scope.shortcuts.find((shortcut) =>
    keysOf(shortcut).some((keys) => {
      const [first = '', second] = keys.split(' ');
      if (second === undefined) return pending === null && matchesChord(first, event);
      return pending === first && matchesChord(second, event);
    }),
  );
}

function startsSequence(scope: ShortcutScope, event: KeyboardEvent): string | undefined {
  for (const shortcut of scope.shortcuts)
    for (const keys of keysOf(shortcut)) {
      const [first = '', second] = keys.split(' ');
      if (second !== undefined && matchesChord(first, event)) return first;
    }
  return undefined;
}

/** The scopes that hear keys now, innermost first. */
function audible(): ShortcutScope[] {
  const from = scopes.findLastIndex((scope) => scope.isDialogue);
  return scopes.slice(Math.max(from, 0)).toReversed();
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || belongsToControl(event)) return;
  const typing = isTyping(event.target);
  const inDialogue = event.target instanceof HTMLElement && event.target.closest('[role="dialog"]') !== null;
  const pending = prefix !== null && event.timeStamp - prefix.at < SEQUENCE_MS ? prefix.key : null;
  prefix = null;
  for (const scope of audible()) {
    const shortcut = find(scope, event, pending);
    // A dialogue that registered no scope of its own still keeps the screen behind it from acting.
    if (inDialogue && !scope.isDialogue && shortcut?.whenTyping !== true) continue;
    if (shortcut !== undefined) {
      if (typing && shortcut.whenTyping !== true) return;
      event.preventDefault();
      if (shortcut.isDisabled !== true) shortcut.run(event);
      return;
    }
    const started = typing ? undefined : startsSequence(scope, event);
    if (started !== undefined) {
      prefix = { key: started, at: event.timeStamp };
      return;
    }
  }
  if (typing && event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
}

function setScopes(next: readonly ShortcutScope[]): void {
  if (scopes.length === 0 && next.length > 0) window.addEventListener('keydown', onKeyDown);
  if (scopes.length > 0 && next.length === 0) window.removeEventListener('keydown', onKeyDown);
  scopes = next;
  for (const watcher of watchers) watcher();
}

/**
 * Makes shortcuts work while the component is mounted. `title` heads them in the help: `Session`.
 * The list may be made anew at every render.
 */
export function useShortcuts(
  title: string,
  shortcuts: readonly Shortcut[],
  options: { isDialogue?: boolean; isEnabled?: boolean } = {},
): void {
  const { isDialogue = false, isEnabled = true } = options;
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (!isEnabled) return;
    const scope: ShortcutScope = {
      title,
      isDialogue,
      get shortcuts() {
        return latest.current;
      },
    };
    setScopes([...scopes, scope]);
    return () => setScopes(scopes.filter((other) => other !== scope));
  }, [title, isDialogue, isEnabled]);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** All scopes, outermost first; for the help and the palette. */
export function useShortcutScopes(): readonly ShortcutScope[] {
  return useSyncExternalStore(watch, () => scopes);
}

const LABELS: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  alt: isMac ? '⌥' : 'Alt',
  shift: 'Shift',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  escape: 'Esc',
  enter: 'Enter',
  ' ': 'Space',
};

/** The keys of one way to write a shortcut, as they are printed: `mod+k` → [['Ctrl', 'K']], `g s` → [['g'], ['s']]. */
export function keyLabels(keys: string): string[][] {
  return keys.split(' ').map((chord) => {
    const parts = chord === '+' ? ['+'] : chord.split(/\+(?!$)/u);
    return parts.map((part) => {
      const label = LABELS[part.toLowerCase()];
      if (label !== undefined) return label;
      return parts.length > 1 && part.length === 1 ? part.toUpperCase() : part;
    });
  });
}

/** The way of writing a shortcut that is shown. */
export function shownKeys(shortcut: Shortcut): string {
  return keysOf(shortcut)[0] ?? '';
}
