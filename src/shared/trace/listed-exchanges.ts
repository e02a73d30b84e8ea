/**
 * Turns that are kept as one object each, with what was asked, what was answered and the tools that were used in between:
 * `{"userInput": …, "steps": [{"tool": …, "args": …, "output": …}], "reply": …}`. Makes messages of them in the chat shape.
 */
import { asArray, asObject, asText, toJsonText, type JsonObject } from './json';
import { plainName } from './plain-name';

const namesOf = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(plainName));

const ASKED = namesOf(
  'user_input user_message user_text user_query user_question question query prompt request user_prompt human_message customer_message frage eingabe anfrage pregunta pergunta domanda vraag 问题 提问 質問 질문 вопрос',
);
const ANSWERED = namesOf(
  'reply answer response bot_reply bot_response bot_message assistant_reply assistant_response assistant_message agent_reply agent_response ai_response final_answer completion antwort respuesta reponse resposta risposta antwoord 回答 答案 回复 応答 답변 ответ',
);
const TOOL = namesOf('tool tool_name function function_name action_name werkzeug');
const GIVEN = namesOf('args arguments input params parameters tool_input eingabe');
const GAVE = namesOf('output result observation response tool_output ausgabe ergebnis');
const TIME =
  /(?:^|_)(?:time|timestamp|ts|date|datetime|created|started|sent|zeit|zeitpunkt|datum|fecha|hora|日時|时间)(?:_|$)/;

/** Whether a field of this name holds what a user asked. */
export function isAsked(name: string): boolean {
  return ASKED.has(plainName(name));
}

/** Whether a field of this name holds what the agent answered. */
export function isAnswered(name: string): boolean {
  return ANSWERED.has(plainName(name));
}

type Message = JsonObject;

function keyIn(object: JsonObject, names: ReadonlySet<string>): string | undefined {
  return Object.keys(object).find((key) => names.has(plainName(key)));
}

/** A tool's use as the message that calls it and the one that brings its result; null where it is none. */
function callOf(step: unknown, id: string): { call: JsonObject; result: Message } | null {
  const object = asObject(step);
  const tool = object ? keyIn(object, TOOL) : undefined;
  const name = object && tool !== undefined ? asText(object[tool]) : null;
  if (!object || name === null) return null;
  const [given, gave] = [keyIn(object, GIVEN), keyIn(object, GAVE)];
  const error = asText(object['error']);
  const isFailed = error !== null || object['ok'] === false || object['success'] === false;
  const said = gave === undefined ? null : toJsonText(object[gave]);
  return {
    call: {
      id,
      type: 'function',
      function: { name, arguments: given === undefined ? '' : (toJsonText(object[given]) ?? '') },
    },
    result: {
      role: 'tool',
      tool_call_id: id,
      name,
      text: said ?? error ?? '',
      ...(isFailed ? { error: error ?? 'failed' } : {}),
    },
  };
}

/** The tools used in a turn: of its first list of such. */
function stepsOf(
  turn: JsonObject,
  ordinal: number,
): { key: string; calls: JsonObject[]; results: Message[] } | null {
  for (const [key, value] of Object.entries(turn)) {
    const steps = asArray(value).map((step, i) => callOf(step, `turn${String(ordinal)}.${String(i)}`));
    const used = steps.filter((step) => step !== null);
    if (used.length > 0 && used.length === steps.length)
      return { key, calls: used.map(({ call }) => call), results: used.map(({ result }) => result) };
  }
  return null;
}

function messagesOf(turn: unknown, ordinal: number): Message[] | null {
  const object = asObject(turn);
  if (!object) return null;
  const [asked, answered] = [keyIn(object, ASKED), keyIn(object, ANSWERED)];
  if (asked === undefined || answered === undefined) return null;
  const [question, answer] = [asText(object[asked]), asText(object[answered])];
  if (question === null && answer === null) return null;
  const steps = stepsOf(object, ordinal);
  const rest = Object.entries(object).filter(([key]) => ![asked, answered, steps?.key].includes(key));
  const times = Object.fromEntries(rest.filter(([key]) => TIME.test(plainName(key))));
  return [
    ...(question === null ? [] : [{ ...times, role: 'user', text: question }]),
    ...(steps ? [{ role: 'assistant', text: '', tool_calls: steps.calls }, ...steps.results] : []),
    ...(answer === null ? [] : [{ ...Object.fromEntries(rest), role: 'assistant', text: answer }]),
  ];
}

/** The messages of turns that hold question and answer each; null where a turn is none of them. */
export function exchangeTurns(turns: readonly unknown[]): Message[] | null {
  const made: Message[] = [];
  for (const [i, turn] of turns.entries()) {
    const messages = messagesOf(turn, i + 1);
    if (messages === null) return null;
    made.push(...messages);
  }
  return made.some(({ role }) => role === 'user') && made.some(({ role }) => role === 'assistant')
    ? made
    : null;
}
