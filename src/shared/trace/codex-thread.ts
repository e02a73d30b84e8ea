/**
 * One thread of Codex: the lines of a rollout turned into spans, in their order. Response items make the conversation
 * (codex-items.ts); event lines add what those do not know (codex-ends.ts). src/engine/intake/formats/codex.ts reads
 * the lines.
 */
import type { LogSink } from './agent-log';
import { CodexEnds } from './codex-ends';
import { CodexItems } from './codex-items';
import { CodexState, type CodexLine } from './codex-state';

export class CodexRollout {
  private readonly state: CodexState;
  private readonly items: CodexItems;
  private readonly ends: CodexEnds;

  constructor(sink: LogSink, idPrefix: string) {
    this.state = new CodexState(sink, idPrefix);
    this.items = new CodexItems(this.state);
    this.ends = new CodexEnds(this.state);
  }

  /** Begins at the start of a turn in the middle of a rollout: with its meta, and the records just before. */
  resume(meta: unknown, lead: readonly unknown[]): void {
    this.state.resume(meta, lead);
  }

  /** Of a rollout begun in the middle: why the lines before are needed; null where they are not. */
  get needsBeginning(): string | null {
    return this.state.needsBeginning;
  }

  session(meta: unknown): void {
    this.state.session(meta);
  }

  context(context: unknown): void {
    this.state.context(context);
  }

  item(item: unknown, at: CodexLine): void {
    this.items.item(item, at);
  }

  event(event: unknown, at: CodexLine): void {
    this.ends.event(event, at);
  }

  compaction(at: CodexLine, text: string): void {
    this.ends.compaction(at, text);
  }

  count(type: string): void {
    this.state.types.count(type);
  }

  tell(): void {
    this.state.tell();
  }
}
