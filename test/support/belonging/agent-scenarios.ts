/** Scenarios in the files of agents and harnesses: sub-agents, forks, batches, evaluations, and copies of files. */
import { gzipSync } from 'node:zlib';
import { dialogue, hex, iso, lines, turnsOf, type Exchange, type Scenario } from './dialogue';

const uuid = (text: string): string => hex(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** A transcript's lines: what is asked, a tool or an agent called, its result, the answer. */
function transcript(
  session: string,
  all: readonly Exchange[],
  agent: string | null,
  isCopyOf = session,
): object[] {
  let parentUuid: string | null = null;
  const line = (key: string, second: number, type: string, message: object, more: object = {}): object => {
    const id = uuid(`${isCopyOf}/${agent ?? ''}/${key}`);
    const made = {
      parentUuid,
      isSidechain: agent !== null,
      userType: 'external',
      cwd: '/home/dev/desk',
      sessionId: session,
      version: '2.1.40',
      ...(agent === null ? {} : { agentId: agent }),
      type,
      message,
      uuid: id,
      timestamp: iso(second),
      ...more,
    };
    parentUuid = id;
    return made;
  };
  return all.flatMap((one) => {
    const key = one.trace;
    const call = `toolu_${hex(`${isCopyOf}${agent ?? ''}${key}`, 12)}`;
    const child = `a${hex(`${isCopyOf}${key}`, 7)}`;
    const assistant = (step: string, content: readonly object[]) => ({
      id: `msg_${hex(`${isCopyOf}${agent ?? ''}${key}${step}`, 10)}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-example',
      content,
      usage: { input_tokens: 10, output_tokens: 4 },
    });
    return [
      line(`${key}1`, one.second, 'user', { role: 'user', content: one.asked }),
      line(
        `${key}2`,
        one.second + 1,
        'assistant',
        assistant('2', [
          agent === null
            ? { type: 'tool_use', id: call, name: 'Agent', input: { description: 'look', prompt: one.asked } }
            : { type: 'tool_use', id: call, name: 'Read', input: { file_path: `/${key}` } },
        ]),
      ),
      line(
        `${key}3`,
        one.second + 6,
        'user',
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: call,
              content: 'found',
              ...(agent !== null && one.isToolFailed ? { is_error: true } : {}),
            },
          ],
        },
        agent === null
          ? { toolUseResult: { agentId: child, content: [{ type: 'text', text: 'found' }], totalTokens: 3 } }
          : {},
      ),
      line(`${key}4`, one.second + 8, 'assistant', assistant('4', [{ type: 'text', text: one.answered }])),
    ];
  });
}

type Layout = 'below' | 'beside';

/** Transcripts of sessions in one part, those of their sub-agents in another. */
function claudeCode(name: string, layout: Layout): Scenario {
  const all = dialogue(name);
  const sessions = [...new Set(all.map(({ session }) => session))];
  const of = (session: string): Exchange[] => all.filter((one) => one.session === session);
  const agentOf = (one: Exchange): string => `a${hex(`${one.session}${one.trace}`, 7)}`;
  const mains = Object.fromEntries(
    sessions.map((session) => [`${name}/${session}.jsonl`, lines(transcript(session, of(session), null))]),
  );
  const agents = Object.fromEntries(
    all.map((one) => [
      layout === 'below'
        ? `${name}/${one.session}/subagents/agent-${agentOf(one)}.jsonl`
        : `${name}/agent-${agentOf(one)}.jsonl`,
      lines(transcript(one.session, [{ ...one, second: one.second + 2 }], agentOf(one))),
    ]),
  );
  return {
    name,
    turns: turnsOf(all),
    toolCalls: [all.length * 2, 1],
    parts: [mains, agents],
  };
}

/** A session that was resumed under a new id begins with the lines of the first one. */
function claudeForks(name: string): Scenario {
  const all = dialogue(name).filter(({ session }) => session === `${name}-a`);
  const [first, second, third] = all;
  if (!first || !second || !third) throw new Error('three exchanges are needed');
  const [origin, fork] = [`${name}-a`, `${name}-f`];
  return {
    name,
    turns: { [origin]: [first.asked, second.asked], [fork]: [third.asked] },
    // Told by the import: what came first stays where it is, so that nothing people have looked at moves.
    staysWithFirst: true,
    parts: [
      { [`${name}/${origin}.jsonl`]: lines(transcript(origin, [first, second], null)) },
      { [`${name}/${fork}.jsonl`]: lines(transcript(fork, all, null, origin)) },
    ],
  };
}

function codex(name: string): Scenario {
  const all = dialogue(name);
  const line = (second: number, type: string, payload: object) => ({ timestamp: iso(second), type, payload });
  const meta = (id: string, second: number, source: unknown) =>
    line(second, 'session_meta', {
      id,
      timestamp: iso(second),
      cwd: '/home/dev/desk',
      originator: 'codex-tui',
      cli_version: '0.123.0',
      source,
      model_provider: 'openai',
    });
  const child = (one: Exchange): string => uuid(`${one.session}/${String(one.turn)}/child`);
  const said = (second: number, role: string, text: string) =>
    line(second, 'response_item', {
      type: 'message',
      role,
      content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }],
    });
  const sessions = [...new Set(all.map(({ session }) => session))];
  const parent = (session: string): object[] => [
    meta(session, 0, 'cli'),
    ...all
      .filter((one) => one.session === session)
      .flatMap((one) => [
        line(one.second, 'event_msg', { type: 'user_message', message: one.asked, images: [] }),
        line(one.second + 1, 'response_item', {
          type: 'function_call',
          name: 'spawn_agent',
          call_id: `c-${one.trace.slice(0, 8)}`,
          arguments: '{"message":"look"}',
        }),
        line(one.second + 1, 'event_msg', {
          type: 'collab_agent_spawn_end',
          call_id: `c-${one.trace.slice(0, 8)}`,
          new_thread_id: child(one),
          new_agent_nickname: 'Finch',
          prompt: 'look',
          status: 'pending_init',
        }),
        line(one.second + 5, 'response_item', {
          type: 'function_call_output',
          call_id: `c-${one.trace.slice(0, 8)}`,
          output: 'found',
        }),
        said(one.second + 8, 'assistant', one.answered),
      ]),
  ];
  const below = (one: Exchange): object[] => [
    meta(child(one), one.second + 2, {
      subagent: { thread_spawn: { parent_thread_id: one.session, depth: 1, agent_nickname: 'Finch' } },
    }),
    line(one.second + 2, 'event_msg', { type: 'user_message', message: 'look', images: [] }),
    line(one.second + 3, 'response_item', {
      type: 'function_call',
      name: 'shell',
      call_id: `d-${one.trace.slice(0, 8)}`,
      arguments: '{"command":["ls"]}',
    }),
    line(one.second + 4, 'response_item', {
      type: 'function_call_output',
      call_id: `d-${one.trace.slice(0, 8)}`,
      output: 'found',
    }),
    said(one.second + 5, 'assistant', 'found'),
  ];
  return {
    name,
    turns: turnsOf(all),
    toolCalls: [all.length * 2, 0],
    parts: [
      Object.fromEntries(
        sessions.map((session) => [`${name}/rollout-${session}.jsonl`, lines(parent(session))]),
      ),
      Object.fromEntries(all.map((one) => [`${name}/rollout-${child(one)}.jsonl`, lines(below(one))])),
    ],
  };
}

/** Requests of a batch are sessions of their own, named after the place in their file: by what was asked. */
const BATCHED = ['Where is the lift?', 'Which colour is the sky?', 'And the sea?'];

function openaiBatch(name: string): Scenario {
  const request = (content: string, i: number) => ({
    custom_id: `${name}-${String(i)}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'small-model', messages: [{ role: 'user', content }] },
  });
  const result = (content: string, i: number) => ({
    id: `batch_${name}_${String(i)}`,
    custom_id: `${name}-${String(i)}`,
    response: {
      status_code: 200,
      body: {
        id: `chatcmpl-${name}-${String(i)}`,
        object: 'chat.completion',
        created: 1790000000 + i,
        model: 'small-model',
        choices: [
          { index: 0, message: { role: 'assistant', content: `So: ${content}` }, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 9, completion_tokens: 3 },
      },
    },
    error: null,
  });
  return batch(name, BATCHED.map(request), BATCHED.map(result).toReversed());
}

function anthropicBatch(name: string): Scenario {
  const request = (content: string, i: number) => ({
    custom_id: `${name}-${String(i)}`,
    params: { model: 'claude-example', max_tokens: 9, messages: [{ role: 'user', content }] },
  });
  const result = (content: string, i: number) => ({
    custom_id: `${name}-${String(i)}`,
    result:
      i === 2
        ? { type: 'expired' }
        : {
            type: 'succeeded',
            message: {
              id: `msg_${name}_${String(i)}`,
              type: 'message',
              role: 'assistant',
              model: 'claude-example',
              content: [{ type: 'text', text: `So: ${content}` }],
              stop_reason: 'end_turn',
              usage: { input_tokens: 10, output_tokens: 5 },
            },
          },
  });
  return batch(name, BATCHED.map(request), BATCHED.map(result).toReversed());
}

function batch(name: string, requests: readonly object[], results: readonly object[]): Scenario {
  const file = lines(requests);
  const id = hex(file, 12);
  return {
    name,
    turns: Object.fromEntries(BATCHED.map((asked, i) => [`${id}:${String(i + 1)}`, [asked]])),
    parts: [{ [`${name}-requests.jsonl`]: file }, { [`${name}-results.jsonl`]: lines(results) }],
  };
}

/** An evaluation, and what scanners say of its samples. */
function inspect(name: string): Scenario {
  const samples = BATCHED.map((asked, i) => ({
    id: i + 1,
    epoch: 1,
    uuid: `${name}-${String(i)}`,
    input: asked,
    target: 'yes',
    messages: [
      { id: `m${String(i)}1`, role: 'user', source: 'input', content: asked },
      { id: `m${String(i)}2`, role: 'assistant', source: 'generate', content: `So: ${asked}` },
    ],
    output: {
      model: 'beam-1',
      choices: [{ message: { role: 'assistant', content: `So: ${asked}` }, stop_reason: 'stop' }],
    },
    scores: { match: { value: 'C', answer: 'yes' } },
    metadata: {},
    store: {},
    events: [],
    model_usage: {},
  }));
  const log = {
    version: 2,
    status: 'success',
    eval: {
      run_id: `run-${name}`,
      created: iso(0),
      task: 'desk',
      task_id: 't-1',
      model: 'mock/beam-1',
      dataset: { name: 'desk' },
      config: {},
    },
    plan: {},
    results: { scores: [] },
    stats: {},
    samples,
  };
  const scans = samples.map(({ uuid: transcript_id }) => ({
    transcript_id,
    scan_id: 'scan-1',
    scanner_name: 'polite',
    value: true,
    value_type: 'boolean',
    answer: null,
    explanation: 'It is.',
    event_references: '[]',
    message_references: '[]',
    scan_error: null,
    scan_total_tokens: 4,
  }));
  return {
    name,
    turns: Object.fromEntries(samples.map(({ uuid: session, input }) => [session, [input]])),
    labelCount: samples.length * 2,
    parts: [{ [`${name}.json`]: JSON.stringify(log) }, { [`${name}-scans.jsonl`]: lines(scans) }],
  };
}

/** Runs of instances, the patches that were predicted, and what the harness found. */
function sweBench(name: string): Scenario {
  const instances = [1, 2, 3].map((n) => `${name}__desk-${String(n)}`);
  const run = (instance: string): string =>
    JSON.stringify({
      info: {
        exit_status: 'Submitted',
        submission: 'diff',
        model_stats: { instance_cost: 0.1, api_calls: 2 },
        mini_version: '1.0.0',
        config: {},
      },
      messages: [
        { role: 'system', content: 'You mend code.' },
        { role: 'user', content: `Mend ${instance}.` },
        { role: 'assistant', content: 'I look.\n\n```bash\nls\n```' },
        { role: 'user', content: '<returncode>0</returncode>\n<output>\na.py\n</output>' },
        { role: 'assistant', content: 'Done.\n\n```bash\necho done\n```' },
      ],
      trajectory_format: 'mini-swe-agent-1',
      instance_id: instance,
    });
  return {
    name,
    turns: Object.fromEntries(
      instances.map((instance) => [`${instance}:${hex(run(instance), 12)}`, [`Mend ${instance}.`]]),
    ),
    labelCount: 9,
    parts: [
      Object.fromEntries(instances.map((instance) => [`${name}/${instance}.traj.json`, run(instance)])),
      {
        [`${name}/predictions.jsonl`]: lines(
          instances.map((instance_id) => ({ instance_id, model_patch: 'diff', model_name_or_path: 'mini' })),
        ),
      },
      {
        [`${name}/report.json`]: JSON.stringify({
          total_instances: 3,
          resolved_ids: instances.slice(0, 2),
          unresolved_ids: instances.slice(2),
        }),
      },
    ],
  };
}

/** The same transcript once more, and packed. */
function copies(name: string): Scenario {
  const all = dialogue(name);
  const [session] = all.map((one) => one.session);
  const file = lines(
    transcript(
      session ?? '',
      all.filter((one) => one.session === session),
      null,
    ),
  );
  return {
    name,
    turns: { [session ?? '']: all.filter((one) => one.session === session).map(({ asked }) => asked) },
    parts: [
      { [`${name}/one/${session ?? ''}.jsonl`]: file },
      { [`${name}/two/${session ?? ''}.jsonl`]: file },
      { [`${name}/three/${session ?? ''}.jsonl.gz`]: gzipSync(file) },
    ],
  };
}

export function agentScenarios(): Scenario[] {
  return [
    claudeCode('claude-below', 'below'),
    claudeCode('claude-beside', 'beside'),
    claudeForks('claude-forks'),
    codex('codex'),
    openaiBatch('openai-batch'),
    anthropicBatch('anthropic-batch'),
    inspect('inspect'),
    sweBench('swe'),
    copies('copies'),
  ];
}
