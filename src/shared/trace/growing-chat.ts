/**
 * Logs of model calls repeat the whole conversation in every call. Owns finding the earlier call that a list of messages goes on
 * from: all that stands up to that call's answer is known, only the rest is new. A conversation is known by what was said, not
 * by its instructions, which often carry the date. Must not join calls that merely begin alike: an answer has to be repeated.
 */
import { callsOf, type EarlierCall } from './chat-spans';
import { canonicalJson, get, parseMaybe } from './json';
import { contentText } from './messages';

/** A conversation told so far. */
export interface GrowingChat {
  sessionId: string;
  /** Messages told so far: the number of the next one. */
  told: number;
  /** Calls of tools whose result is not known yet. */
  open: EarlierCall[];
}

const INSTRUCTIONS = new Set(['system', 'developer']);

/** Two 32-bit halves of a rolling hash; enough to tell the conversations of one file apart. */
function mixed(state: readonly [number, number], text: string): [number, number] {
  let [a, b] = state;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b) ^ (b >>> 13);
  }
  return [a >>> 0, b >>> 0];
}

function saidIn(message: unknown): string | null {
  const role = get(message, 'role');
  if (typeof role !== 'string' || INSTRUCTIONS.has(role)) return null;
  const calls = callsOf(message).map((call) => [call.name, canonicalJson(parseMaybe(call.arguments))]);
  return JSON.stringify([role, contentText(get(message, 'content')).trim(), calls]);
}

export class GrowingChats {
  /** The conversation that ends, or stands, at this point. */
  private readonly known = new Map<string, GrowingChat>();
  private readonly bySession = new Map<string, GrowingChat>();

  /**
   * The conversation that a call belongs to and how many of the messages sent are known already. `own` is the session that the
   * record names itself: messages are then sought in that session alone. `fresh` names a conversation that begins here.
   */
  place(sent: readonly unknown[], own: string | null, fresh: string): { chat: GrowingChat; from: number } {
    const keys = this.keys(sent, own);
    for (let n = keys.length; n > 0; n--) {
      const chat = this.known.get(keys[n - 1] ?? '');
      if (chat) return { chat, from: n };
    }
    const sessionId = own ?? fresh;
    const chat = this.bySession.get(sessionId) ?? { sessionId, told: 0, open: [] };
    if (own !== null) this.bySession.set(sessionId, chat);
    return { chat, from: 0 };
  }

  /**
   * Remembers where the conversation stands after a call: with its answer, and in a session that the record names also
   * without one.
   */
  told(chat: GrowingChat, sent: readonly unknown[], answer: unknown, own: string | null): void {
    if (answer === null && own === null) return;
    const keys = this.keys(answer === null ? sent : [...sent, answer], own);
    const here = keys[keys.length - 1] ?? '';
    if (here !== '') this.known.set(here, chat);
    const asked = own === null || answer === null ? '' : (keys[keys.length - 2] ?? '');
    if (asked !== '') this.known.set(asked, chat);
  }

  private keys(messages: readonly unknown[], own: string | null): string[] {
    let state = mixed([0x811c9dc5, 0x9747b28c], own ?? '');
    return messages.map((message) => {
      const said = saidIn(message);
      if (said !== null) state = mixed(state, said);
      return said === null ? '' : `${state[0].toString(36)}.${state[1].toString(36)}`;
    });
  }
}
