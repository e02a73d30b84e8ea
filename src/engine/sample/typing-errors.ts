import type { Rng } from './rng';

/** Slips seen everywhere; the general ones (swapped, dropped, doubled letters) are made by `slip`. */
const habits: Readonly<Record<string, string>> = {
  the: 'teh',
  because: 'becuase',
  receive: 'recieve',
  received: 'recieved',
  address: 'adress',
  definitely: 'definately',
  tomorrow: 'tommorow',
  which: 'wich',
  would: 'woud',
  please: 'pls',
  receipt: 'reciept',
  separate: 'seperate',
  "don't": 'dont',
  "can't": 'cant',
  "didn't": 'didnt',
  "doesn't": 'doesnt',
  "that's": 'thats',
  "it's": 'its',
  "I'm": 'im',
  "I've": 'ive',
  you: 'u',
  your: 'ur',
  though: 'tho',
  message: 'mesage',
  really: 'realy',
  wrong: 'worng',
  from: 'form',
  with: 'wiht',
  question: 'quesiton',
  nicht: 'nciht',
  pourquoi: 'pourqoi',
};

/** The text as somebody in a hurry types it. Words with digits, slashes or slots stay whole: they are facts. */
export function withTypingErrors(text: string, rng: Rng): string {
  const words = text.split(' ').map((word) => (rng.chance(0.16) ? misspelt(word, rng) : word));
  let typed = words.join(' ');
  if (rng.chance(0.5)) typed = typed.replace(/\bI\b/g, 'i');
  if (rng.chance(0.6)) typed = typed.replace(/\.$/, '');
  if (rng.chance(0.25)) typed = typed.replace(/,/g, '');
  return typed;
}

function misspelt(word: string, rng: Rng): string {
  const core = /^[A-Za-zÀ-ÿ']+/.exec(word)?.[0] ?? '';
  const isFact = /[\d/_`(){}]/.test(word) || /[A-Z]/.test(core.slice(1));
  if (core === '' || isFact) return word;
  const habit = habits[core];
  if (habit !== undefined) return habit + word.slice(core.length);
  return core.length < 5 ? word : slip(core, rng) + word.slice(core.length);
}

function slip(word: string, rng: Rng): string {
  const at = rng.int(1, word.length - 3);
  const kind = rng.int(0, 2);
  if (kind === 0) return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
  if (kind === 1) return word.slice(0, at) + word.slice(at + 1);
  return word.slice(0, at + 1) + word.charAt(at) + word.slice(at + 1);
}
