/**
 * Tools by what may be expected of their result, by their names in common agent frameworks and coding agents (lower case).
 */

/** They act or note: an empty result is normal. */
export const quietTools: readonly string[] = [
  'think',
  'todowrite',
  'todo_write',
  'update_plan',
  'killshell',
  'killbash',
  'sleep',
  'sessions_spawn',
  'sessions_yield',
  'wait',
  'exitplanmode',
  'write',
  'edit',
  'multiedit',
  'final_result',
  'final_answer',
  'finish',
  'submit',
];

/** They are asked again until something has happened: the same call is no loop. */
export const pollingTools =
  /(?:^|[^A-Za-z])(?:status|output|progress|wait|poll|health|time|date|weather|price|inbox|screenshot|snapshot)s?(?![a-z])|(?:^|[a-z])(?:Status|Output|Progress|Wait|Poll|Health|Time|Date|Weather|Price|Inbox|Screenshot|Snapshot)s?(?![a-z])/;

/** They end the work or hand it on, and nobody answers them. */
export const endingTools: readonly string[] = [
  'finish',
  'submit',
  'done',
  'stop',
  'complete_task',
  'attempt_completion',
  'final_answer',
  'final_result',
  'end_conversation',
  'exitplanmode',
  'transfer_to_human_agents',
];
