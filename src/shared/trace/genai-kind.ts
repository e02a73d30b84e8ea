/**
 * What kind of work a span is, from what its instrumentation calls it. Evidence in order: the OpenInference span kind
 * and the like, the GenAI operation, the SDK's own operation id, then which attributes are there.
 *
 * | kind        | said by                                                                            |
 * |-------------|------------------------------------------------------------------------------------|
 * | llm         | chat, generate_content, text_completion, LLM, GENERATION, CHAT_MODEL, doGenerate    |
 * | tool        | execute_tool, TOOL, ai.toolCall, MCP tools/call                                     |
 * | retrieval   | retrieval, RETRIEVER, RERANKER, queries to a vector store                           |
 * | embedding   | embeddings, EMBEDDING, ai.embed                                                     |
 * | memory      | search_memory and other operations on memory                                        |
 * | agent       | invoke_agent, create_agent, AGENT                                                   |
 * | chain       | CHAIN, SPAN, PROMPT, EVALUATOR, workflow, task, plan and whatever says nothing       |
 * | guardrail   | guardrail, GUARDRAIL                                                                |
 * | event       | EVENT, handoffs                                                                     |
 * | environment | spans that are not GenAI and touch the world: http, db, rpc, messaging, fs, process |
 *
 * Source: https://github.com/open-telemetry/semantic-conventions-genai and
 * https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
 */
import type { SpanKind } from '../model/span';
import { textOf, type AttributeBag } from './attribute-bag';
import type { SpanSource } from './genai-span';

const KIND_OF_WORD: Readonly<Record<string, SpanKind>> = {
  llm: 'llm',
  generation: 'llm',
  chat: 'llm',
  chat_model: 'llm',
  generate_content: 'llm',
  text_completion: 'llm',
  completion: 'llm',
  'chat.completions': 'llm',
  'text.completions': 'llm',
  llm_call: 'llm',
  call_llm: 'llm',
  responses: 'llm',
  tool: 'tool',
  execute_tool: 'tool',
  retriever: 'retrieval',
  retrieval: 'retrieval',
  reranker: 'retrieval',
  rerank: 'retrieval',
  embedding: 'embedding',
  embeddings: 'embedding',
  memory: 'memory',
  search_memory: 'memory',
  create_memory: 'memory',
  update_memory: 'memory',
  upsert_memory: 'memory',
  delete_memory: 'memory',
  create_memory_store: 'memory',
  delete_memory_store: 'memory',
  agent: 'agent',
  invoke_agent: 'agent',
  create_agent: 'agent',
  chain: 'chain',
  span: 'chain',
  workflow: 'chain',
  invoke_workflow: 'chain',
  task: 'chain',
  plan: 'chain',
  prompt: 'chain',
  parser: 'chain',
  evaluator: 'chain',
  guardrail: 'guardrail',
  event: 'event',
  handoff: 'event',
  agent_handoff: 'event',
};

/** Attributes in which instrumentations name the kind of a span. */
const KIND_KEYS = [
  'openinference.span.kind',
  'langfuse.observation.type',
  'traceloop.span.kind',
  'langsmith.span.kind',
  'mlflow.spanType',
  'lmnr.span.type',
  'aws.genai.span_kind',
];

const VECTOR_STORES = new Set([
  'chroma',
  'chromadb',
  'pinecone',
  'qdrant',
  'weaviate',
  'milvus',
  'lancedb',
  'marqo',
  'opensearch_vector',
  'pgvector',
]);

const WORLD =
  /^(http\.|url\.(full|path)|db\.|rpc\.|messaging\.|file\.|process\.(command|executable|exit)|faas\.|aws\.s3\.|net\.peer|server\.address$|code\.execution)/;

