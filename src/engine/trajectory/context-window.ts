/**
 * Context windows of models by name, in tokens. Data, first match wins; null where nothing is known.
 * Sources: the providers' model pages, as of the year the family appeared; a proxy or a fine-tune may differ.
 */
const windows: [pattern: RegExp, tokens: number][] = [
  [/claude.*(1m|\[1m\])/i, 1_000_000],
  [/claude/i, 200_000],
  [/gpt-4\.1/i, 1_047_576],
  [/gpt-5/i, 400_000],
  [/gpt-4o|gpt-4-turbo|gpt-4-1106|gpt-4-0125/i, 128_000],
  [/gpt-4-32k/i, 32_768],
  [/gpt-4/i, 8_192],
  [/gpt-3\.5/i, 16_385],
  [/\bo[134](-|$)/i, 200_000],
  [/gemini-(1\.5-pro)/i, 2_097_152],
  [/gemini/i, 1_048_576],
  [/llama-?3\.[123]|llama-?4/i, 131_072],
  [/mi[sx]tral-large|ministral/i, 131_072],
  [/mistral|mixtral/i, 32_768],
  [/qwen/i, 131_072],
  [/deepseek/i, 131_072],
  [/grok-4/i, 262_144],
  [/grok/i, 131_072],
];

/** Tokens a model's context holds; null when the model is not known. */
export function contextWindowOf(model: string | null): number | null {
  if (model === null) return null;
  return windows.find(([pattern]) => pattern.test(model))?.[1] ?? null;
}
