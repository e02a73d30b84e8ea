/**
 * Judgements inside traces as labels: `gen_ai.evaluation.result` events, evaluator spans, OpenInference annotations.
 */
import { bagOf, numberIn, firstOf, subtree, textOf, undot, type AttributeBag } from './attribute-bag';
import type { GenAiLabel, SpanEvent, SpanSource } from './genai-span';
import { asArray, asNumber, asText, get, isObject, parseMaybe, toJsonText } from './json';

const FEEDBACK = /feedback|thumb|rating|csat|nps|like|star|user[_ -]?score/i;
const OUTCOME =
  /^(outcome|resolved|resolution|success|task[_ -]?success|goal[_ -]?(met|completion)|completed)$/i;

/** What a judgement is by its name and who gave it. */
export function labelKindOf(name: string, annotatorKind: GenAiLabel['annotatorKind']): GenAiLabel['kind'] {
  if (/^corrections?$|^corrected/i.test(name)) return 'correction';
  if (OUTCOME.test(name)) return 'outcome';
  return FEEDBACK.test(name) && annotatorKind !== 'llm' && annotatorKind !== 'code' ? 'feedback' : 'score';
}

/** HUMAN, LLM, CODE and their like in other sources. */
export function annotatorKindOf(value: unknown): GenAiLabel['annotatorKind'] {
  switch (asText(value)?.toLowerCase() ?? '') {
    case 'human':
    case 'annotation':
    case 'user':
      return 'human';
    case 'llm':
    case 'eval':
    case 'model':
      return 'llm';
    case 'code':
      return 'code';
    default:
      return 'unknown';
  }
}

interface Target {
  sessionId?: string | null;
  traceId: string | null;
  spanId: string | null;
}

/** The label a `gen_ai.evaluation.result` event or log record stands for; null without a name and a result. */
export function evaluationLabel(event: SpanEvent, target: Target, index: number): GenAiLabel | null {
  const bag = bagOf({ ...(isObject(event.body) ? event.body : {}), ...event.attributes });
  const name = textOf(bag, ['gen_ai.evaluation.name']);
  const value = asNumber(firstOf(bag, ['gen_ai.evaluation.score.value', 'gen_ai.evaluation.score']));
  const text = textOf(bag, ['gen_ai.evaluation.score.label', 'gen_ai.evaluation.label']);
  if (name === null || (value === null && text === null)) return null;
  const annotatorKind = annotatorKindOf(bag['gen_ai.evaluation.annotator.kind']);
  return {
    ...target,
    labelId: `${target.traceId ?? ''}:${target.spanId ?? ''}:${name}:${String(event.timeNs ?? index)}`,
    name,
    kind: labelKindOf(name, annotatorKind),
    annotatorKind,
    value,
    text,
    explanation: textOf(bag, ['gen_ai.evaluation.explanation']),
  };
}

/** The result of an evaluator span: score, label and explanation in its attributes or its output. */
export function evaluatorLabel(source: SpanSource): GenAiLabel | null {
  const bag = source.attributes;
  const output = parseMaybe(source.output ?? firstOf(bag, ['output.value', 'langfuse.observation.output']));
  const first = Array.isArray(output) ? asArray(output)[0] : output;
  const value =
    numberIn(bag, ['eval.score', 'evaluation.score', 'score']) ??
    asNumber(get(first, 'score')) ??
    asNumber(get(first, 'value')) ??
    asNumber(first);
  const text = textOf(bag, ['eval.label', 'evaluation.label', 'label']) ?? asText(get(first, 'label'));
  const explanation =
    textOf(bag, ['eval.explanation', 'evaluation.explanation']) ??
    asText(get(first, 'explanation')) ??
    asText(get(first, 'reasoning')) ??
    asText(get(first, 'comment'));
  if (value === null && text === null) return null;
  const name = textOf(bag, ['eval.name', 'evaluation.name']) ?? asText(get(first, 'name')) ?? source.name;
  return {
    labelId: `${source.traceId ?? ''}:${source.spanId}:${name}`,
    traceId: source.traceId,
    spanId: source.parentSpanId ?? source.spanId,
    name,
    kind: labelKindOf(name, 'llm'),
    annotatorKind: 'llm',
    annotator: source.name,
    value,
    text,
    explanation,
  };
}

/** OpenInference annotations carried by a span: on itself, its trace and its session. */
export function annotationLabels(bag: AttributeBag, source: SpanSource): GenAiLabel[] {
  const targets: [string, Target][] = [
    ['annotations', { traceId: source.traceId, spanId: source.spanId }],
    ['evaluations', { traceId: source.traceId, spanId: source.spanId }],
    ['trace.annotations', { traceId: source.traceId, spanId: null }],
    ['session.annotations', { traceId: source.traceId, spanId: null }],
  ];
  return targets.flatMap(([key, target]) =>
    asArray(undot(parseMaybe(subtree(bag, key)))).flatMap((item, index) => {
      const one = isObject(get(item, 'annotation'))
        ? get(item, 'annotation')
        : isObject(get(item, 'evaluation'))
          ? get(item, 'evaluation')
          : item;
      const name = asText(get(one, 'name'));
      const value = asNumber(get(one, 'score'));
      const text = asText(get(one, 'label'));
      if (name === null || (value === null && text === null)) return [];
      const annotatorKind = annotatorKindOf(get(one, 'annotator_kind'));
      const label: GenAiLabel = {
        ...target,
        labelId: `${source.traceId ?? ''}:${source.spanId}:${key}:${name}:${index}`,
        name,
        kind: labelKindOf(name, annotatorKind),
        annotatorKind,
        value,
        text,
        explanation: asText(get(one, 'explanation')) ?? toJsonText(get(one, 'metadata')),
      };
      return [label];
    }),
  );
}