function kindOfWord(word: string | null): SpanKind | null {
  const key = word?.replace(/"/g, '').trim().toLowerCase() ?? '';
  return Object.hasOwn(KIND_OF_WORD, key) ? (KIND_OF_WORD[key] ?? null) : null;
}

/** Operation ids of the Vercel AI SDK before it adopted the GenAI conventions. */
function kindOfVercel(operation: string | null): SpanKind | null {
  if (operation === null || !operation.startsWith('ai.')) return null;
  if (operation === 'ai.toolCall') return 'tool';
  if (/^ai\.embed(Many)?(\.|$)/.test(operation)) return 'embedding';
  return /^ai\.(generate|stream)/.test(operation) ? 'llm' : 'chain';
}

function kindOfEvidence(source: SpanSource): SpanKind {
  const bag = source.attributes;
  const keys = Object.keys(bag);
  const has = (...names: string[]): boolean => names.some((name) => bag[name] !== undefined);
  const store = textOf(bag, ['db.system', 'db.system.name', 'vector_db.vendor'])?.toLowerCase();
  if (store !== undefined && VECTOR_STORES.has(store))
    return /query|search|get/i.test(source.name) ? 'retrieval' : 'memory';
  const mcp = textOf(bag, ['mcp.method.name', 'mcp.method']);
  if (mcp !== null) return mcp === 'tools/call' ? 'tool' : 'environment';
  if (has('gen_ai.tool.name', 'gen_ai.tool.call.id', 'ai.toolCall.name', 'tool.name')) return 'tool';
  const isModel = has('gen_ai.request.model', 'gen_ai.response.model', 'llm.model_name');
  const spoke = has(
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
    'gen_ai.output.messages',
    'gen_ai.completion.0.content',
    'llm.token_count.prompt',
    'gcp.vertex.agent.llm_request',
  );
  if (
    has(
      'pydantic_ai.all_messages',
      'all_messages_events',
      'agent_name',
      'gen_ai.agent.call.id',
      'codex.turn.token_usage.input_tokens',
    )
  )
    return 'agent';
  if (/^agent_run \[/.test(source.name)) return 'agent';
  if (isModel && spoke) return 'llm';
  if (has('llm.request.type')) return textOf(bag, ['llm.request.type']) === 'embedding' ? 'embedding' : 'llm';
  if (keys.some((key) => key.startsWith('retrieval.documents.'))) return 'retrieval';
  if (has('gen_ai.agent.name') && /agent/i.test(source.name)) return 'agent';
  if (
    keys.some((key) => WORLD.test(key)) &&
    !keys.some((key) => key.startsWith('gen_ai.') || key.startsWith('llm.'))
  )
    return 'environment';
  return 'chain';
}

export interface Reading {
  kind: SpanKind;
  /** Operation as the source names it. */
  operation: string | null;
  /** True for spans that judge: their result is a label. */
  isEvaluator: boolean;
}

function statedKind(bag: AttributeBag): { word: string; kind: SpanKind } | null {
  for (const key of KIND_KEYS) {
    const word = textOf(bag, [key]);
    const kind = kindOfWord(word);
    if (word !== null && kind !== null) return { word, kind };
  }
  return null;
}

/** Spans filed as tools that run none: a hand-over, and what Google's ADK writes for several calls beside a span for each. */
const NO_TOOL = /^handoff\b|^execute_tool \(merged tools\)$/i;

/** The kind of a span with the operation it rests on. */
export function readKind(source: SpanSource): Reading {
  const bag = source.attributes;
  const operation = textOf(bag, [
    'gen_ai.operation.name',
    'ai.operationId',
    'operation.name',
    'llm.request.type',
  ]);
  const stated = statedKind(bag);
  const type = source.type ?? null;
  const isEvaluator =
    [type, stated?.word].some((word) => word?.toLowerCase() === 'evaluator') || operation === 'evaluate';
  const byOperation = kindOfWord(operation) ?? kindOfVercel(operation?.split(' ')[0] ?? null);
  const candidates = [kindOfWord(type), stated?.kind ?? null, byOperation].filter((one) => one !== null);
  // `SPAN` and `CHAIN` say only that there is a span: a more telling word elsewhere decides.
  const telling = candidates.find((one) => one !== 'chain');
  const saidNothing =
    stated === null && byOperation === null && (type === null || type.toLowerCase() === 'span');
  let kind = telling ?? (candidates.length > 0 && !saidNothing ? toolOrChain(bag) : kindOfEvidence(source));
  if (kind === 'tool' && NO_TOOL.test(source.name)) kind = 'event';
  return { kind, operation: operation ?? stated?.word ?? type, isEvaluator };
}

/** Tool spans that a framework files under its general kind still name their tool. */
function toolOrChain(bag: AttributeBag): SpanKind {
  return bag['gen_ai.tool.name'] !== undefined || bag['ai.toolCall.name'] !== undefined ? 'tool' : 'chain';
}
