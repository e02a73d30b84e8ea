/** Hands on the records that stand inside those of a file, each with its own place, and says of what holds none. */
import type { Place } from './format';
import type { NoticedLines } from '../../shared/trace/noticed-lines';
import { innerRecords } from './envelope';
import type { IntakeLimits } from './limits';
import type { Look } from './look';
import type { Places } from './places';

type TakeRecord = (value: unknown, place: Place) => void;

const NOTHING_INSIDE = 'without a record inside, as lines of a log are';

interface InsideTask {
  look: Look;
  limits: IntakeLimits;
  noticed: NoticedLines;
  reject: (line: number, byteOffset: number | null, reason: string, excerpt: string) => void;
}

/** A function that takes records of the file and hands on those inside; `onNothing` is told of one that holds none. */
export function recordsInside(
  { look: { envelope }, limits, noticed, reject }: InsideTask,
  places: Places,
  record: TakeRecord,
  onNothing: () => void,
): TakeRecord {
  if (!envelope) return record;
  return (value, place) => {
    let broken = 0;
    const inner = innerRecords(value, envelope.way, limits, ({ pointer, reason, excerpt }) => {
      broken += 1;
      reject(places.within(pointer, true), null, reason, excerpt);
    });
    for (const one of inner) {
      const items = envelope.isFlat && Array.isArray(one.value) ? (one.value as unknown[]) : null;
      (items ?? [one.value]).forEach((item, i) => {
        const pointer = items && !one.isText ? `${one.pointer}/${String(i)}` : one.pointer;
        record(item, { line: Math.max(place.line, places.within(pointer, one.isText)) });
      });
    }
    if (inner.length > 0 || broken > 0) return;
    noticed.at(NOTHING_INSIDE, place.line);
    onNothing();
  };
}
