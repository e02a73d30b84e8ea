import { describe, expect, it } from 'vitest';
import { asLines, readFixture, readRecords, type ReadSpan } from '../../../../test/support/read-format';
import claudeCode from './claude-code';

const session = readFixture(claudeCode, 'claude-code/session.jsonl');
const ofKind = (spans: readonly ReadSpan[], kind: string): ReadSpan[] =>
  spans.filter((span) => span.kind === kind);
const said = (spans: readonly ReadSpan[], origin: string): (string | null | undefined)[] =>
  spans.filter((span) => span.origin === origin).map((span) => span.text);

describe('who speaks', () => {
  it('takes only what a person typed for a person', () => {
    expect(said(session.spans, 'human')).toEqual([
      'Sort the recipes by title, please.',
      'No, put byTitle into index.ts itself.',
      '[image]',
      'Now list the three longest recipes.',
      'only the vegetarian ones',
    ]);
  });

  it('keeps what the editor and the program put around it apart', () => {
    expect(session.span('u-2').attributes).toMatchObject({
      context: expect.stringContaining('<ide_opened_file>'),
    });
    expect(session.span('u-4').attributes).toMatchObject({
      context: expect.stringContaining('The task list is empty.'),
    });
  });

  it('shows local commands as they were typed', () => {
    expect(said(session.spans, 'command')).toEqual(['/model opus', '! ls recipes']);
  });

  it('knows the texts of the program and of other agents', () => {
    const harness = ofKind(session.spans, 'user').filter((span) => span.origin === 'harness');
    expect(harness.map((span) => span.spanId)).toEqual(['c-0', 'c-2', 'c-4', 't-2', 'n-1', 'n-3']);
    expect(session.span('n-2')).toMatchObject({ kind: 'user', origin: 'agent' });
  });

  it('takes an interruption for an event, not for a turn', () => {
    expect(session.span('i-1')).toMatchObject({
      kind: 'event',
      name: 'interruption',
      status: 'interrupted',
      attributes: { forToolUse: true },
    });
    expect(session.span('i-2')).toMatchObject({ kind: 'event', name: 'interruption' });
  });

  it('finds a typed message beside an interruption mark in one line', () => {
    const line = {
      type: 'user',
      uuid: 'x',
      sessionId: 's',
      message: {
        role: 'user',
        content: [
          { type: 'text', text: '[Request interrupted by user]' },
          { type: 'text', text: 'Use tabs.' },
        ],
      },
    };
    const { spans } = readRecords(claudeCode, asLines([line]));
    expect(spans.map(({ spanId, kind, text }) => [spanId, kind, text])).toEqual([
      ['x', 'event', '[Request interrupted by user]'],
      ['x:human', 'user', 'Use tabs.'],
    ]);
  });
});

describe('answers', () => {
  it('makes one span of an answer written in several lines and counts its usage once', () => {
    const answers = session.spans.filter((span) => span.spanId === 'msg_01');
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({
      kind: 'llm',
      text: 'I will look at the index first.',
      model: 'claude-sonnet-4-5',
      inputTokens: 10,
      outputTokens: 80,
      cacheReadTokens: 0,
      cacheWriteTokens: 500,
      attributes: { reasoning: 'The index is built somewhere. I should look.', stopReason: 'tool_use' },
    });
    expect(answers[0]?.raw).toHaveLength(4);
  });

  it('starts an answer when it was asked for and ends it with its last line', () => {
    const asked = session.span('u-1');
    const answer = session.span('msg_01');
    expect(answer.startNs).toBe(asked.startNs);
    expect((answer.endNs ?? 0n) - (answer.startNs ?? 0n)).toBe(5_000_000_000n);
  });

  it('tells errors of the API from local answers, and takes neither for tokens or models', () => {
    const error = session.span('7e570000-0000-4000-8000-00000000000a');
    expect(error).toMatchObject({
      kind: 'llm',
      status: 'error',
      errorType: 'overloaded',
      statusMessage: expect.stringContaining('529'),
    });
    expect([error.model, error.inputTokens]).toEqual([null, null]);
    expect(session.span('7e570000-0000-4000-8000-00000000000b')).toMatchObject({
      kind: 'event',
      name: 'local answer',
    });
    expect(session.span('s-1')).toMatchObject({
      kind: 'event',
      name: 'api_error',
      status: 'error',
      errorType: 'overloaded_error',
      statusMessage: 'Overloaded',
      attributes: { retryAttempt: 1, maxRetries: 10, retryInMs: 600 },
    });
  });

  it('marks an answer that was cut off', () => {
    expect(readFixture(claudeCode, 'claude-code/branches.jsonl').span('msg_s1')).toMatchObject({
      status: 'interrupted',
    });
  });
});

