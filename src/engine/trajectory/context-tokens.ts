/**
 * Tokens in the window of a model call. Sources that count cached tokens beside the input (Anthropic's way) are told
 * by the cache being larger than the input; elsewhere the input holds the cached ones already. SQL over span s and session x.
 */
export const contextTokens = `CASE WHEN s.kind = 'llm' AND s.input_tokens IS NOT NULL THEN
  s.input_tokens + CASE WHEN coalesce(s.cache_read_tokens, 0) + coalesce(s.cache_write_tokens, 0) > s.input_tokens OR x.format = 'claude-code'
    THEN coalesce(s.cache_read_tokens, 0) + coalesce(s.cache_write_tokens, 0) ELSE 0 END END`;
