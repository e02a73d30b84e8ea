/**
 * The scores of a sample of an Inspect AI log as labels: letters as outcomes, other values as scores, what a person
 * changed afterwards as theirs. https://inspect.aisi.org.uk/scorers.html
 */
import type { GenAiLabel } from './genai-span';
import { asArray, asNumber, asObject, asText, get, isObject, toJsonText, type JsonObject } from './json';

const LETTERS: Readonly<Record<string, number>> = { C: 1, I: 0, P: 0.5, N: 0 };

/** Somebody who changed a score afterwards, with the reason given; null where nobody did. */
interface Editor {
  author: string;
  reason: string | null;
}

function editorOf(edit: unknown): Editor | null {
  const provenance = get(edit, 'provenance');
  const author = asText(get(provenance, 'author'));
  return author === null ? null : { author, reason: asText(get(provenance, 'reason')) };
}

/** One label of a score for each of its values; `empty` counts values that are none. */
function labelsOf(
  name: string,
  score: unknown,
  sessionId: string,
  by: Editor | null,
): { labels: GenAiLabel[]; empty: number } {
  const given = get(score, 'value');
  const values: [string, unknown][] = isObject(given)
    ? Object.entries(given).map(([key, value]): [string, unknown] => [`${name}.${key}`, value])
    : [[name, given]];
  const answer = asText(get(score, 'answer'));
  const labels = values.flatMap(([label, value]): GenAiLabel[] => {
    if (value === undefined || value === null) return [];
    const letter =
      typeof value === 'string' && Object.hasOwn(LETTERS, value) ? (LETTERS[value] ?? null) : null;
    const number = typeof value === 'boolean' ? Number(value) : (letter ?? asNumber(value));
    return [
      {
        labelId: by === null ? `${sessionId}:${label}` : `${sessionId}:${label}:${by.author}`,
        sessionId,
        name: label,
        kind: letter === null ? 'score' : 'outcome',
        annotatorKind: by !== null ? 'human' : /model_graded|judge|llm/i.test(name) ? 'llm' : 'code',
        annotator: by?.author ?? name,
        value: number,
        text: typeof value === 'number' ? null : toJsonText(value),
        explanation:
          by?.reason ??
          asText(get(score, 'explanation')) ??
          (answer === null ? null : `answer: ${answer.slice(0, 1000)}`),
      },
    ];
  });
  return { labels, empty: values.length - labels.length };
}

/**
 * The scores of a sample as labels; a score of several values gives one label for each, one that somebody changed the
 * scorer's and theirs. `empty` counts values that are none.
 */
export function scoreLabels(
  sample: JsonObject,
  sessionId: string,
): { labels: readonly GenAiLabel[]; empty: number } {
  const scores =
    asObject(get(sample, 'scores')) ??
    (isObject(get(sample, 'score')) ? { score: get(sample, 'score') } : {});
  const read = Object.entries(scores).flatMap(([name, score]) => {
    const history = asArray(get(score, 'history'));
    const editor = editorOf(history.at(-1));
    if (editor === null) return [labelsOf(name, score, sessionId, null)];
    const first = history.find((one) => editorOf(one) === null);
    return [
      ...(first === undefined ? [] : [labelsOf(name, first, sessionId, null)]),
      labelsOf(name, score, sessionId, editor),
    ];
  });
  return {
    labels: read.flatMap((one) => one.labels),
    empty: read.reduce((sum, one) => sum + one.empty, 0),
  };
}