describe('tool calls', () => {
  const status = (spanId: string): unknown => session.span(spanId).status;

  it('says how each call ended', () => {
    expect(
      [
        'toolu_read',
        'toolu_edit1',
        'toolu_npm',
        'toolu_edit2',
        'toolu_edit3',
        'toolu_test',
        'toolu_last',
      ].map(status),
    ).toEqual(['ok', 'error', 'rejected', 'rejected', 'interrupted', 'interrupted', 'unset']);
  });

  it('keeps the reason of a refusal with the call and makes no turn of it', () => {
    expect(session.span('toolu_npm')).toMatchObject({
      statusMessage: 'no new packages, use localeCompare',
      attributes: { rejectionReason: 'no new packages, use localeCompare' },
    });
    expect(session.span('toolu_edit2').attributes).not.toHaveProperty('rejectionReason');
    expect(said(session.spans, 'human')).not.toContain('no new packages, use localeCompare');
  });

  it('takes arguments, result and times from the lines of call and result', () => {
    const call = session.span('toolu_grep');
    expect(call).toMatchObject({
      kind: 'tool',
      name: 'Grep',
      toolName: 'Grep',
      toolCallId: 'toolu_grep',
      parentSpanId: 'msg_01',
      input: '{"pattern":"sort","path":"/home/dev/recipe-box"}',
      output: 'No files found',
      line: 9,
      attributes: { resultUuid: 'r-1b', resultLine: 11 },
    });
    expect((call.endNs ?? 0n) - (call.startNs ?? 0n)).toBe(1_500_000_000n);
  });

  it('names the kind of an error', () => {
    expect(session.span('toolu_edit1')).toMatchObject({
      errorType: 'tool_use_error',
      statusMessage: 'String to replace not found in file.',
    });
    expect(session.span('toolu_wc')).toMatchObject({ errorType: 'exit_code', statusMessage: 'Exit code 2' });
  });

  it('leaves a call without a result open and says so', () => {
    expect(session.span('toolu_last')).toMatchObject({ endNs: null, text: null, output: null });
    expect(session.notes['tool call without a result']).toBe(1);
  });

  it('keeps a result whose call is not in the file', () => {
    const line = {
      type: 'user',
      uuid: 'r',
      sessionId: 's',
      timestamp: '2026-03-02T09:00:00.000Z',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'gone', content: 'late', is_error: true }],
      },
    };
    const output = readRecords(claudeCode, asLines([line]));
    expect(output.spans).toMatchObject([
      { spanId: 'gone', kind: 'tool', toolName: null, startNs: null, status: 'error', text: 'late' },
    ]);
    expect(output.notes).toEqual({ 'tool result without its call': 1 });
  });
});

describe('everything else', () => {
  it('makes one memory span of a compaction boundary and its summary', () => {
    const memory = ofKind(session.spans, 'memory');
    expect(memory.map((span) => [span.spanId, span.name])).toEqual([
      ['t-0', 'memory file loaded'],
      ['s-2', 'context compaction'],
    ]);
    expect(memory[1]).toMatchObject({
      text: expect.stringContaining('The user sorts recipes.'),
      attributes: { trigger: 'auto', preTokens: 155_000, summaryUuid: 'k-1' },
    });
  });

  it('counts bookkeeping, unknown types and repeated lines', () => {
    expect(session.notes).toMatchObject({
      'line type "summary" counted only': 1,
      'line type "file-history-snapshot" counted only': 1,
      'line type "queue-operation" counted only': 1,
      'line type "progress" counted only': 1,
      'line type "mode" counted only': 1,
      'line type "a-type-of-the-future" counted only': 1,
      'attachment "todo_reminder" counted only': 1,
      'line with the same uuid as an earlier one, left out': 1,
    });
  });

  it('rejects lines it cannot use, each with its number and a reason', () => {
    expect(session.rejects).toEqual([
      { line: 57, reason: 'the line has no "type"' },
      { line: 58, reason: 'the user line has no message object' },
      { line: 59, reason: "the assistant line's message has no content" },
      { line: 60, reason: 'a transcript line must be a JSON object' },
    ]);
  });

  it('gives every span its session, version and project', () => {
    for (const span of session.spans) {
      expect(span).toMatchObject({
        sessionId: '5e550000-0000-4000-8000-000000000001',
        agentVersion: '2.1.40',
        feature: 'recipe-box',
        agentName: 'Claude Code',
      });
    }
    expect(new Set(session.spans.map((span) => span.spanId)).size).toBe(session.spans.length);
  });

  it('reads the export of the web application', () => {
    const web = readFixture(claudeCode, 'claude-code/web-export.json');
    expect(web.spans.map((span) => [span.kind, span.line])).toEqual([
      ['user', 3],
      ['llm', 11],
      ['tool', 11],
      ['llm', 48],
    ]);
    expect(web.rejects).toEqual([{ line: 61, reason: 'the user line has no message object' }]);
  });
});

describe('branches', () => {
  const rewound = (path: string): string[] =>
    readFixture(claudeCode, path)
      .spans.filter((span) => span.isRewound === true)
      .map((span) => span.spanId);

  it('marks what was left by rewinding, and neither parallel results, progress lines nor local commands', () => {
    expect(rewound('claude-code/rewind.jsonl')).toEqual(['u-2', 'msg_r3', 'toolu_r3', 'u-3', 'msg_r4']);
  });

  it('marks the abandoned answer of a retry, but no branch of another session or of another window', () => {
    expect(rewound('claude-code/branches.jsonl')).toEqual(['msg_s1']);
  });
});

