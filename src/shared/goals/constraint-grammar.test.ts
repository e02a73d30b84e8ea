import { expect, test } from 'vitest';
import { breachOf, checkWords, countUnits, type Output } from './constraint-check';
import { constraintsIn } from './constraint-grammar';
import { sentencesOf } from './sentences';

const checks = (text: string) =>
  constraintsIn(text).map((one) => (one.check === null ? null : checkWords(one.check)));

test.each([
  ['Please answer in German.', ['answers in German']],
  ['Antworte bitte auf Englisch.', ['answers in English']],
  ['Responde en español, por favor.', ['answers in Spanish']],
  ['Summarise it in at most 50 words.', ['at most 50 words']],
  ['Keep your answers under three sentences.', ['at most 3 sentences']],
  ['Give me at least 4 bullet points.', ['at least 4 bullets']],
  ['Do not use emojis.', ['no emoji']],
  ["Don't touch src/stock.ts.", ['does not change src/stock.ts']],
  ['Never run git push.', ['does not run git push']],
  ['Use pnpm instead of npm.', ['does not run npm']],
  ['Never mention "discount".', ['never says “discount”']],
  ["Find a hotel but don't book anything yet.", ['no pay']],
  ['The flight must be at most $300.', ['not above 300']],
  ['Output only valid JSON.', ['JSON alone']],
  ['The table must be made of oak wood.', [null]],
  ['Réponds toujours en 20 mots au maximum.', ['at most 20 words']],
  ['Antworte in drei kurzen Sätzen.', ['at most 3 sentences']],
  ['Responda sempre sem listas.', ['no bullets']],
  ['Verwende nie das Wort „innovativ“.', ['never says “innovativ”']],
  ['Set up the project with pnpm instead of npm.', ['does not run npm']],
  ['No modifiques src/stock.ts, por favor.', ['does not change src/stock.ts']],
  ['Der Zug muss vor 10 Uhr abfahren.', ['before 10:00']],
  ['Do not change any tests, and never run git push.', ['does not change tests', 'does not run git push']],
  ['It has to arrive before 6:30 pm.', ['arrives before 18:30']],
])('a demand: %s', (text, expected) => {
  expect(checks(text)).toEqual(expected);
});

test.each([
  "I don't know my number.",
  "Why don't you use emojis?",
  'Translate it into German.',
  "It doesn't work.",
  "I'll make sure to pay on time.",
  'Thanks, that is all.',
  'The manual says "never use npm here".',
  'How do I lay out a page without tables?',
])('no demand: %s', (text) => {
  expect(constraintsIn(text)).toEqual([]);
});

test('offsets are into the message, code is passed over', () => {
  const message = 'Hi!\n```\n# never run this\n```\n- Never run git push. Thanks.';
  const [found, ...rest] = constraintsIn(message);
  expect(rest).toEqual([]);
  expect(message.slice(found?.start, found?.end)).toBe(found?.words);
  expect(found?.words).toBe('Never run git push.');
});

test('sentences keep their places and abbreviations end none', () => {
  const text = 'Use a short one, e.g. three words. Then stop!';
  expect(sentencesOf(text).map((one) => one.text)).toEqual([
    'Use a short one, e.g. three words.',
    'Then stop!',
  ]);
  for (const one of sentencesOf(text)) expect(text.slice(one.start).startsWith(one.text)).toBe(true);
});

const said = (text: string): Output => ({
  isCall: false,
  toolName: '',
  text,
  textLength: text.length,
  input: null,
  isShell: false,
});

test('units are counted as people count them', () => {
  expect(countUnits('One two. Three!', 'sentences')).toBe(2);
  expect(countUnits('- a\n- b\nc', 'bullets')).toBe(2);
  expect(countUnits('a\n\nb', 'paragraphs')).toBe(2);
});

test('a text that was cut breaks only what more text cannot mend', () => {
  const cut: Output = { ...said('{"a": 1'), textLength: 9000 };
  expect(breachOf({ type: 'json' }, cut)).toBeNull();
  expect(breachOf({ type: 'at-least', unit: 'words', count: 90 }, cut)).toBeNull();
  expect(breachOf({ type: 'at-most', unit: 'characters', count: 100 }, cut)).toBe(
    'the answer has 9000 characters',
  );
});

test('a language is told only from enough words', () => {
  const check = { type: 'language', language: 'de' } as const;
  expect(breachOf(check, said('OK, done.'))).toBeNull();
  expect(breachOf(check, said('It is on the way and it will be there when you are at home.'))).toBe(
    'the answer is in English',
  );
  expect(breachOf(check, said('Es ist auf dem Weg und wird da sein, wenn du nach Hause kommst.'))).toBeNull();
});
