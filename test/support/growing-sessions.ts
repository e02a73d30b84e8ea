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
