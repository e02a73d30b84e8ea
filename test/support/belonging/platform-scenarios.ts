/** Scenarios in the exports of tracing platforms: what was observed, and what was thought of it, in files of their own. */
import { dialogue, hex, iso, lines, nanos, rounds, turnsOf, type Exchange, type Scenario } from './dialogue';

const json = JSON.stringify;
const tools = (all: readonly Exchange[]): [number, number] => [
  all.length,
  all.filter((one) => one.isToolFailed).length,
];
/** What all files of a platform together tell of the exchanges. */
function scenario(
  name: string,
  all: readonly Exchange[],
  parts: Scenario['parts'],
  labelCount?: number,
): Scenario {
  return {
    name,
    turns: turnsOf(all),
    toolCalls: tools(all),
    parts,
    ...(labelCount === undefined ? {} : { labelCount }),
  };
}

const at = (second: number): string => iso(second).replace('T', ' ').replace('Z', '000');
const idOf = ({ trace }: Exchange, role: string): string => `${trace.slice(0, 12)}-${role}`;
const asked = ({ asked: content }: Exchange) => [{ role: 'user', content }];
const answer = ({ answered: content }: Exchange) => ({ role: 'assistant', content });

function observation(one: Exchange, session: string | null): object[] {
  const row = (
    role: string,
    parent: string | null,
    type: string,
    [from, to]: [number, number],
    more: object,
  ) => ({
    id: idOf(one, role),
    trace_id: one.trace,
    parent_observation_id: parent === null ? null : idOf(one, parent),
    type,
    name: role,
    start_time: at(one.second + from),
    end_time: at(one.second + to),
    project_id: 'shop',
    level: 'DEFAULT',
    ...(session === null ? {} : { session_id: session }),
    ...more,
  });
  return [
    row('root', null, 'SPAN', [0, 9], { input: one.asked, output: one.answered }),
    row('look_up', 'root', 'TOOL', [2, 3], {
      input: { turn: one.turn },
      output: 'found',
      level: one.isToolFailed ? 'ERROR' : 'DEFAULT',
    }),
    row('model', 'root', 'GENERATION', [4, 8], {
      input: asked(one),
      output: answer(one),
      model: 'small-model',
    }),
  ];
}

const traceRow = (one: Exchange): object => ({
  id: one.trace,
  timestamp: at(one.second - 0.5),
  name: 'desk',
  project_id: 'shop',
  session_id: one.session,
  user_id: 'u-1',
  release: '1',
  bookmarked: false,
});

const scoreRows = (one: Exchange): object[] => [
  {
    id: `s-${idOf(one, 'p')}`,
    trace_id: one.trace,
    observation_id: idOf(one, 'model'),
    name: 'helpful',
    value: one.turn,
    data_type: 'NUMERIC',
    source: 'ANNOTATION',
    timestamp: at(one.second + 30),
    project_id: 'shop',
  },
  {
    id: `s-${idOf(one, 'c')}`,
    trace_id: one.trace,
    observation_id: null,
    name: 'length',
    value: 3,
    data_type: 'NUMERIC',
    source: 'API',
    timestamp: at(one.second + 30),
    project_id: 'shop',
  },
];

function langfuse(name: string): Scenario {
  const all = dialogue(name);
  return scenario(
    name,
    all,
    [
      { [`${name}-observations.jsonl`]: lines(all.flatMap((one) => observation(one, null))) },
      { [`${name}-traces.jsonl`]: lines(all.map(traceRow)) },
      { [`${name}-scores.jsonl`]: lines(all.flatMap(scoreRows)) },
    ],
    all.length * 2,
  );
}

