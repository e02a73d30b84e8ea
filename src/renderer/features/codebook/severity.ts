/** How the four severities are said on screen. */
export const severities = [
  { value: 1, title: 'notice' },
  { value: 2, title: 'minor' },
  { value: 3, title: 'major' },
  { value: 4, title: 'critical' },
] as const;

export function severityTitle(severity: number): string {
  return severities.find((one) => one.value === severity)?.title ?? String(severity);
}
