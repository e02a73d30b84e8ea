/** The colours of failure modes and clusters: Okabe-Ito, told apart by most eyes. A word or a shape always goes along. */

/** What a failure mode may be given in the codebook; the hex value is what is stored. */
export const modePalette: readonly { hex: string; name: string }[] = [
  { hex: '#0072b2', name: 'blue' },
  { hex: '#e69f00', name: 'orange' },
  { hex: '#009e73', name: 'green' },
  { hex: '#cc79a7', name: 'pink' },
  { hex: '#d55e00', name: 'vermilion' },
  { hex: '#56b4e9', name: 'sky' },
  { hex: '#b8a800', name: 'yellow' },
  { hex: '#8a8f98', name: 'grey' },
];

/** Blue is hard to see on black, so dark gets a lighter one. */
const SHOWN_ON_DARK: Partial<Record<string, string>> = { '#0072b2': '#4aa3dc', '#009e73': '#35c29a' };

function shown(hex: string, theme: 'light' | 'dark'): string {
  return (theme === 'dark' ? SHOWN_ON_DARK[hex] : undefined) ?? hex;
}

/** The n-th of a row of things without colours of their own; begins again after the last. */
export function nthColor(index: number, theme: 'light' | 'dark'): string {
  // Grey is for what belongs nowhere.
  const colored = modePalette.slice(0, -1);
  return shown(colored[index % colored.length]?.hex ?? '', theme);
}

/** Stored colours come with journals and codebooks of others: only plain hex values are let through. */
export function modeColor(color: string | null, index: number, theme: 'light' | 'dark'): string {
  const hex = color?.toLowerCase();
  return hex !== undefined && /^#[0-9a-f]{6}$/u.test(hex) ? shown(hex, theme) : nthColor(index, theme);
}
