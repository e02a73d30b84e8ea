/**
 * Why counts differ from an index made with small scripts and regular expressions, by source or format, and metric.
 * Data only. A cause holds for a direction: `more` or `fewer` here than there.
 */

/** Files that are no traces, and why. */
export const NOT_TRACES = [
  { pattern: /\/LICENSE(\.\w+)?$/i, why: 'a licence' },
  { pattern: /\.(png|jpe?g|gif|svg)$/i, why: 'an image' },
  { pattern: /\/(beemovie|retail_policy)\.txt$/, why: 'prose: an attachment, a policy' },
  { pattern: /\/judge_prompts\.jsonl$/, why: 'templates of prompts: nobody said anything yet' },
  { pattern: /\/(token_usage_live|xai_responses_websocket_usage)_\d+\.json$/, why: 'token counts alone' },
];

/** Files of no format of their own, and the mapping they are read by, as a person would make it in the form. */
export const MAPPED = [
  {
    pattern: /\/test_random_format\.json$/,
    profile: {
      name: 'support dialogue',
      recordsPath: 'dialogue.turns',
      fields: {
        role: 'who',
        text: 'payload.msg',
        toolName: 'payload.tool_call.fn',
        input: 'payload.tool_call.kwargs',
        output: 'payload.tool_result',
        start: 'ts',
      },
    },
  },
  {
    pattern: /\/completion\.parquet$/,
    profile: { name: 'prompts', fields: { input: 'messages' } },
  },
  {
    pattern: /\/google_adk_load_skill\.json$/,
    profile: { name: 'contents', messagesPath: 'loaded.contents', fields: { role: 'role', text: 'parts' } },
  },
  {
    pattern: /\/strands_agent_skills\.json$/,
    profile: { name: 'messages', messagesPath: 'loaded.messages', fields: { role: 'role', text: 'content' } },
  },
];

/** Why an empty file is no loss. */
export const EMPTY = 'the file is empty (0 bytes)';

/** Where the index has 0 for a whole source. */
export const NOT_COUNTED = 'The index did not count this for such files.';

const TWICE =
  'The same runs lie in several files; a run is one session here, and identical files are read once.';
const SUB_AGENTS =
  'A transcript of a sub-agent is part of the session that started it; the index counts each file.';
const REFUSED =
  'Calls that a person refused or stopped are rejected or interrupted here and no errors; the index counts every error mark.';
const BY_RULE =
  'The index counted calls by one field name; here calls of all kinds the format knows are read (hosted tools, patches, hooks, calls known by their result alone).';
const BY_END =
  'Errors are read from exit codes, states and error observations here; the index matched few words.';

/** source or format -> metric -> more/fewer -> why. */
export const CAUSES = {
  agentrx: {
    sessions: { fewer: TWICE },
    user_turns: { fewer: TWICE },
    tool_calls: { fewer: TWICE },
    tool_errors: { fewer: TWICE },
  },
  'claude-code/daaain+claude-code-log': {
    sessions: { fewer: 'Two files hold lines of one session id and are one session.' },
    user_turns: { more: 'A prompt beside an image or a tool result opens a turn as well.' },
    tool_calls: {
      fewer: 'A call that stands in two files of one session, with the same id, is read once.',
    },
  },
  'claude-code': {
    sessions: { fewer: SUB_AGENTS, more: 'The document of the web version is a session the index left out.' },
    user_turns: {
      fewer:
        'Prompts to sub-agents, program text, reminders and slash commands open no turn; the index counts lines of type user without a result.',
      more: NOT_COUNTED,
    },
    tool_calls: { more: BY_RULE, fewer: 'Lines repeated by resumed sessions are read once.' },
    tool_errors: { fewer: REFUSED, more: 'The document of the web version was not counted in the index.' },
  },
  codex: {
    sessions: { fewer: SUB_AGENTS },
    user_turns: {
      more: 'Prompts told by an item and prompts told by an event are both read; the index knows the event alone.',
      fewer: 'The prompt of a sub-agent is an agent’s and opens no turn of a person.',
    },
    tool_calls: { more: BY_RULE },
    tool_errors: { more: BY_END },
  },
  'inspect-ai': {
    sessions: {
      more: 'Event logs without samples in the old layout are sessions too; of two files with the same bytes one is read.',
    },
    tool_calls: { more: 'Calls in event logs are read; the index knows those of messages.' },
  },
  'inspect-scout': {
    sessions: { fewer: TWICE },
    user_turns: {
      more: 'The index counted turns of the coding sessions and not those of the evaluation logs.',
    },
    tool_calls: { more: 'The index counted calls of the coding sessions and not those of the telemetry.' },
  },
  langfuse: {
    tool_calls: {
      more: 'Calls in messages and frameworks’ tool spans count; the index knows the type TOOL.',
    },
  },
  'mini-swe-agent': {
    tool_calls: {
      fewer:
        'An answer with no bash block or with several (71 of 2,321) runs nothing: the agent refuses it. The index counts every answer.',
    },
  },
  'openai-chat': {
    sessions: { more: 'A conversation behind a line of another shape counts too.' },
    user_turns: { more: 'Turns of the conversations the index skipped.' },
    tool_calls: { more: 'Calls of the conversations the index skipped, and several calls of one message.' },
  },
  openhands: {
    sessions: { fewer: 'Settings, patches and reports are labels of a run here and no sessions.' },
    user_turns: { more: 'Messages of saved trajectories count; the index knows those of evaluation lines.' },
    tool_calls: { more: 'Actions of saved trajectories count; the index knows those of evaluation lines.' },
    tool_errors: { more: BY_END },
  },
  'otel-genai-spans': {
    sessions: {
      more: 'The five files of bare messages are sessions too; the index has 0 for them.',
      fewer:
        'A span without a session id belongs to the session of its trace; the index counts such spans as a session more.',
    },
    tool_calls: { more: 'Calls known from a message alone get a span.' },
    tool_errors: {
      fewer: 'A handoff between agents is no tool call; the index counts its error as one of a tool.',
    },
  },
  'swe-agent': {
    tool_calls: { more: 'Calls of runs without steps are read from the history.' },
    tool_errors: { more: 'Refusals by the agent’s own interface are errors too.' },
  },
  'tau-bench': {
    user_turns: { more: 'The few-shot conversations are read too; the index has 0 for them.' },
    tool_calls: { more: 'The few-shot conversations are read too; the index has 0 for them.' },
    tool_errors: { more: 'The few-shot conversations are read too; the index has 0 for them.' },
  },
  tau2: {
    user_turns: { fewer: 'The signal by which the simulated user ends a run is an event and no turn.' },
  },
  'who-and-when': {
    user_turns: {
      fewer:
        'Agents speak in the role user to each other; only the question that begins a run is a person’s.',
    },
    tool_errors: {
      fewer: 'Only what a tool printed can fail; the index looked for words of failure in every message.',
    },
  },
};
