/** Made-up session files of coding agents, of several turns with a call each: for reading on where a file grew. */

function asLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function timeOf(place: number): string {
  return new Date(Date.UTC(2026, 3, 1) + place * 1000).toISOString();
}

/** A session of the pi agent; the person takes the turn before the last one back and says something else. */
export function piSession(turns: number): string {
  const records: unknown[] = [
    { type: 'session', version: 3, id: 'pi-of-many-turns', timestamp: timeOf(0), cwd: '/home/dev/pots' },
  ];
  let last: string | null = null;
  const add = (message: Record<string, unknown>): void => {
    const id = `entry-${String(records.length)}`;
    records.push({ type: 'message', id, parentId: last, timestamp: timeOf(records.length), message });
    last = id;
  };
  const answer = (content: unknown[]): void => {
    add({
      role: 'assistant',
      provider: 'made-up',
      model: 'made-up-1',
      content,
      usage: { input: 3, output: 7 },
    });
  };
  for (let turn = 1; turn <= turns; turn++) {
    const before: string | null = last;
    const id = `call-of-the-turn-${String(turn)}`;
    add({ role: 'user', content: [{ type: 'text', text: `Count the pots, time ${String(turn)}.` }] });
    answer([{ type: 'toolCall', id, name: 'bash', arguments: { command: 'ls' } }]);
    const content = [{ type: 'text', text: `${String(turn)} pots` }];
    add({ role: 'toolResult', toolCallId: id, toolName: 'bash', content, isError: turn === 3 });
    answer([{ type: 'text', text: `There are ${String(turn)} pots.` }]);
    if (turn === turns - 1) {
      last = before;
      add({ role: 'user', content: [{ type: 'text', text: 'No: count the pans.' }] });
      answer([{ type: 'text', text: 'There are no pans.' }]);
    }
  }
  return asLines(records);
}

/** A session of Droid as it is stored. */
export function droidSession(turns: number): string {
  const records: unknown[] = [
    { type: 'session_start', id: 'droid-of-many-turns', title: 'Pots', cwd: '/home/dev/pots', version: 2 },
  ];
  const add = (role: string, block: unknown): void => {
    const id = `message-${String(records.length)}`;
    records.push({
      type: 'message',
      id,
      timestamp: timeOf(records.length),
      message: { role, content: [block] },
    });
  };
  for (let turn = 1; turn <= turns; turn++) {
    const id = `call-of-the-turn-${String(turn)}`;
    add('user', { type: 'text', text: `Count the pots, time ${String(turn)}.` });
    add('assistant', { type: 'tool_use', id, name: 'Execute', input: { command: 'ls' } });
    add('user', {
      type: 'tool_result',
      tool_use_id: id,
      content: `${String(turn)} pots`,
      is_error: turn === 3,
    });
    add('assistant', { type: 'text', text: `There are ${String(turn)} pots.` });
  }
  return asLines(records);
}

/** Events of the Copilot command line; the model is told once, and changed before the last turn but one. */
export function copilotSession(turns: number): string {
  const records: object[] = [];
  const add = (type: string, data: object): void => {
    const id = `event-of-the-log-${String(records.length)}`;
    records.push({ type, data, id, timestamp: timeOf(records.length), parentId: null });
  };
  add('session.start', {
    sessionId: 'copilot-of-many-turns',
    copilotVersion: '1.0.11',
    context: { cwd: '/home/dev/pots' },
  });
  add('session.model_change', { newModel: 'made-up-1' });
  for (let turn = 1; turn <= turns; turn++) {
    const toolCallId = turn % 2 === 0 ? `call_${String(turn)}` : `call_of_the_turn_${String(turn)}`;
    if (turn === turns - 1) add('session.model_change', { newModel: 'made-up-2' });
    add('user.message', { content: `Count the pots, time ${String(turn)}.`, source: 'user' });
    add('assistant.turn_start', { turnId: String(turn) });
    add('assistant.message', {
      content: 'I look.',
      outputTokens: 3,
      toolRequests: [{ toolCallId, name: 'bash', arguments: '{}' }],
    });
    add('assistant.usage', { inputTokens: 10 * turn, outputTokens: 3 });
    add('tool.execution_start', { toolCallId, toolName: 'bash' });
    add('hook.end', { hookType: 'postToolUse' });
    add('tool.execution_complete', {
      toolCallId,
      success: turn !== 3,
      result: { content: `${String(turn)} pots` },
    });
    add('assistant.message', { content: `There are ${String(turn)} pots.`, outputTokens: 7 });
  }
  return asLines(records);
}

