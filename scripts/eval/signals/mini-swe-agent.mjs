// Runs of mini-swe-agent on SWE-bench as sessions for detectors, with what is known of them: return codes and the resolved flag.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spanOf } from './two-turns.mjs';

const RESULTS = 'swebench_results/20251118_gemini-3-pro-74pct';

function commandOf(text) {
  return /```bash\n([\s\S]*?)\n```/u.exec(text)?.[1] ?? null;
}

function textOf(content) {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('\n');
}

/** What a message is as a span. The exit code is left in the text alone, where the detectors have to find it. */
function toSpan({ role, content }, position, command) {
  const whole = textOf(content);
  const text = {
    text: whole.slice(0, 2000),
    textTail: whole.length > 2000 ? whole.slice(-600) : null,
    textLength: whole.length,
  };
  const base = { spanId: `m${position}`, position, turnNo: position === 0 ? 0 : 1, ...text };
  if (role === 'system') return spanOf({ ...base, kind: 'system', name: 'instructions' });
  if (role === 'assistant') return spanOf({ ...base, kind: 'llm', name: 'answer', status: 'ok' });
  if (position === 1) return spanOf({ ...base, kind: 'user', origin: 'human', name: 'task' });
  // The harness answers an action it could not read; nothing ran.
  if (!whole.startsWith('<returncode>'))
    return spanOf({ ...base, kind: 'environment', name: 'harness', status: 'error' });
  return spanOf({
    ...base,
    kind: 'tool',
    name: 'bash',
    toolName: 'bash',
    pillar: 'environment',
    input: JSON.stringify({ command }).slice(0, 1000),
    callHash: createHash('md5')
      .update(command ?? '')
      .digest('hex'),
  });
}

/**
 * [{ id, half, isResolved, spans, codes }]: `codes` are the return codes by span id. From the folder `more` where it holds such runs,
 * else those at hand. Null where the data is absent.
 */
export function readMiniSweAgent(traces, more = null) {
  const folder = [
    ...(more === null ? [] : [join(more, 'mini-swe-agent', RESULTS)]),
    join(traces, 'mini-swe-agent/gruckion+mini-swe-agent', RESULTS),
  ].find((one) => existsSync(join(one, 'results_summary.json')));
  if (folder === undefined) return null;
  const summary = JSON.parse(readFileSync(join(folder, 'results_summary.json'), 'utf8'));
  const resolved = new Map(summary.instances.map((one) => [one.instance_id, one.resolved]));
  const ids = readdirSync(join(folder, 'trajs')).filter((id) => resolved.has(id));
  return ids.map((id) => {
    const { messages } = JSON.parse(readFileSync(join(folder, 'trajs', id, `${id}.traj.json`), 'utf8'));
    const codes = new Map();
    let command = null;
    const spans = messages.map((message, position) => {
      const span = toSpan(message, position, command);
      if (message.role === 'assistant') command = commandOf(textOf(message.content));
      const code = span.kind === 'tool' ? /^<returncode>(-?\d+)/u.exec(span.text)?.[1] : undefined;
      if (code !== undefined) codes.set(span.spanId, Number(code));
      return span;
    });
    // Fixed once for all: the half by the hash of the instance's name.
    const half = Number.parseInt(createHash('md5').update(id).digest('hex').slice(0, 2), 16) % 2;
    return { id, half: half === 0 ? 'fit' : 'report', isResolved: resolved.get(id) === true, spans, codes };
  });
}