function csv(rows: readonly object[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : json(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${[columns, ...rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]))].map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

/** As tables, and by time: observations of a round, then scores of it. */
function langfuseTables(name: string): Scenario {
  const all = dialogue(name);
  return scenario(
    name,
    all,
    [
      ...rounds(all).map((round, i) => ({
        [`${name}-observations-${String(i)}.csv`]: csv(round.flatMap((one) => observation(one, one.session))),
      })),
      { [`${name}-scores.csv`]: csv(all.flatMap(scoreRows)) },
    ],
    all.length * 2,
  );
}

/** One document a trace, as the page of a trace offers it, and scores of their own. */
function langfuseDownloads(name: string): Scenario {
  const all = dialogue(name);
  const camel = (row: object): object =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        value as unknown,
      ]),
    );
  const document = (one: Exchange): string =>
    json({
      trace: { ...camel(traceRow(one)), timestamp: iso(one.second), scores: [], corrections: [] },
      observations: observation(one, null).map((row) => ({
        ...camel(row),
        startTime: `${(row as { start_time: string }).start_time.replace(' ', 'T').slice(0, 23)}Z`,
        endTime: `${(row as { end_time: string }).end_time.replace(' ', 'T').slice(0, 23)}Z`,
      })),
    });
  return scenario(
    name,
    all,
    [
      ...rounds(all).map((round, i) =>
        Object.fromEntries(round.map((one, j) => [`${name}-${String(i)}-${String(j)}.json`, document(one)])),
      ),
      { [`${name}-scores.jsonl`]: lines(all.flatMap(scoreRows)) },
    ],
    all.length * 2,
  );
}

