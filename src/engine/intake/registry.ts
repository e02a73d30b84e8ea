/** The trace formats: every file of ./formats is one. Finds them by itself; a new format is one file plus fixtures. */
import type { Detection } from '../../shared/model/source';
import type { Sample, TraceFormat } from './format';

const modules = import.meta.glob<TraceFormat>(['./formats/*.ts', '!./formats/*.test.ts'], {
  eager: true,
  import: 'default',
});

/** Formats below this are guesses nobody should import by accident: the person is asked to map the fields. */
export const LEAST_CONFIDENCE = 0.2;

/** All formats, by id. */
export const formats: ReadonlyMap<string, TraceFormat> = new Map(
  Object.values(modules)
    .map((format): [string, TraceFormat] => [format.id, format])
    .sort(([a], [b]) => a.localeCompare(b)),
);

/** What a file may be, best first. Equal confidences are settled by the more specific (longer) reason, then by id. */
export function detect(sample: Sample): Detection[] {
  const found: Detection[] = [];
  for (const format of formats.values()) {
    if (!format.containers.includes(sample.container)) continue;
    const sniffed = format.sniff(sample);
    if (sniffed)
      found.push({
        format: format.id,
        title: format.title,
        confidence: sniffed.confidence,
        reason: sniffed.reason,
      });
  }
  return found.sort((a, b) => b.confidence - a.confidence || a.format.localeCompare(b.format));
}
