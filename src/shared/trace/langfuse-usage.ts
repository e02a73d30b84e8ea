/**
 * Tokens and cost as Langfuse counts them, in its exports and in the attributes of its SDK's spans. Owns which name stands for
 * what; field meanings: https://langfuse.com/docs/observability/features/token-and-cost-tracking
 */
import { mapOf, type AttributeBag } from './attribute-bag';
import { asNumber } from './json';

function number(bag: AttributeBag, keys: readonly string[]): number | null {
  for (const key of keys) {
    const n = asNumber(bag[key]);
    if (n !== null) return n;
  }
  return null;
}

interface LangfuseUsage {
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  reasoningTokens: number | null;
  /** US dollars. */
  costUsd: number | null;
}

/**
 * Tokens of a usage and cost of its details. Langfuse counts the parts of a usage either inside `input` and `output` or
 * beside them; where the parts only add up to the total beside them, they are added, so that input holds the cached tokens.
 */
export function langfuseUsage(usageDetails: unknown, costDetails: unknown): LangfuseUsage {
  const usage = mapOf(usageDetails);
  const input = number(usage, ['input', 'prompt_tokens', 'promptTokens', 'input_tokens']);
  const output = number(usage, ['output', 'completion_tokens', 'completionTokens', 'output_tokens']);
  const cacheRead = number(usage, [
    'input_cache_read',
    'cache_read_input_tokens',
    'input_cached_tokens',
    'prompt_details.cache_read',
    'cached_tokens',
  ]);
  const cacheWrite = number(usage, [
    'input_cache_creation',
    'cache_creation_input_tokens',
    'prompt_details.cache_write',
  ]);
  const reasoning = number(usage, [
    'output_reasoning',
    'output_reasoning_tokens',
    'completion_details.reasoning',
    'reasoning_tokens',
  ]);
  const total = number(usage, ['total', 'total_tokens', 'totalTokens']);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const beside = cached + (reasoning ?? 0);
  const isBeside = beside > 0 && input !== null && output !== null && total === input + output + beside;
  const isEmpty = input === 0 && output === 0 && (total ?? 0) === 0;
  return {
    inputTokens: isEmpty ? null : isBeside ? input + cached : input,
    outputTokens: isEmpty ? null : isBeside ? output + (reasoning ?? 0) : output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    reasoningTokens: reasoning,
    costUsd: number(mapOf(costDetails), ['total']),
  };
}
