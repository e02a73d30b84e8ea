/**
 * Texts of Cline and its kin (Roo Code, Kilo Code): what a message to the model holds beside a person's words, and the calls
 * of tools that an answer writes as XML. See src/engine/intake/formats/cline.ts.
 */

export interface WrittenCall {
  name: string;
  arguments: Readonly<Record<string, string>>;
}

const TOOLS =
  'execute_command|read_file|write_to_file|replace_in_file|apply_diff|insert_content|search_and_replace|edit_file|search_files|list_files|list_code_definition_names|browser_action|use_mcp_tool|access_mcp_resource|codebase_search|new_task|switch_mode|fetch_instructions|update_todo_list|web_fetch|new_rule|condense|load_mcp_documentation';
const CALL = new RegExp(`<(${TOOLS})>\\s*([\\s\\S]*?)\\s*</\\1>`, 'g');
const PARAMETER = /<([a-z_]{1,40})>([\s\S]*?)<\/\1>/g;
const SPOKEN = /<\/?(attempt_completion|result|ask_followup_question|question|plan_mode_respond|response)>/g;
const UNSPOKEN = /<(thinking|command|follow_up|options|task_progress|needs_more_exploration)>[\s\S]*?<\/\1>/g;
const PEOPLE = /<(task|feedback|answer|user_message|new_message)>\s*([\s\S]*?)\s*<\/\1>/g;
const RESULT = /^\[([a-z_]{2,40})(?: for [\s\S]{0,400}?)?\] Result:\s*/;
const HARNESS = /<environment_details>[\s\S]*?(<\/environment_details>|$)/g;

/** An answer taken apart: words a person reads, thoughts, and calls of tools in their order. */
export function readAnswer(text: string): { said: string; thought: string | null; calls: WrittenCall[] } {
  const calls: WrittenCall[] = [];
  const rest = text.replace(CALL, (_whole, name: string, body: string) => {
    const given = [...body.matchAll(PARAMETER)].map(
      ([, key = '', value = '']) => [key, value.trim()] as const,
    );
    calls.push({ name, arguments: Object.fromEntries(given) });
    return '';
  });
  const thought = /<thinking>([\s\S]*?)<\/thinking>/.exec(rest)?.[1]?.trim() ?? null;
  const said = rest
    .replace(UNSPOKEN, '')
    .replace(SPOKEN, '\n')
    .replace(/\n\s*\n+/g, '\n')
    .trim();
  return { said, thought, calls };
}

/** A text sent to the model taken apart: what a person said, the result of a tool, and whether the program wrote the rest. */
export function readSent(text: string): {
  said: string[];
  tool: { name: string; text: string } | null;
  rest: string;
} {
  const named = RESULT.exec(text);
  const said = [...text.matchAll(PEOPLE)]
    .map(([, , words = '']) => words.trim())
    .filter((words) => words !== '');
  const rest = text.replace(RESULT, '').replace(HARNESS, '').replace(PEOPLE, '').trim();
  return {
    said,
    tool: named ? { name: named[1] ?? '', text: rest } : null,
    rest: named ? '' : rest,
  };
}

/** Whether a result says that the person refused the call. */
export function isRefused(text: string): boolean {
  return /^(The user denied this operation|The user rejected)/i.test(text.trim());
}

/** What the interface calls a tool, as the model calls it. */
export const TOOL_NAMES: Readonly<Record<string, string>> = {
  newFileCreated: 'write_to_file',
  editedExistingFile: 'replace_in_file',
  appliedDiff: 'apply_diff',
  insertContent: 'insert_content',
  readFile: 'read_file',
  listFilesTopLevel: 'list_files',
  listFilesRecursive: 'list_files',
  listCodeDefinitionNames: 'list_code_definition_names',
  searchFiles: 'search_files',
  codebaseSearch: 'codebase_search',
  webFetch: 'web_fetch',
  switchMode: 'switch_mode',
  newTask: 'new_task',
  updateTodoList: 'update_todo_list',
};
