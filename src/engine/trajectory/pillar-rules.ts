/**
 * Which pillar a span belongs to: rules as data, first match wins, shown in the app and changeable per tool name.
 * Owns the rules only; applying them is SQL (assign-pillars.ts). The four pillars: arXiv 2512.12791.
 */
import type { Pillar, PillarRule } from '../../shared/model/pillar';

type Row = [id: string, field: PillarRule['field'], pattern: string, pillar: Pillar, why: string];

const rows: Row[] = [
  [
    'kind-memory',
    'kind',
    '^(retrieval|embedding|memory)$',
    'memory',
    'Retrieval, embeddings and memory work feed the context.',
  ],
  [
    'kind-environment',
    'kind',
    '^(environment|guardrail)$',
    'environment',
    'The surroundings the agent runs in, and their limits.',
  ],
  [
    'operation-memory',
    'operation',
    '^(retriev\\w*|rerank\\w*|embedding\\w*|vector\\w*|memory\\w*|compact\\w*)$',
    'memory',
    'Operations of the GenAI conventions and OpenInference span kinds that read or write memory.',
  ],
  [
    'operation-guardrail',
    'operation',
    '^guardrail$',
    'environment',
    'Guardrails are rules of the surroundings.',
  ],
  [
    'tool-memory',
    'toolName',
    '(^|[_.:/-])(memor(y|ies)|remember|recall|forget|retriev\\w*|knowledge(_?base)?|kb|vector\\w*|rag|embed\\w*|semantic_search|search_docs|notes?|store_fact|get_context|save_context)([_.:/-]|$)',
    'memory',
    'Tools that read or write a memory or a knowledge base.',
  ],
  [
    'tool-shell',
    'toolName',
    '^(bash|bashoutput|killshell|killbash|shell|sh|terminal|exec\\w*|local_shell\\w*|run_command|run_shell_command|run_terminal\\w*|execute_bash|execute_command|python|ipython|run_ipython|code_interpreter|jupyter\\w*|notebookedit|powershell)$',
    'environment',
    'A shell or an interpreter acts on the machine itself.',
  ],
  [
    'tool-files',
    'toolName',
    '^(read|write|edit|multiedit|glob|grep|ls|cat|view|create|str_replace\\w*|apply_patch|read_\\w*file\\w*|write_\\w*file\\w*|edit_\\w*file\\w*|list_dir\\w*|list_files|file_\\w+|open_file|search_files|delete_file|notebookread)$',
    'environment',
    'The file system is part of the environment.',
  ],
  [
    'tool-browser',
    'toolName',
    '(^|[_.:/-])(browser|browse|puppeteer|playwright|navigate|click|screenshot|computer(_use)?|type_text|scroll)([_.:/-]|$)',
    'environment',
    'Driving a browser or a screen is acting on the environment.',
  ],
  [
    'tool-network',
    'toolName',
    '^(webfetch|fetch|http_\\w+|curl|wget|download_\\w+|request_url|open_url)$',
    'environment',
    'Plain network access.',
  ],
  [
    'tool-sandbox',
    'toolName',
    '(^|[_.:/-])(sandbox|container|docker|kubectl|git|deploy)([_.:/-]|$)',
    'environment',
    'Sandboxes, containers and version control are the environment’s state.',
  ],
  ['tool-any', 'kind', '^tool$', 'tools', 'Every other function or MCP call.'],
  [
    'name-compaction',
    'name',
    'compact(ion|ed)|summari[sz]e(d)?[ _-](context|history|conversation)',
    'memory',
    'Context compaction rewrites what the agent remembers.',
  ],
  [
    'name-memory',
    'name',
    '(^|[ _.:/-])(retriever?|vector ?store|vectordb|rerank\\w*|embeddings?|memory)([ _.:/-]|$)',
    'memory',
    'Framework spans of retrieval and memory.',
  ],
  [
    'name-environment',
    'name',
    '^(interruption|permission|configuration|hook|api_error|rate.?limit|sandbox|http)([ _.:/-]|$)|(guardrail|policy_guard|policy check)',
    'environment',
    'Interruptions, permissions, limits and configuration come from outside the agent.',
  ],
  ['kind-event', 'kind', '^event$', 'environment', 'Events happen to the agent.'],
  [
    'rest',
    'kind',
    '.',
    'llm',
    'What is left is the model at work: calls, agents, chains, instructions and messages.',
  ],
];

/** The built-in rules in order. Patterns are RE2, matched case-insensitively. */
export const builtInPillarRules: readonly PillarRule[] = rows.map(([id, field, pattern, pillar, why], i) => ({
  id,
  order: 1000 + i * 10,
  field,
  pattern,
  pillar,
  why,
  scope: 'built-in',
}));

/** The rules in force: the analyst's choices per tool name come first. */
export function rulesInForce(overrides: ReadonlyMap<string, Pillar>): PillarRule[] {
  const own = [...overrides].map(([toolName, pillar], i): PillarRule => ({
    id: `tool:${toolName}`,
    order: i,
    field: 'toolName',
    pattern: `^${toolName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`,
    pillar,
    why: 'Chosen in this workspace.',
    scope: 'workspace',
  }));
  return [...own, ...builtInPillarRules];
}
