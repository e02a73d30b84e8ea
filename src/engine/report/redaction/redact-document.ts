/** Redacts a report: every text in it, those this program wrote included, since names of people may stand in any of them. */
import type { ReportDocument } from '../../../shared/model/report';
import { eachText, type Masking, type Visit } from './redact-value';

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

/** Texts are told by the order in which they stand: the row of the list is the n-th text of the report. */
export function redactDocument(document: ReportDocument, { redactor, list }: Masking): ReportDocument {
  const pass = (visit: Visit): ReportDocument => {
    const { sections, evidence, ...head } = document;
    const walk = <T>(value: T, where: string): T =>
      eachText(value, visit, { field: '', group: '', where }, GRAMMAR) as T;
    return {
      ...walk(head, 'title page'),
      sections: sections.map((section) => walk(section, section.title)),
      evidence: evidence.map((one) => walk(one, `evidence ${one.id}`)),
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
