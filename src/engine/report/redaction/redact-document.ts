/** Redacts a report: every text in it, those this program wrote included, since names of people may stand in any of them. */
import type { ReportDocument } from '../../../shared/model/report';
import type { Around, Redactor } from './redact';
import type { MaskList } from './redact-table';

/** Values that are words of the document's own grammar. */
const GRAMMAR: ReadonlySet<string> = new Set([
  'type',
  'kind',
  'counts',
  'evidence',
  'id',
  'part',
  'scale',
  'unit',
  'program',
  'madeAt',
]);

type Visit = (text: string, around: Around, where: string) => string;

/** Every text replaced by what `visit` gives back; `where` is the part of the report it stands in. */
function walk(value: unknown, visit: Visit, field: string, group: string, where: string): unknown {
  if (typeof value === 'string') return visit(value, { field, group }, where);
  if (Array.isArray(value)) return value.map((one: unknown) => walk(one, visit, field, group, where));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  const place = (record['place'] ?? record) as Record<string, unknown>;
  const session = typeof place['sessionId'] === 'string' ? place['sessionId'] : group;
  return Object.fromEntries(
    Object.entries(record).map(([key, one]) => [
      key,
      // An evidence is an object below `evidence` of the document, and an id anywhere else.
      GRAMMAR.has(key) && typeof one === 'string' ? one : walk(one, visit, key, session, where),
    ]),
  );
}

/** Texts are told by the order in which they stand: the row of the list is the n-th text of the report. */
export function redactDocument(document: ReportDocument, redactor: Redactor, list: MaskList): ReportDocument {
  const pass = (visit: Visit): ReportDocument => {
    const { sections, evidence, ...head } = document;
    return {
      ...(walk(head, visit, '', '', 'title page') as typeof head),
      sections: sections.map(
        (section) => walk(section, visit, '', '', section.title) as (typeof sections)[number],
      ),
      evidence: evidence.map(
        (one) => walk(one, visit, '', '', `evidence ${one.id}`) as (typeof evidence)[number],
      ),
      isRedacted: true,
    };
  };
  pass((text, around) => {
    redactor.learn(text, around);
    return text;
  });
  let row = 0;
  return pass((text, around, where) => {
    row += 1;
    const { text: redacted, masked } = redactor.redact(text, around);
    list.add(masked, row, where);
    return redacted;
  });
}
