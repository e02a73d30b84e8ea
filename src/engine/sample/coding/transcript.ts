/**
 * One session of the coding agent as Claude Code-style JSON lines: a chain of uuids, one content block per line,
 * usage repeated on every line of a message. Owns the line shapes and the clock; it must not know what is being said.
 */
import type { Rng } from '../rng';
import { SubAgentFile, type TranscriptMeta, baseLine, requestId, toolUseId } from './transcript-line';
import { present } from '../present';

export interface ToolUse {
  name: string;
  input: object;
  /** What the model sees. */
  content: string;
  /** The structured result next to it; absent: the same as `content`. */
  detail?: object;
  isError?: boolean;
  /** Median run time. */
  medianMs?: number;
}

export interface Step {
  thinking?: string;
  text?: string;
  tools?: readonly ToolUse[];
}

export interface StepIds {
  /** uuids of the assistant's lines. */
  said: string[];
  /** uuids of the tool results, in the order of `tools`. */
  results: string[];
}

/** uuids of the line with the first tool call of a step and of its result. */
export function callIds(ids: StepIds): [call: string, result: string] {
  return [present(ids.said.at(-ids.results.length)), present(ids.results[0])];
}

export const rejection =
  "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file).";

export class Transcript {
  readonly lines: string[] = [];
  readonly subAgents: SubAgentFile[] = [];
  /** uuid the next line hangs on. */
  parent: string | null = null;
  private contextTokens: number;

  constructor(
    readonly rng: Rng,
    readonly meta: TranscriptMeta,
    public nowMs: number,
  ) {
    this.contextTokens = 14_000 + rng.int(0, 9000);
  }

  /** A human message. Returns its uuid. */
  user(text: string, pauseMs: number): string {
    this.nowMs += pauseMs;
    return this.put('user', { message: { role: 'user', content: text } }, text.length);
  }

  /** A line the program wrote on the user's behalf; no human turn. */
  injected(text: string, isMeta: boolean): string {
    this.nowMs += this.rng.int(1, 30);
    return this.put(
      'user',
      { message: { role: 'user', content: text }, ...(isMeta ? { isMeta: true } : {}) },
      text.length,
    );
  }

  /** What the agent thinks, says and does in one API message, then the results of its tools. */
  step(step: Step): StepIds {
    const blocks: object[] = [];
    if (step.thinking !== undefined)
      blocks.push({ type: 'thinking', thinking: step.thinking, signature: `${this.rng.code(72, base64)}==` });
    if (step.text !== undefined) blocks.push({ type: 'text', text: step.text });
    const uses = (step.tools ?? []).map((tool) => ({ id: toolUseId(this.rng), tool }));
    for (const { id, tool } of uses)
      blocks.push({ type: 'tool_use', id, name: tool.name, input: tool.input });
    const said = this.message(blocks);
    const results = uses.map(({ id, tool }, i) =>
      this.toolResult(id, tool, present(said[said.length - uses.length + i])),
    );
    return { said, results };
  }

  /** Hands a prompt to a sub-agent, which works in `script`, and returns the ids of the Task call. */
  task(description: string, prompt: string, answer: string, script: (agent: Transcript) => void): StepIds {
    const agentId = this.rng.hex(8);
    const startMs = this.nowMs + 900;
    const useId = toolUseId(this.rng);
    const input = { description, prompt, subagent_type: 'Explore' };
    const said = this.message([{ type: 'tool_use', id: useId, name: 'Task', input }]);
    const agent = new Transcript(
      this.rng,
      { ...this.meta, sidechainOf: this.meta.inlineSubAgents ? null : agentId, isSidechain: true },
      startMs,
    );
    agent.user(prompt, 20);
    script(agent);
    agent.step({ text: answer });
    if (this.meta.inlineSubAgents) this.lines.push(...agent.lines);
    else this.subAgents.push(new SubAgentFile(agentId, agent.lines));
    this.nowMs = agent.nowMs + 40;
    const detail = {
      status: 'completed',
      prompt,
      agentId,
      content: [{ type: 'text', text: answer }],
      totalDurationMs: Math.round(this.nowMs - startMs),
      totalTokens: this.rng.int(14_000, 52_000),
      totalToolUseCount: agent.lines.length >> 2,
    };
    const result = this.toolResult(
      useId,
      { name: 'Task', input, content: answer, detail, medianMs: 1 },
      present(said[0]),
    );
    return { said, results: [result] };
  }

