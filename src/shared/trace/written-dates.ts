/**
 * Dates that name their month, as mails, servers and programs write them: `Tue, 03 Mar 2026 10:00:00 +0100` (RFC 2822),
 * `03/Mar/2026:10:00:00 +0100`, `Tue Mar 3 10:00:00 2026`, `Mar 3, 2026, 10:00:00 AM`. Must not guess: a zone that is not
 * known makes the text no time. https://www.rfc-editor.org/rfc/rfc2822#section-3.3
 */

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const LONG_MONTHS =
  'january february march april may june july august september october november december'.split(' ');
const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?:\s?(?<half>[AP])\.?M\.?)?`;
const ZONE = String.raw`(?:\s*(?<zone>Z|[A-Z]{2,4}(?:[+-]\d{4})?|[+-]\d{2}:?\d{2}))?(?:\s*\([^)]*\))?`;

const SHAPES = [
  String.raw`(?<day>\d{1,2})[ /-](?<month>[A-Z]{3,9})[ /-](?<year>\d{4})(?:[ :,T]\s*${CLOCK}${ZONE})?`,
  String.raw`(?<month>[A-Z]{3,9})\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})(?:,?\s+(?:at\s+)?${CLOCK}${ZONE})?`,
  String.raw`(?<month>[A-Z]{3,9})\s+(?<day>\d{1,2})\s+${CLOCK}(?:\s+(?<zone>[A-Z]{2,4}))?\s+(?<year>\d{4})`,
].map((shape) => new RegExp(`^(?:[A-Z]{2,9},?\\s+)?${shape}$`, 'i'));

/** Minutes east of Greenwich of the zones that the RFC names, and of Europe's. */
const ZONES: Readonly<Record<string, number>> = {
  Z: 0,
  UT: 0,
  UTC: 0,
  GMT: 0,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
};

/** Minutes east of Greenwich; null for a zone nobody knows. Without one a time is read as UTC. */
function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return 0;
  const [, name = '', sign = '', hours = '0', minutes = '0'] =
    /^([A-Z]*)(?:([+-])(\d{2}):?(\d{2}))?$/.exec(zone.toUpperCase()) ?? [];
  const named = name === '' ? 0 : ZONES[name];
  return named === undefined
    ? null
    : named + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** A date that names its month, as nanoseconds since the epoch; null for other texts. Without a zone it is read as UTC. */
export function writtenDateToNs(text: string): bigint | null {
  for (const shape of SHAPES) {
    const parts = shape.exec(text)?.groups;
    if (parts) return partsToNs(parts);
  }
  return null;
}

function partsToNs(parts: Readonly<Record<string, string | undefined>>): bigint | null {
  const name = parts['month']?.toLowerCase() ?? '';
  const month = MONTHS.indexOf(name.slice(0, 3));
  const offset = offsetOf(parts['zone']);
  if (month < 0 || !LONG_MONTHS[month]?.startsWith(name) || offset === null) return null;
  const number = (part: string): number => Number(parts[part] ?? '0');
  const { half } = parts;
  const hour = half === undefined ? number('hour') : (number('hour') % 12) + (/p/i.test(half) ? 12 : 0);
  const day = number('day');
  if (day < 1 || day > 31 || hour > 24) return null;
  const ms = Date.UTC(number('year'), month, day, hour, number('minute') - offset, number('second'));
  return BigInt(ms) * 1_000_000n + BigInt((parts['fraction'] ?? '').padEnd(9, '0'));
}
