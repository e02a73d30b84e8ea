/** The tools a model call declares, out of its attributes: OpenTelemetry GenAI, OpenInference, OpenAI and Anthropic shapes. */
import { asArray, asObject, asText, get, parseMaybe } from './json';

export interface ToolDeclaration {
  name: string;
  /** JSON schema of the arguments; null where there is none. Untrusted. */
  schema: unknown;
}

const LISTS = [
  'gen_ai.tool.definitions',
  'gen_ai.request.tools',
  'llm.tools',
  'llm.request.functions',
  'tools',
  'tool_definitions',
  'functions',
];
const FLAT = /^llm\.tools\.\d{1,4}\.tool\.json_schema$/;
const MAX_TOOLS = 512;

function declarationOf(value: unknown): ToolDeclaration[] {
  const outer = parseMaybe(value);
  const inner = asObject(parseMaybe(get(outer, 'tool.json_schema'))) ?? asObject(outer);
  const made = asObject(get(inner, 'function')) ?? inner;
  const name = asText(get(made, 'name'));
  if (name === null) return [];
  const schema = get(made, 'parameters') ?? get(made, 'input_schema') ?? get(made, 'inputSchema') ?? null;
  return [{ name, schema: asObject(parseMaybe(schema)) ?? null }];
}

/** Declared tools in attributes as JSON text, each name once; empty where there are none or the text is broken. */
export function parseDeclaredTools(attributes: string): ToolDeclaration[] {
  const bag = asObject(parseMaybe(attributes));
  if (bag === null) return [];
  const flat = Object.keys(bag)
    .filter((key) => FLAT.test(key))
    .map((key) => get(bag, key));
  const lists = LISTS.flatMap((key) => asArray(parseMaybe(get(bag, key))));
  const byName = new Map<string, ToolDeclaration>();
  for (const one of [...lists, ...flat].slice(0, MAX_TOOLS).flatMap(declarationOf))
    if (!byName.has(one.name)) byName.set(one.name, one);
  return [...byName.values()];
}
