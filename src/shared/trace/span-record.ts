/** Several records with the id of one span: whether they are of one span, which says more, and what both say together. */
import { newBag, type AttributeBag } from './attribute-bag';
import type { SpanSource } from './genai-span';
import { isObject } from './json';

/** About how many characters a bag of attributes holds. */
export function sizeOf(bag: AttributeBag): number {
  let size = 0;
  for (const key of Object.keys(bag)) {
    const value = bag[key];
    size +=
      key.length +
      (typeof value === 'string' ? value.length : isObject(value) || Array.isArray(value) ? 200 : 8);
  }
  return size;
}

/** Whether two texts can be one, of which one may be cut. */
function agree(a: unknown, b: unknown): boolean {
  return typeof a !== 'string' || typeof b !== 'string' || a.startsWith(b) || b.startsWith(a);
}

/** Whether two records with one id are of one span: of the same name and start, and of two that have ended with the same contents. */
export function isOneSpan(a: SpanSource, b: SpanSource): boolean {
  if (a.name !== b.name || (a.startNs !== null && b.startNs !== null && a.startNs !== b.startNs))
    return false;
  if (a.startNs !== null && a.startNs === b.startNs && (a.endNs === null) !== (b.endNs === null)) return true;
  return (
    agree(a.input, b.input) &&
    agree(a.output, b.output) &&
    Object.keys(a.attributes).every((key) => agree(a.attributes[key], b.attributes[key]))
  );
}

/** Whether a record of a span says more than the one that is there. */
export function isFuller(next: SpanSource, there: SpanSource): boolean {
  if ((next.endNs === null) !== (there.endNs === null)) return there.endNs === null;
  return sizeOf(next.attributes) > sizeOf(there.attributes);
}

/** A record with what another of the same span says beside it. */
export function completed(fuller: SpanSource, other: SpanSource): SpanSource {
  return {
    ...fuller,
    parentSpanId: fuller.parentSpanId ?? other.parentSpanId,
    startNs: fuller.startNs ?? other.startNs,
    attributes: Object.assign(newBag(), other.attributes, fuller.attributes),
    events: fuller.events.length > 0 ? fuller.events : other.events,
    input: fuller.input ?? other.input,
    output: fuller.output ?? other.output,
  };
}

/**
 * A record that Logfire wrote when a span began, under an id of its own below that span, as a record of the span itself; all
 * others as they are.
 */
export function asBegun(source: SpanSource): SpanSource {
  const { 'logfire.span_type': type, 'logfire.pending_parent_id': parent } = source.attributes;
  if (type !== 'pending_span' || source.parentSpanId === null) return source;
  const isRoot = typeof parent !== 'string' || /^0*$/.test(parent);
  return { ...source, spanId: source.parentSpanId, parentSpanId: isRoot ? null : parent, endNs: null };
}
