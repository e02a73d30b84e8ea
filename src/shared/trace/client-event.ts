/**
 * What a person did with an answer in the client: took it, took it back, copied, changed or sent it, or left. One
 * meaning for the client-events format and for mapped files: a span of kind `event` whose operation is
 * `client.<what>`, whose parent is the span it refers to, whose input is the generated and whose text the used text.
 */

/** What a client may report, by the words it is reported with. */
const WORDS: Readonly<Record<string, ClientAction>> = {
  accept: 'accept',
  accepted: 'accept',
  undo: 'undo',
  undone: 'undo',
  revert: 'undo',
  reverted: 'undo',
  copy: 'copy',
  copied: 'copy',
  edit: 'edit',
  edited: 'edit',
  send: 'send',
  sent: 'send',
  abandon: 'abandon',
  abandoned: 'abandon',
};

export type ClientAction = 'accept' | 'undo' | 'copy' | 'edit' | 'send' | 'abandon';

/** The action a word stands for (`accepted`, `client.accept`, `Accept`); null when it is none. */
export function clientActionOf(value: unknown): ClientAction | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const word = value
    .trim()
    .toLowerCase()
    .replace(/^client[._:-]/, '');
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : null;
}

/** How an event names a turn (1-based) instead of a span: the parent of the canonical span until it is indexed. */
export function turnReference(turn: number): string {
  return `turn:${turn}`;
}
