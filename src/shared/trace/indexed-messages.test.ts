import { describe, expect, it } from 'vitest';
import { newBag, subtree, undot } from './attribute-bag';
import { foldMessageKeys, oneMessage } from './indexed-messages';

/** Puts lists together as SQL does: values in JSON, each with its head in front. */
function folded(attributes: Readonly<Record<string, string>>): Record<string, string> | null {
  const keys = Object.keys(attributes);
  const found = foldMessageKeys(keys);
  if (!found) return null;
  const values = keys.map((key) => JSON.stringify(attributes[key]));
  const lists = found.lists.map(
    ({ at, heads, tail }) => at.map((i, n) => `${heads[n] ?? ''}${values[i] ?? ''}`).join('') + tail,
  );
  const all = [...found.rest.map((i) => values[i] ?? ''), ...lists];
  return Object.fromEntries(found.keys.map((key, i) => [key, all[i] ?? '']));
}

describe('messages in the keys of attributes', () => {
  it('come together as the record function reads them, whatever the order of the keys', () => {
    const attributes = {
      'llm.input_messages.1.message.content': 'Hm?',
      'llm.model_name': 'acme',
      'llm.input_messages.10.message.role': 'user',
      'llm.input_messages.1.message.role': 'user',
      'llm.input_messages.0.message.tool_calls.0.tool_call.function.name': 'look',
      'llm.input_messages.0.message.role': 'assistant',
      'llm.input_messages.0.message.tool_calls.0.tool_call.id': 'c"1',
    };
    const list = undot(subtree(Object.assign(newBag(), attributes), 'llm.input_messages'));
    expect(folded(attributes)).toEqual({
      'llm.model_name': '"acme"',
      'llm.input_messages.0.message.content': JSON.stringify(list),
    });
  });

  it('keep the key that says a call spoke', () => {
    expect(
      folded({ 'gen_ai.completion.0.content': 'ahoy', 'gen_ai.completion.0.role': 'assistant' }),
    ).toEqual({ 'gen_ai.completion.0.content': '[{"content":"ahoy","role":"assistant"}]' });
    expect(Object.keys(folded({ 'gen_ai.completion.0.role': 'assistant' }) ?? {})).toEqual([
      'gen_ai.completion.0.text',
    ]);
  });

  it.each([
    [['llm.input_messages', 'llm.input_messages.0.message.role']],
    [['llm.input_messages.0.message.role', 'llm.input_messages.0.note']],
    [['llm.input_messages.0.message']],
    [['llm.input_messages.first.message.role']],
    [['gen_ai.prompt.0']],
    [['gen_ai.prompt.0.role', 'gen_ai.prompt.user']],
    [['gen_ai.prompt.0.message.role']],
    [['gen_ai.prompt.0.role', 'a\uf8ffb']],
  ])('are left where they are no such list: %j', (keys) => {
    expect(foldMessageKeys(keys)).toBeNull();
  });

  it('stand for one message under the key of the list', () => {
    for (const key of ['llm.output_messages.0.message.content', 'gen_ai.prompt.0.text']) {
      const { attributes, json } = oneMessage(key, 'x');
      expect(Object.values(folded(Object.fromEntries(attributes)) ?? {})).toEqual([json]);
    }
  });
});
