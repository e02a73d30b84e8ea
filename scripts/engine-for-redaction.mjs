// What measuring redaction needs of the engine, with the labelled texts, as one bundle.
export { Redactor } from '../src/engine/report/redaction/redact';
export { maskKinds } from '../src/engine/report/redaction/kinds';
export { wilson } from '../src/shared/stats/wilson';
export { labelled } from '../test/fixtures/redaction/labelled';
export { labelledMore } from '../test/fixtures/redaction/labelled-more';
