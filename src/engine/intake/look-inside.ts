/**
 * Decides whether the records of a file are those of a format, or whether what a format knows stands inside them. Looks
 * inside only where no format is sure of the records themselves; which ways there are is found in envelope.ts.
 */
import type { Detection, MappingProfile } from '../../shared/model/source';
import { innerRecords, isKnownWay, waysInto, wayWords, type Envelope, type Inner } from './envelope';
import type { Sample } from './format';
import { defaultLimits } from './limits';
import type { Look } from './look';
import { mapSample, proposeMapping } from './propose-mapping';
import { detect, LEAST_CONFIDENCE } from './registry';

/** A format this sure of a file's records needs no look inside them. */
const SURE = 0.5;
/** How sure a format must be of what is inside. */
const SURE_INSIDE = 0.6;
/** So sure of what is inside that further ways are not looked into. */
const CERTAIN = 0.85;
/** By how much a longer way must be surer than a shorter one that is sure enough. */
const MARGIN = 0.2;
/** Share of the records that must hold something on a way that goes through objects alone. */
const MOST = 0.5;
const SAMPLE_RECORDS = 50;

/** What a person said of the file: by which format or profile it is to be read. */
interface Wanted {
  format?: string | undefined;
  profile?: MappingProfile | undefined;
}

interface Inside {
  way: Envelope;
  sample: Sample;
  best: Detection | null;
}

/** The samples that a way makes: the records as they are, and the items of those that are lists. */
function samplesOf(look: Look, inner: readonly Inner[]): Sample[] {
  const { name } = look.sample;
  const values = inner.slice(0, SAMPLE_RECORDS).map(({ value }) => value);
  const items = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  const isArray = items.length !== values.length || values.some(Array.isArray) || items.length > 1;
  return [
    { name, container: 'lines', records: values, isArray: false, columns: [] },
    { name, container: 'document', records: items.slice(0, SAMPLE_RECORDS), isArray, columns: [] },
  ];
}

/** A time and what was logged at it, as Loki pairs them: the way goes on inside. */
function isTimed({ value }: Inner): boolean {
  return Array.isArray(value) && typeof value[0] === 'string' && /^\d{10,20}$/.test(value[0]);
}

function bestOf(sample: Sample, format: string | undefined): Detection | null {
  const detections = detect(sample);
  return (format === undefined ? detections[0] : detections.find((one) => one.format === format)) ?? null;
}

/** What stands on each way into the records, as far as it stands in enough of them; ways that stores are known for come first. */
function* insides(look: Look, format: string | undefined): Generator<Inside> {
  const { records } = look.sample;
  const ways = waysInto(records, defaultLimits);
  for (const way of [...ways.filter(isKnownWay), ...ways.filter((one) => !isKnownWay(one))]) {
    const each = records.map((record) => innerRecords(record, way, defaultLimits));
    const inner = each.flat();
    const isInText = inner.some(({ isText }) => isText);
    const share = each.filter((found) => found.length > 0).length / records.length;
    if (inner.length === 0 || (!isInText && share < MOST) || inner.some(isTimed)) continue;
    for (const sample of samplesOf(look, inner)) {
      const best = bestOf(sample, format);
      yield { way, sample, best };
      if ((best?.confidence ?? 0) >= SURE_INSIDE) break;
    }
  }
}

function confidenceOf(one: { best: Detection | null }): number {
  return one.best?.confidence ?? 0;
}

function withInside(look: Look, { way, sample }: Inside): Look {
  return { ...look, sample, envelope: { way, isFlat: sample.container === 'document' } };
}

/**
 * The first of those with the highest confidence: a longer way must be surer by a margin, and the first of which a format is as
 * good as certain ends the search.
 */
function surest(found: Iterable<Inside>): Inside | null {
  let best: Inside | null = null;
  for (const one of found) {
    if (best && one.way !== best.way && confidenceOf(best) >= CERTAIN) break;
    const margin = best && confidenceOf(best) >= SURE_INSIDE ? MARGIN : 0;
    if (!best || confidenceOf(one) > confidenceOf(best) + margin) best = one;
  }
  return best;
}

function isMapped(sample: Sample, profile: MappingProfile, path: string): boolean {
  const { spans, labels, rejected } = mapSample(sample, profile, path);
  return spans.length + labels.length > 0 && rejected < sample.records.length;
}

/**
 * The look at a file whose records hold those of a format, as a look at these; the look as it is where a format knows the
 * records themselves, or nothing inside them is known either. `path` is the one the person sees.
 */
export function lookInside(look: Look, path: string, { format, profile }: Wanted = {}): Look {
  const { sample } = look;
  if (['archive', 'text'].includes(sample.container) || sample.records.length === 0) return look;
  if (profile) {
    if (isMapped(sample, profile, path)) return look;
    for (const one of insides(look, undefined))
      if (isMapped(one.sample, profile, path)) return withInside(look, one);
    return look;
  }
  // Broken lines that happen to be values say nothing of the records among them.
  const records = sample.records.filter((record) => typeof record === 'object' && record !== null);
  const outer = bestOf({ ...sample, records }, format)?.confidence ?? 0;
  if (outer >= SURE || format === 'generic') return look;
  const best = surest(insides(look, format));
  const isSure = best !== null && confidenceOf(best) >= Math.max(SURE_INSIDE, outer);
  if (isSure && isKnownWay(best.way)) return withInside(look, best);
  const isKept = outer >= LEAST_CONFIDENCE || proposeMapping(sample, path) !== null;
  if (isSure && (outer >= LEAST_CONFIDENCE || !isKept)) return withInside(look, best);
  if (isKept || format !== undefined) return look;
  for (const one of insides(look, format))
    if (one.sample.container === 'lines' && proposeMapping(one.sample, path) !== null)
      return withInside(look, one);
  return look;
}

/** What an import says of records that were found inside others. */
export function insideWords(way: Envelope): string {
  return `records read out of "${wayWords(way)}" of those in the file`;
}
