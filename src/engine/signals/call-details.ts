/**
 * What the wide columns of an import say beyond the index: why model calls ended, which tools were declared, and which task of an
 * evaluation a session is a run of.
 * Looks at sessions at hand only, once, with linear patterns; attributes are never parsed by DuckDB, which a deeply
 * nested value would kill.
 */
import { parseDeclaredTools } from '../../shared/trace/declared-tools';
import type { Store } from '../workspace/queries';
import { shortHash } from '../workspace/short-hash';
import { wideSpans } from '../trajectory/wide-span';
import { textList } from '../workspace/sql-values';

/** The names under which sources say why a call ended, as keys of attributes or of the answer itself. */
const FINISH =
  '"(?:gen_ai\\.response\\.)?(?:finish_reasons?|finishReasons?|stop_reason|stopReason)"\\s*:\\s*\\[?\\s*"([A-Za-z_ -]{1,40})"';
/** What stands in attributes that declare tools. */
const DECLARES =
  '"(gen_ai\\.tool\\.definitions|gen_ai\\.request\\.tools|llm\\.tools|llm\\.tools\\.0\\.tool\\.json_schema|llm\\.request\\.functions|tools|tool_definitions|functions)"\\s*:';
/** Under which a session's first spans name the task: as formats of benchmarks write it, and as Inspect's do its samples. */
const TASK = '(?:"taskId"\\s*:|"sample"\\s*:\\s*\\{\\s*"id"\\s*:)\\s*"?([^",{}\\[\\]\\\\]{1,200})';
/** Spans of a session's beginning that may name it. */
const FIRST_SPANS = 3;
/** Attributes longer than this are not looked at for tools. */
const MAX_ATTRIBUTES = 400_000;

/** Fills call_detail, tool_declaration, session_tools and session_task for the named sessions. */
export async function readCallDetails(
  db: Store,
  importsDir: string,
  sessionIds: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  // Imports without a span in force are left alone: their files may be damaged.
  const imports = await db.all<{ id: string }>(
    'SELECT DISTINCT import_id AS id FROM span WHERE session_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY id',
    [textList(sessionIds)],
  );
  const wide = wideSpans(
    importsDir,
    imports.map((row) => row.id),
  );
  if (wide === null) return;
  await db.run(
    `INSERT INTO call_detail
     SELECT session_id, span_id, reason FROM (
       SELECT w.session_id, w.span_id, coalesce(
         nullif(regexp_extract(left(w.attributes, 20000), '${FINISH}', 1), ''),
         nullif(regexp_extract(right(w.output, 2000), '${FINISH}', 1), '')) AS reason
       FROM (${wide}) AS w
       JOIN span AS s ON s.session_id = w.session_id AND s.span_id = w.span_id AND s.import_id = w.import_id
       WHERE w.kind = 'llm' AND w.session_id IN (SELECT unnest($1::VARCHAR[])))
     WHERE reason IS NOT NULL`,
    [textList(sessionIds)],
    signal,
  );
  await readDeclarations(db, wide, sessionIds, signal);
  await db.run(
    `INSERT INTO session_task
     SELECT session_id, min(task) FROM (
       SELECT w.session_id, nullif(trim(regexp_extract(left(w.attributes, 20000), '${TASK}', 1)), '') AS task
       FROM (${wide}) AS w
       JOIN span AS s ON s.session_id = w.session_id AND s.span_id = w.span_id AND s.import_id = w.import_id
       WHERE s.position < ${String(FIRST_SPANS)} AND w.kind <> 'tool' AND w.session_id IN (SELECT unnest($1::VARCHAR[])))
     WHERE task IS NOT NULL
     GROUP BY session_id`,
    [textList(sessionIds)],
    signal,
  );
}

async function readDeclarations(
  db: Store,
  wide: string,
  sessionIds: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const known = await db.all<{ id: string }>('SELECT declaration_id AS id FROM tool_declaration');
  const stored = new Set(known.map((row) => row.id));
  const declarations: string[][] = [];
  const sessions: string[][] = [];
  const idOfText = new Map<string, string>();
  await db.stream<{ sessionId: string; attributes: string }>(
    `SELECT session_id AS "sessionId", attributes FROM (${wide}) AS w
     WHERE session_id IN (SELECT unnest($1::VARCHAR[])) AND kind IN ('llm', 'agent', 'system', 'chain')
       AND length(attributes) < ${String(MAX_ATTRIBUTES)} AND contains(attributes, 'tool') AND regexp_matches(attributes, '${DECLARES}')
     QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY seq) = 1`,
    [textList(sessionIds)],
    (rows) => {
      for (const { sessionId, attributes } of rows) {
        const tools = parseDeclaredTools(attributes);
        if (tools.length === 0) continue;
        const text = JSON.stringify(tools);
        const id = idOfText.get(text) ?? shortHash(text);
        idOfText.set(text, id);
        if (!stored.has(id)) declarations.push([id, text]);
        stored.add(id);
        sessions.push([sessionId, id]);
      }
    },
    undefined,
    signal,
  );
  await db.transaction(async (tx) => {
    await tx.appendRows('tool_declaration', ['declaration_id', 'tools'], declarations);
    await tx.appendRows('session_tools', ['session_id', 'declaration_id'], sessions);
  });
}
