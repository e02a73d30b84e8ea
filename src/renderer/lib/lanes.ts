/** How lanes are named, lettered and coloured on every screen; the letter goes wherever the colour goes. */
import { useMantineColorScheme } from '@mantine/core';
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

const preferred = typeof window === 'undefined' ? null : window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  preferred?.addEventListener('change', listener);
  return () => preferred?.removeEventListener('change', listener);
}

/** The theme that is shown, with `auto` resolved: canvases draw anew when it changes. */
export function useShownTheme(): 'light' | 'dark' {
  const { colorScheme } = useMantineColorScheme();
  const system = useSyncExternalStore(subscribe, () => preferred?.matches === true);
  if (colorScheme !== 'auto') return colorScheme;
  return system ? 'dark' : 'light';
}

/** The value of a custom property as it is now, for canvases: `cssColor('--lane-llm')`. */
export function cssColor(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
