/**
 * Which messages a case can do without: a proposal for the analyst to confirm. Kept are the instructions, the last turn,
 * and every earlier turn that brings in something the rest refers back to (numbers, names, rare words). Deterministic.
 */
import type { CaseMessage } from '../../shared/model/regression';
import { contentWords } from '../../shared/text/function-words';
import { tokenize } from '../../shared/text/tokenize';

export interface Minimised {
  /** Indices into the messages that may be left out. */
  droppable: number[];
  /** Why turns stay, by turn number. */
  reasons: { turnNo: number; reason: string }[];
}

/** A word shared by more than this share of turns refers to nothing in particular. */
const COMMON_SHARE = 0.5;

/** Words that can be referred back to: content words, numbers and identifiers, in lower case. */
function wordsOf(text: string): Set<string> {
  return new Set([
    ...contentWords(tokenize(text.slice(0, 20_000))),
    ...(text
      .slice(0, 20_000)
      .toLowerCase()
      .match(/[\p{L}\p{N}_-]*\p{N}[\p{L}\p{N}_-]*/gu) ?? []),
  ]);
}

/** `expectation` is what must still make sense without the dropped turns. */
export function minimise(messages: readonly CaseMessage[], expectation: string): Minimised {
  const turns = new Map<number, Set<string>>();
  for (const message of messages) {
    if (message.role === 'system') continue;
    const words = turns.get(message.turnNo) ?? new Set<string>();
    for (const word of wordsOf(message.text)) words.add(word);
    turns.set(message.turnNo, words);
  }
  const order = [...turns.keys()].sort((a, b) => b - a);
  const last = order[0];
  if (last === undefined) return { droppable: [], reasons: [] };
  const spread = new Map<string, number>();
  for (const words of turns.values()) for (const word of words) spread.set(word, (spread.get(word) ?? 0) + 1);
  const isTelling = (word: string): boolean =>
    (spread.get(word) ?? 0) <= Math.max(2, turns.size * COMMON_SHARE);
  const needed = new Set([...wordsOf(expectation), ...(turns.get(last) ?? [])].filter(isTelling));
  const reasons = [{ turnNo: last, reason: 'the turn in which it failed' }];
  for (const turnNo of order.slice(1)) {
    const shared = [...(turns.get(turnNo) ?? [])].filter((word) => isTelling(word) && needed.has(word));
    if (shared.length === 0) continue;
    reasons.push({ turnNo, reason: `later turns refer to ${shared.sort().slice(0, 3).join(', ')}` });
    for (const word of turns.get(turnNo) ?? []) if (isTelling(word)) needed.add(word);
  }
  const kept = new Set(reasons.map((one) => one.turnNo));
  return {
    droppable: messages.flatMap((message, i) =>
      message.role === 'system' || kept.has(message.turnNo) ? [] : [i],
    ),
    reasons: reasons.sort((a, b) => a.turnNo - b.turnNo),
  };
}
