/**
 * Which calls look something up in a memory or in what is known (documents, articles, policies, the web), where an answer from
 * nothing is made up, rather than a record of the business (an order, a flight), where nothing found is a result that is missing.
 */
import { toolFamily, toolOf, type Step } from './step';

const SEARCHES =
  /^(?:search|retriev\w*|query|lookup|look|find|recall|ask|knowledge|kb|rag|vector|semantic|memory|read|get|fetch|web|file|grounding|docs?)$/;
/** What is known lies in such things. */
const KNOWLEDGE =
  /(?:^|[_.:/-])(?:kb|rag|faqs?|wiki|docs?|documents?|documentation|knowledge\w*|polic(?:y|ies)|articles?|manuals?|handbook|guides?|guidelines?|passages?|chunks?|corpus|memor(?:y|ies)|facts?|notes?|context|semantic|vectors?|vectorstore|embeddings?|web|internet|news|papers?|library)(?=$|[_.:/-])/;
/** A search that says no more than that it is one. */
const PLAIN = /^(?:\w+[.:/]|\w+__)?(?:search|retrieve|retriever|query|lookup|look_up|recall|find|ask)$/;
/** They put something there. */
const STORES =
  /(?:^|[_.:/-])(?:store|save|add|write|remember|upsert|insert|delete|forget|remove|update|set|put|create|append|clear|note)(?=$|[_.:/-])/;

/** A name in camel case as words with underscores. */
function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** Whether the call seeks something that is known; calls that store are none. */
export function seeksKnowledge(step: Pick<Step, 'kind' | 'pillar' | 'toolName' | 'name'>): boolean {
  if (step.kind === 'retrieval') return true;
  if (step.kind !== 'tool' || step.pillar === 'environment') return false;
  const name = snake(toolOf(step));
  if (STORES.test(name)) return false;
  if (step.pillar === 'memory' || PLAIN.test(name)) return true;
  return KNOWLEDGE.test(name) && SEARCHES.test(toolFamily(step));
}