function runs(one: Exchange): Record<string, unknown>[] {
  const uuid = (role: string): string => {
    const digits = hex(`${one.session}/${String(one.turn)}/${role}`, 32);
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
  const order = (role: string, second: number): string =>
    `${iso(second).replace(/[-:.]/g, '').replace('Z', '000Z')}${uuid(role)}`;
  const run = (role: string, run_type: string, [from, to]: [number, number], more: object) => ({
    id: uuid(role),
    trace_id: uuid('root'),
    parent_run_id: role === 'root' ? null : uuid('root'),
    dotted_order: `${order('root', one.second)}${role === 'root' ? '' : `.${order(role, one.second + from)}`}`,
    session_id: 'project-1',
    run_type,
    name: role,
    start_time: iso(one.second + from),
    end_time: iso(one.second + to),
    status: 'success',
    error: null,
    extra: { metadata: { thread_id: one.session } },
    ...more,
  });
  return [
    run('root', 'chain', [0, 9], { inputs: { input: one.asked }, outputs: { output: one.answered } }),
    run('look_up', 'tool', [2, 3], {
      inputs: { input: json({ turn: one.turn }) },
      outputs: { output: 'found' },
      ...(one.isToolFailed ? { error: 'no such turn', status: 'error' } : {}),
    }),
    run('model', 'llm', [4, 8], {
      inputs: { messages: asked(one) },
      outputs: { choices: [{ message: answer(one), finish_reason: 'stop' }] },
    }),
  ];
}

const feedback = (one: Exchange): object[] => {
  const [root, , model] = runs(one);
  return [
    {
      id: `f-${idOf(one, 'p')}`,
      run_id: model?.['id'],
      trace_id: root?.['id'],
      key: 'helpful',
      score: one.turn,
      value: null,
      comment: null,
      feedback_source: { type: 'app' },
      created_at: iso(one.second + 30),
    },
    {
      id: `f-${idOf(one, 'c')}`,
      run_id: root?.['id'],
      trace_id: root?.['id'],
      key: 'right',
      score: 1,
      value: null,
      comment: 'so it is',
      feedback_source: { type: 'model' },
      created_at: iso(one.second + 31),
    },
  ];
};

function langsmith(name: string): Scenario {
  const all = dialogue(name);
  return scenario(
    name,
    all,
    [
      ...rounds(all).map((round, i) => ({ [`${name}-runs-${String(i)}.jsonl`]: lines(round.flatMap(runs)) })),
      { [`${name}-feedback.jsonl`]: lines(all.flatMap(feedback)) },
    ],
    all.length * 2,
  );
}

/** What a client posts when a run begins, and patches when it ends. */
function langsmithBatches(name: string): Scenario {
  const all = dialogue(name);
  const begun = ({
    end_time: _,
    outputs: _outputs,
    status: _status,
    error: _error,
    ...rest
  }: Record<string, unknown>) => rest;
  const ended = ({
    id,
    trace_id,
    parent_run_id,
    dotted_order,
    end_time,
    outputs,
    status,
    error,
  }: Record<string, unknown>) => ({
    id,
    trace_id,
    parent_run_id,
    dotted_order,
    end_time,
    outputs,
    status,
    error,
  });
  return scenario(name, all, [
    { [`${name}-post.jsonl`]: lines(all.map((one) => ({ post: runs(one).map(begun) }))) },
    { [`${name}-patch.jsonl`]: lines(all.map((one) => ({ patch: runs(one).map(ended) }))) },
  ]);
}

function phoenix(name: string): Scenario {
  const all = dialogue(name);
  const spans = (one: Exchange): object[] => {
    const id = (role: string): string => hex(idOf(one, role), 16);
    const span = (
      role: string,
      span_kind: string,
      [from, to]: [number, number],
      attributes: object,
      status_code = 'OK',
    ) => ({
      name: role,
      context: { trace_id: one.trace, span_id: id(role) },
      span_kind,
      parent_id: role === 'root' ? null : id('root'),
      start_time: iso(one.second + from),
      end_time: iso(one.second + to),
      status_code,
      status_message: '',
      attributes: { 'openinference.span.kind': span_kind, 'session.id': one.session, ...attributes },
      events: [],
    });
    return [
      span('root', 'AGENT', [0, 9], { 'input.value': one.asked, 'output.value': one.answered }),
      span(
        'look_up',
        'TOOL',
        [2, 3],
        { 'tool.name': 'look_up', 'input.value': json({ turn: one.turn }), 'output.value': 'found' },
        one.isToolFailed ? 'ERROR' : 'OK',
      ),
      span('model', 'LLM', [4, 8], {
        'llm.model_name': 'small-model',
        'llm.input_messages.0.message.role': 'user',
        'llm.input_messages.0.message.content': one.asked,
        'llm.output_messages.0.message.role': 'assistant',
        'llm.output_messages.0.message.content': one.answered,
      }),
    ];
  };
  const annotations = (one: Exchange): object[] => [
    {
      span_id: hex(idOf(one, 'model'), 16),
      annotation_name: 'helpful',
      annotator_kind: 'HUMAN',
      'result.label': null,
      'result.score': one.turn,
      'result.explanation': null,
      metadata: {},
      identifier: '',
    },
    {
      id: `a-${idOf(one, 'c')}`,
      trace_id: one.trace,
      name: 'length',
      annotator_kind: 'CODE',
      result: { score: 3 },
      identifier: '',
    },
  ];
  return scenario(
    name,
    all,
    [
      ...rounds(all).map((round, i) => ({ [`${name}-${String(i)}.jsonl`]: lines(round.flatMap(spans)) })),
      { [`${name}-annotations.jsonl`]: lines(all.flatMap(annotations)) },
    ],
    all.length * 2,
  );
}

/** A trace is exported again once it was assessed. */
function mlflow(name: string): Scenario {
  const all = dialogue(name);
  const b64 = (digits: string): string => Buffer.from(digits, 'hex').toString('base64');
  const trace = (one: Exchange, assessments: readonly object[]): object => {
    const id = (role: string): string => b64(hex(idOf(one, role), 16));
    const span = (
      role: string,
      type: string,
      [from, to]: [number, number],
      inputs: unknown,
      outputs: unknown,
      code = 'OK',
    ) => ({
      trace_id: b64(one.trace),
      span_id: id(role),
      parent_span_id: role === 'root' ? '' : id('root'),
      name: role,
      start_time_unix_nano: nanos(one.second + from),
      end_time_unix_nano: nanos(one.second + to),
      status: { code: `STATUS_CODE_${code}`, message: '' },
      attributes: {
        'mlflow.spanType': json(type),
        'mlflow.spanInputs': json(inputs),
        'mlflow.spanOutputs': json(outputs),
      },
      events: [],
    });
    return {
      info: {
        trace_id: `tr-${one.trace}`,
        trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '1' } },
        request_time: iso(one.second),
        execution_duration: '9s',
        state: 'OK',
        trace_metadata: { 'mlflow.trace.session': one.session },
        tags: {},
        assessments,
      },
      data: {
        spans: [
          span('root', 'AGENT', [0, 9], { question: one.asked }, one.answered),
          span('look_up', 'TOOL', [2, 3], { turn: one.turn }, 'found', one.isToolFailed ? 'ERROR' : 'OK'),
          span(
            'model',
            'CHAT_MODEL',
            [4, 8],
            { messages: asked(one) },
            { choices: [{ message: answer(one) }] },
          ),
        ],
      },
    };
  };
  const assessed = (one: Exchange): object[] => [
    {
      assessment_id: `a-${one.trace}`,
      assessment_name: 'helpful',
      trace_id: `tr-${one.trace}`,
      source: { source_type: 'HUMAN', source_id: 'ann' },
      feedback: { value: one.turn },
    },
  ];
  return scenario(
    name,
    all,
    [
      { [`${name}-before.jsonl`]: lines(all.map((one) => trace(one, []))) },
      { [`${name}-after.jsonl`]: lines(all.map((one) => trace(one, assessed(one)))) },
    ],
    all.length,
  );
}

