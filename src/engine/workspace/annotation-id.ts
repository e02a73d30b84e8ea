/** Which annotation an imported record is, so that taking the same file in twice doubles nothing. */
import { asText, canonicalJson, get } from '../../shared/trace/json';
import { sha256 } from './journal-line';

/** The record's own `annotationId` or `id`, else a hash of all it says. */
export function annotationIdOf(annotation: Readonly<Record<string, unknown>>): string {
  return (
    asText(get(annotation, 'annotationId')) ??
    asText(get(annotation, 'id')) ??
    `a-${sha256(canonicalJson(annotation)).slice(0, 32)}`
  );
}
