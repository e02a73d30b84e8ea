/** A message of the Anthropic Messages API that came in pieces. https://docs.claude.com/en/api/messages-streaming */
import { asNumber, asObject, asText, get, parseMaybe } from './json';

/** Put together from the events of a stream, as far as it went. */
export class StreamedMessage {
  private readonly blocks = new Map<number, Record<string, unknown>>();
  private readonly json = new Map<number, string>();

  constructor(
    readonly line: number,
    private message: Record<string, unknown>,
  ) {}

  take(type: string, event: unknown): void {
    const index = asNumber(get(event, 'index')) ?? 0;
    const delta = get(event, 'delta');
    if (type === 'content_block_start') this.blocks.set(index, { ...asObject(get(event, 'content_block')) });
    else if (type === 'message_delta')
      this.message = {
        ...this.message,
        ...asObject(delta),
        usage: { ...asObject(get(this.message, 'usage')), ...known(get(event, 'usage')) },
      };
    else if (type === 'content_block_delta') {
      const block = this.blocks.get(index);
      if (!block) return;
      for (const [from, to] of [
        ['text', 'text'],
        ['thinking', 'thinking'],
      ] as const) {
        const more = asText(get(delta, from));
        if (more !== null) block[to] = `${asText(block[to]) ?? ''}${more}`;
      }
      const part = asText(get(delta, 'partial_json'));
      if (part !== null) this.json.set(index, `${this.json.get(index) ?? ''}${part}`);
    }
  }

  whole(): unknown {
    for (const [index, text] of this.json) {
      const block = this.blocks.get(index);
      if (block) block['input'] = parseMaybe(text);
    }
    return { ...this.message, content: [...this.blocks].sort(([a], [b]) => a - b).map(([, block]) => block) };
  }
}

/** Counts that are given; a delta repeats those it does not change as null. */
function known(usage: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(asObject(usage) ?? {}).filter(([, value]) => value !== null));
}
