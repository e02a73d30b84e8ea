import { describe, expect, it } from 'vitest';
import { readConversation, readMessages, readQuestion } from './genai-conversation';
import { originOf, roleOf } from './genai-message';
import { toolResultFailed, toolResultText } from './genai-parts';

const call = { id: 'c1', name: 'look', arguments: '{"at":"sea"}' };
const answered = [
  { role: 'user', text: 'Look at the sea.' },
  { role: 'assistant', text: 'I look.', toolCalls: [call] },
  { role: 'tool', text: 'waves' },
];

describe('one conversation in the shapes of its providers', () => {
  it.each<[string, unknown]>([
    [
      'OpenAI chat',
      [
        { role: 'user', content: 'Look at the sea.' },
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"sea"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'waves' },
      ],
    ],
    [
      'OpenAI Responses',
      [
        { role: 'user', content: [{ type: 'input_text', text: 'Look at the sea.' }] },
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'I look.' },
            { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":"sea"}' },
          ],
        },
        { type: 'function_call_output', call_id: 'c1', output: 'waves' },
      ],
    ],
    [
      'Anthropic',
      {
        messages: [
          { role: 'user', content: 'Look at the sea.\r\n' },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'I look.' },
              { type: 'tool_use', id: 'c1', name: 'look', input: { at: 'sea' } },
            ],
          },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'waves' }] }],
          },
        ],
      },
    ],
    [
      'Bedrock',
      [
        { role: 'user', content: [{ text: 'Look at the sea.' }] },
        {
          role: 'assistant',
          content: [
            { text: 'I look.' },
            { toolUse: { toolUseId: 'c1', name: 'look', input: { at: 'sea' } } },
          ],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'c1', status: 'success', content: [{ text: 'waves' }] } }],
        },
      ],
    ],
    [
      'Gemini',
      {
        contents: [
          { role: 'user', parts: [{ text: 'Look at the sea.' }] },
          {
            role: 'model',
            parts: [{ text: 'I look.' }, { functionCall: { id: 'c1', name: 'look', args: { at: 'sea' } } }],
          },
          {
            role: 'user',
            parts: [{ functionResponse: { id: 'c1', name: 'look', response: { output: 'waves' } } }],
          },
        ],
      },
    ],
    [
      'LangChain',
      {
        messages: [
          { type: 'human', content: 'Look at the sea.' },
          {
            lc: 1,
            type: 'constructor',
            id: ['langchain_core', 'messages', 'AIMessage'],
            kwargs: { content: 'I look.', tool_calls: [{ id: 'c1', name: 'look', args: { at: 'sea' } }] },
          },
          { type: 'tool', tool_call_id: 'c1', content: 'waves' },
        ],
      },
    ],
    [
      'Vercel AI SDK',
      [
        { role: 'user', content: [{ type: 'text', text: 'Look at the sea.' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I look.' },
            { type: 'tool-call', toolCallId: 'c1', toolName: 'look', input: { at: 'sea' } },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'c1',
              toolName: 'look',
              output: { type: 'text', value: 'waves' },
            },
          ],
        },
      ],
    ],
    [
      'GenAI conventions',
      JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: 'Look at the sea.' }] },
        {
          role: 'assistant',
          parts: [
            { type: 'text', content: 'I look.' },
            { type: 'tool_call', id: 'c1', name: 'look', arguments: { at: 'sea' } },
          ],
        },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'waves' }] },
      ]),
    ],
  ])('%s', (_name, value) => {
    expect(readConversation(value, 'user')).toMatchObject(answered);
    expect(readConversation(value, 'user')?.[2]?.toolCallId).toBe('c1');
  });

  it('reads answers: choices, generations, content blocks, plain text, data', () => {
    const text = [{ role: 'assistant', text: 'ahoy' }];
    expect(
      readMessages({ choices: [{ message: { role: 'assistant', content: 'ahoy' } }] }, 'assistant'),
    ).toEqual(text);
    expect(readMessages({ generations: [[{ text: 'ahoy' }]] }, 'assistant')).toEqual(text);
    expect(readMessages([{ type: 'text', text: 'ahoy' }], 'assistant')).toEqual(text);
    expect(readMessages('ahoy', 'assistant')).toEqual(text);
    expect(readMessages('{"wind": 3}', 'assistant')).toEqual([{ role: 'assistant', text: '{"wind": 3}' }]);
  });

  it('leaves out definitions of tools that an integration lists as messages', () => {
    const definition = {
      role: 'tool',
      content: { type: 'function', function: { name: 'look', parameters: {} } },
    };
    expect(readConversation([{ role: 'user', content: 'hi' }, definition], 'user')).toEqual([
      { role: 'user', text: 'hi' },
    ]);
  });

  it('gives a repeated call the id that its result answers', () => {
    const repeated = [
      { type: 'function_call', id: 'fc_9', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'waves' },
    ];
    expect(readConversation(repeated, 'user')?.[0]?.toolCalls).toEqual([
      { id: 'c1', name: 'look', arguments: '{}' },
    ]);
  });

  it('reads calls that a text spells out', () => {
    const shown =
      "ResponseFunctionToolCall(arguments='{\"at\":\"sea\"}', call_id='c1', name='look', type='function_call', id='fc')";
    expect(readMessages(shown, 'assistant')).toEqual([{ role: 'assistant', text: '', toolCalls: [call] }]);
  });

  it('ends in nested or hostile values', () => {
    let deep: unknown = { role: 'user', content: 'x' };
    for (let i = 0; i < 200; i++) deep = { messages: [deep] };
    expect(readConversation(deep, 'user')).toBeNull();
    for (const value of [
      null,
      7,
      [],
      {},
      [[]],
      { messages: 5 },
      [{ role: {} }],
      { choices: [null, 3] },
      '{"__proto__":{"role":"user"}}',
    ]) {
      expect(readConversation(value, 'user')).toBeNull();
    }
  });
});