/** A session of Qwen Code; the person takes the turn before the last one back. */
export function qwenSession(turns: number): string {
  const records: object[] = [];
  let last: string | null = null;
  const add = (type: string, parts: object[], more: object = {}): void => {
    const uuid = `line-of-the-chat-${String(records.length)}`;
    const around = {
      uuid,
      parentUuid: last,
      sessionId: 'qwen-of-many-turns',
      timestamp: timeOf(records.length),
    };
    const message = { role: type === 'assistant' ? 'model' : 'user', parts };
    records.push({ ...around, type, cwd: '/home/dev/pots', version: '0.21.1', message, ...more });
    last = uuid;
  };
  for (let turn = 1; turn <= turns; turn++) {
    const before: string | null = last;
    const id = turn % 2 === 0 ? `c${String(turn)}` : `call-of-the-turn-${String(turn)}`;
    const model = { model: 'made-up-1', usageMetadata: { promptTokenCount: turn, candidatesTokenCount: 2 } };
    add('user', [{ text: `Count the pots, time ${String(turn)}.` }]);
    add('assistant', [{ functionCall: { id, name: 'list', args: {} } }], model);
    add('tool_result', [
      { functionResponse: { id, name: 'list', response: { output: `${String(turn)} pots` } } },
    ]);
    add('assistant', [{ text: `There are ${String(turn)} pots.` }], model);
    if (turn === turns - 1) {
      last = before;
      add('user', [{ text: 'No: count the pans.' }]);
      add('assistant', [{ text: 'There are no pans.' }], model);
    }
  }
  return asLines(records);
}

/** A wire log of Kimi Code, whose calls are numbered on. */
export function kimiSession(turns: number): string {
  const records: object[] = [{ type: 'metadata', protocol_version: '1.4', created_at: 1782885612000 }];
  const add = (type: string, more: object): void => {
    records.push({ type, ...more, time: 1782885613000 + records.length * 1000 });
  };
  const loop = (event: object): void => {
    add('context.append_loop_event', { event });
  };
  add('config.update', { modelAlias: 'made-up/one' });
  for (let turn = 1; turn <= turns; turn++) {
    const said = [{ type: 'text', text: `Count the pots, time ${String(turn % 3)}.` }];
    const origin = { kind: 'user' };
    const step = `step-of-turn-${String(turn)}`;
    const toolCallId = `Bash_${String(turn)}`;
    add('turn.prompt', { input: said, origin });
    add('context.append_message', { message: { role: 'user', content: said, origin } });
    loop({ type: 'step.begin', uuid: step });
    add('llm.request', { kind: 'loop', model: turn < turns - 1 ? 'made-up-one' : 'made-up-two' });
    loop({ type: 'content.part', stepUuid: step, part: { type: 'text', text: 'I look.' } });
    loop({ type: 'tool.call', stepUuid: step, toolCallId, name: 'Bash', args: { command: 'ls' } });
    loop({
      type: 'tool.result',
      toolCallId,
      result: { output: `${String(turn)} pots`, isError: turn === 3 },
    });
    loop({ type: 'step.end', uuid: step, usage: { inputOther: turn, output: 2 } });
    add('usage.record', { model: 'made-up-one' });
  }
  return asLines(records);
}

/** A transcript of Cursor, whose calls have no ids and of which some never get a result. */
export function cursorSession(turns: number): string {
  const records: object[] = [];
  const add = (role: string, ...content: object[]): void => {
    records.push({ role, message: { content } });
  };
  for (let turn = 1; turn <= turns; turn++) {
    add('user', { type: 'text', text: `<user_query>\nCount the pots, time ${String(turn)}.\n</user_query>` });
    add(
      'assistant',
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', name: 'Shell', input: { command: 'ls' } },
    );
    if (turn % 2 === 0)
      add('user', { type: 'tool_result', content: [{ type: 'text', text: `${String(turn)} pots` }] });
    add('assistant', { type: 'text', text: `There are ${String(turn)} pots.` });
    if (turn % 3 === 0) records.push({ type: 'turn_ended', status: turn === 3 ? 'aborted' : 'success' });
  }
  return asLines(records);
}
