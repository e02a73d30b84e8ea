/** How lanes are named, lettered and coloured on every screen; the letter goes wherever the colour goes. */
import { useSyncExternalStore } from 'react';
import type { Lane } from '../../shared/model/pillar';

export const laneLetters: Record<Lane, string> = {
  user: 'U',
  llm: 'L',
  memory: 'M',
  tools: 'T',
  environment: 'E',
};

/** CSS colours, for style attributes. Use the ink for text. */
export function laneColor(lane: Lane): string {
  return `var(--lane-${lane})`;
}

export function laneInk(lane: Lane): string {
  return `var(--lane-${lane}-ink)`;
}

/** Where Mantine writes the theme it shows, `auto` resolved; the custom properties follow this and nothing else. */
const THEME = 'data-mantine-color-scheme';

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: [THEME] });
  return () => {
    observer.disconnect();
  };
}

function isDark(): boolean {
  return document.documentElement.getAttribute(THEME) === 'dark';
}

/** The theme that is shown: canvases draw anew when it changes, with the colours of then. */
export function useShownTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, isDark) ? 'dark' : 'light';
}

/** The value of a custom property as it is now, for canvases: `cssColor('--lane-llm')`. */
export function cssColor(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