describe('sub-agents', () => {
  it('finds the call that started an inline sidechain by its prompt', () => {
    const { spans, span } = readFixture(claudeCode, 'claude-code/sidechain.jsonl');
    expect(span('toolu_task').spawnsAgentId).toBe('q-1');
    const inside = spans.filter((each) => each.agentId === 'q-1');
    expect(inside.map((each) => each.spanId)).toEqual(['q-1', 'msg_t2', 'toolu_ls', 'msg_t3']);
    expect(inside.map((each) => each.parentSpanId)).toEqual([
      'toolu_task',
      'toolu_task',
      'msg_t2',
      'toolu_task',
    ]);
    expect(span('q-1')).toMatchObject({ kind: 'user', origin: 'agent' });
  });

  it('joins a sub-agent in a file of its own by session and agent id', () => {
    const folder = 'claude-code/delegating/5e550000-0000-4000-8000-000000000006';
    const main = readFixture(claudeCode, `${folder}.jsonl`);
    const agent = readFixture(claudeCode, `${folder}/subagents/agent-a5e1f0c2.jsonl`);
    expect(main.span('toolu_d1').spawnsAgentId).toBe('a5e1f0c2');
    expect(new Set(agent.spans.map((span) => span.agentId))).toEqual(new Set(['a5e1f0c2']));
    expect(new Set(agent.spans.map((span) => span.sessionId))).toEqual(
      new Set(main.spans.map((span) => span.sessionId)),
    );
    expect(agent.span('toolu_d2')).toMatchObject({
      status: 'rejected',
      attributes: { rejectionReason: 'only the bread' },
    });
    expect(agent.spans.some((span) => span.origin === 'human')).toBe(false);
  });

  it('takes the agent id from the file name where the lines have none', () => {
    const line = {
      type: 'assistant',
      uuid: 'a',
      parentUuid: null,
      isSidechain: true,
      sessionId: 's',
      message: { content: 'hi' },
    };
    const { spans } = readRecords(claudeCode, asLines([line]), { name: 'agent-77aa.jsonl' });
    expect(spans).toMatchObject([{ agentId: '77aa', kind: 'llm', text: 'hi' }]);
  });
});

describe('sniffing', () => {
  it('knows its own by content', () => {
    expect(claudeCode.sniff(session.sample)).toMatchObject({ confidence: 0.97 });
    const title = { type: 'summary', summary: 'x', leafUuid: 'y' };
    expect(claudeCode.sniff({ ...session.sample, records: [title] })).toMatchObject({ confidence: 0.9 });
  });

  it.each([
    ['chat messages', { messages: [{ role: 'user', content: 'hi' }] }],
    [
      'a tool that writes parts',
      { type: 'user', uuid: 'u', sessionId: 's', message: { role: 'user', parts: [{ text: 'hi' }] } },
    ],
    ['anything else', { type: 'user', text: 'hi' }],
  ])('leaves %s alone', (_, record) => {
    expect(claudeCode.sniff({ ...session.sample, records: [record, null, 42, 'text'] })).toBeNull();
  });
});

describe('hostile transcripts', () => {
  it('survives circles of parents, deep chains and odd values', () => {
    const circle = ['a', 'b', 'c'].map((uuid, i, all) => ({
      type: 'user',
      uuid,
      parentUuid: all[(i + 1) % 3],
      isSidechain: true,
      sessionId: 's',
      message: { role: 'user', content: 'round' },
    }));
    const chain = Array.from({ length: 20_000 }, (_, i) => ({
      type: i % 2 === 0 ? 'user' : 'assistant',
      uuid: `u${i}`,
      parentUuid: i === 0 ? null : `u${i - 1}`,
      sessionId: 's',
      message: { role: 'user', content: i % 2 === 0 ? 'again' : [{ type: 'text', text: 'yes' }] },
    }));
    const odd = [
      {
        type: 'user',
        uuid: 'o1',
        message: { content: [null, 1, 'two', { type: 'text' }, { type: 'tool_result' }] },
      },
      {
        type: 'assistant',
        uuid: 'o2',
        timestamp: 'never',
        message: { content: [{ type: 'tool_use', input: 'x' }], usage: 'none' },
      },
      JSON.parse(
        '{"type":"user","uuid":"__proto__","sessionId":"__proto__","__proto__":{"isMeta":true},"message":{"content":"kept"}}',
      ) as unknown,
    ];
    const { spans, rejects } = readRecords(claudeCode, asLines([...circle, ...chain, ...odd]));
    expect(rejects).toEqual([]);
    expect(spans).toHaveLength(3 + 20_000 + 5);
    expect(spans.find((span) => span.spanId === '__proto__')).toMatchObject({
      origin: 'human',
      text: 'kept',
    });
    expect(({} as Record<string, unknown>)['isMeta']).toBeUndefined();
  });
});