function weave(name: string): Scenario {
  const all = dialogue(name);
  const calls = (one: Exchange): Record<string, unknown>[] => {
    const call = (
      role: string,
      op: string,
      [from, to]: [number, number],
      inputs: object,
      output: unknown,
      exception: string | null = null,
    ) => ({
      id: idOf(one, role),
      project_id: 'desk/one',
      op_name: `weave:///desk/one/op/${op}:v1`,
      trace_id: one.trace,
      parent_id: role === 'root' ? null : idOf(one, 'root'),
      thread_id: one.session,
      turn_id: idOf(one, 'root'),
      started_at: iso(one.second + from),
      ended_at: iso(one.second + to),
      attributes: role === 'look_up' ? { kind: 'tool' } : {},
      inputs,
      output,
      exception,
      summary: { weave: { status: exception === null ? 'success' : 'error' } },
    });
    return [
      call('root', 'ask', [0, 9], { question: one.asked }, one.answered),
      call(
        'look_up',
        'look_up',
        [2, 3],
        { turn: one.turn },
        'found',
        one.isToolFailed ? 'KeyError: turn' : null,
      ),
      call(
        'model',
        'openai.chat.completions.create',
        [4, 8],
        { model: 'small-model', messages: asked(one) },
        { choices: [{ message: answer(one) }] },
      ),
    ];
  };
  const reactions = (one: Exchange): object[] => [
    {
      id: `r-${one.trace}`,
      feedback_type: 'wandb.reaction.1',
      payload: { emoji: '👎' },
      weave_ref: `weave:///desk/one/call/${idOf(one, 'model')}`,
      creator: 'ann',
    },
  ];
  const begun = ({
    ended_at: _,
    output: _output,
    summary: _summary,
    exception: _exception,
    ...rest
  }: Record<string, unknown>) => rest;
  return scenario(
    name,
    all,
    [
      { [`${name}-begun.jsonl`]: lines(all.flatMap((one) => calls(one).map(begun))) },
      { [`${name}-calls.jsonl`]: lines(all.flatMap(calls)) },
      { [`${name}-feedback.jsonl`]: lines(all.flatMap(reactions)) },
    ],
    all.length,
  );
}

export function platformScenarios(): Scenario[] {
  return [
    langfuse('langfuse'),
    langfuseTables('langfuse-csv'),
    langfuseDownloads('langfuse-pages'),
    langsmith('langsmith'),
    langsmithBatches('langsmith-batches'),
    phoenix('phoenix'),
    mlflow('mlflow'),
    weave('weave'),
  ];
}