  /** The user stops the agent while a tool waits for permission or runs. Returns the uuid of the interruption. */
  interruptTool(step: Step): { ids: StepIds; interruption: string } {
    const tools = (step.tools ?? []).map((tool) => ({
      ...tool,
      content: `${rejection} STOP what you are doing and wait for the user to tell you how to proceed.`,
      isError: true,
      medianMs: 4000,
    }));
    const ids = this.step({ ...step, tools });
    this.nowMs += this.rng.int(20, 90);
    const interruption = this.put(
      'user',
      {
        message: {
          role: 'user',
          content: [{ type: 'text', text: '[Request interrupted by user for tool use]' }],
        },
      },
      40,
    );
    return { ids, interruption };
  }

  /** The user stops the agent while it writes. */
  interruptText(text: string): { ids: StepIds; interruption: string } {
    const ids = this.step({ text });
    this.nowMs += this.rng.int(600, 2500);
    const interruption = this.put(
      'user',
      { message: { role: 'user', content: [{ type: 'text', text: '[Request interrupted by user]' }] } },
      30,
    );
    return { ids, interruption };
  }

  /** The history is replaced by a summary, as when the context window is full. */
  compact(summary: string): string {
    this.contextTokens = Math.max(this.contextTokens, 148_000 + this.rng.int(0, 14_000));
    const previous = this.parent;
    this.parent = null;
    this.nowMs += this.rng.int(20_000, 50_000);
    const compactMetadata = { trigger: 'auto', preTokens: this.contextTokens };
    this.put(
      'system',
      {
        subtype: 'compact_boundary',
        content: 'Conversation compacted',
        level: 'info',
        isMeta: false,
        logicalParentUuid: previous,
        compactMetadata,
      },
      0,
    );
    this.contextTokens = 19_000 + this.rng.int(0, 4000);
    return this.put(
      'user',
      {
        isCompactSummary: true,
        isVisibleInTranscriptOnly: true,
        message: { role: 'user', content: summary },
      },
      summary.length,
    );
  }

  /** A request the service turned down and the program will send again. */
  apiError(status: number, attempt: number): string {
    this.nowMs += 500;
    const error = { status, error: { type: status === 529 ? 'overloaded_error' : 'rate_limit_error' } };
    return this.put(
      'system',
      {
        subtype: 'api_error',
        level: 'error',
        error,
        retryInMs: 1000 * 2 ** attempt,
        retryAttempt: attempt,
        maxRetries: 10,
      },
      0,
    );
  }

  /** Lines that are no part of the conversation: summaries and file snapshots. */
  loose(line: object, atTop = false): void {
    if (atTop) this.lines.unshift(JSON.stringify(line));
    else this.lines.push(JSON.stringify(line));
  }

  private message(blocks: readonly object[]): string[] {
    const texts = blocks.map((block) => JSON.stringify(block));
    const outputTokens = Math.max(12, Math.round(texts.join('').length / 3.9));
    const cacheRead = this.contextTokens;
    this.nowMs += this.rng.lognormal(1400, 0.4) + outputTokens * this.rng.lognormal(15, 0.2);
    const id = `msg_01${this.rng.code(22, letters)}`;
    const request = requestId(this.rng);
    return blocks.map((block, i) => {
      this.nowMs += this.rng.int(2, 700);
      const usage = {
        input_tokens: this.rng.int(3, 9),
        cache_creation_input_tokens: Math.round(outputTokens * 1.2) + 180,
        cache_read_input_tokens: cacheRead,
        output_tokens: i === blocks.length - 1 ? outputTokens : Math.min(outputTokens, this.rng.int(1, 9)),
        service_tier: 'standard',
      };
      const message = {
        id,
        type: 'message',
        role: 'assistant',
        model: this.meta.model,
        content: [block],
        stop_reason: null,
        stop_sequence: null,
        usage,
      };
      return this.put('assistant', { requestId: request, message }, present(texts[i]).length);
    });
  }

  private toolResult(id: string, tool: ToolUse, assistantUuid: string): string {
    this.nowMs += this.rng.lognormal(tool.medianMs ?? 60, 0.5);
    const isError = tool.isError === true;
    const block = {
      type: 'tool_result',
      tool_use_id: id,
      content: tool.content,
      ...(isError ? { is_error: true } : {}),
    };
    const toolUseResult = isError ? `Error: ${tool.content}` : (tool.detail ?? tool.content);
    const origin = this.meta.version.startsWith('2.1') ? { sourceToolAssistantUUID: assistantUuid } : {};
    return this.put(
      'user',
      { message: { role: 'user', content: [block] }, toolUseResult, ...origin },
      tool.content.length,
    );
  }

  private put(type: 'user' | 'assistant' | 'system', rest: object, length: number): string {
    const uuid = this.rng.uuid();
    this.lines.push(
      JSON.stringify({
        ...baseLine(this.meta, this.parent),
        type,
        ...rest,
        uuid,
        timestamp: new Date(this.nowMs).toISOString(),
      }),
    );
    this.parent = uuid;
    this.contextTokens += Math.round(length / 3.6);
    return uuid;
  }
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