describe('who speaks', () => {
  it.each([
    ['HUMAN', 'user'],
    ['MessageRole.USER', 'user'],
    ['AIMessage', 'assistant'],
    ['developer', 'system'],
    ['tool-response', 'tool'],
    ['poet', null],
    ['__proto__', null],
  ])('%s is %s', (name, role) => {
    expect(roleOf(name)).toBe(role);
  });

  it('tells what the harness or a command wrote from what a human did', () => {
    expect(originOf('<system-reminder>be kind</system-reminder>')).toBe('harness');
    expect(originOf('<environment_context>\n<cwd>/</cwd>\n</environment_context>')).toBe('harness');
    expect(originOf('Caveat: The messages below were generated by the user')).toBe('harness');
    expect(originOf('<command-name>/model</command-name>')).toBe('command');
    expect(originOf('<system-reminder>be kind</system-reminder> Why is it late?')).toBeUndefined();
    expect(originOf('Why is it late?')).toBeUndefined();
  });
});

describe('the question of a run', () => {
  it.each<[unknown, string | undefined]>([
    ['Where is it?', 'Where is it?'],
    ['{"inputs":{"question":"Where is it?"}}', 'Where is it?'],
    [{ args: ['Where is it?'], kwargs: {} }, 'Where is it?'],
    [
      {
        messages: [
          { role: 'system', content: 'be kind' },
          { role: 'user', content: 'Where is it?' },
        ],
      },
      'Where is it?',
    ],
    [{ limit: 5 }, undefined],
    [null, undefined],
  ])('%j', (value, text) => {
    expect(readQuestion(value)[0]?.text).toBe(text);
  });
});

describe('what a tool gave back', () => {
  it.each<[unknown, string]>([
    ['{"content":[{"type":"text","text":"waves"}]}', 'waves'],
    [{ stdout: 'a', stderr: 'b' }, 'a\nb'],
    [{ result: 'waves' }, 'waves'],
    ['["rye"]', '["rye"]'],
    [{ type: 'function_result', call_id: 'c', result: 'waves' }, 'waves'],
    [5, '5'],
  ])('%j reads %j', (value, text) => {
    expect(toolResultText(value)).toBe(text);
  });

  it('knows a result that says it failed', () => {
    expect(toolResultFailed('{"isError":true,"content":[]}')).toBe(true);
    expect(toolResultFailed({ status: 'error', tool_call_id: 'c' })).toBe(true);
    expect(toolResultFailed({ status: 'error' })).toBe(false);
    expect(toolResultFailed('error')).toBe(false);
  });
});
