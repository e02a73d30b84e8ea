/** Documents a retriever returned, in the shapes of LangChain and its kin, as the GenAI attributes have them. */
import { asText, get, isObject, parseMaybe } from './json';

/** A list of documents as `{content, metadata}` each; undefined where the value is no list of documents. */
export function retrievedDocuments(value: unknown): unknown[] | undefined {
  const parsed = parseMaybe(value);
  const list = Array.isArray(parsed) ? (parsed as unknown[]) : get(parsed, 'documents');
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const documents = (list as unknown[]).map((item) => {
    const inner = isObject(get(item, 'kwargs')) ? get(item, 'kwargs') : item;
    const content =
      asText(get(inner, 'page_content')) ?? asText(get(inner, 'content')) ?? asText(get(inner, 'text'));
    return content === null ? null : { content, metadata: get(inner, 'metadata') };
  });
  return documents.some((document) => document === null) ? undefined : documents;
}
