/**
 * Spans of conversations as one SELECT: what a format of such makes of each row, said of columns. Owns which messages are sure;
 * one that is not comes out without a kind, and its row is for the record function. Needs the macros of ../mapped/mapped.sql.
 */
import { DuckDBTypeId } from '@duckdb/node-api';
import { spanColumns } from '../canonical';
import type { ChatList, ChatRows } from '../format';
import { quote } from '../staging';
import {
  firstId,
  firstText,
  firstTime,
  isText,
  jsonOf,
  membersOf,
  type SqlValue,
  type Sure,
} from './chat-values';

export interface ChatTask {
  chats: ChatRows;
  columns: readonly SqlValue[];
  sourceId: string;
  shortHash: string;
  /** Number of the first span, less one. */
  before: number;
  /** Longest value that is kept as it is, in bytes. */
  maxBytes: number;
  /** SQL that gives rows as `t`, and their number. */
  from: string;
  line: string;
}

/** Numbers kept for the spans of a row. */
export const SPANS_OF_ROW = 4096;

const NAMES = { user: 'user message', assistant: 'answer', system: 'instructions' };
const KINDS = { user: 'user', assistant: 'llm', system: 'system' };

/** Columns beside those of spans, of which labels are made. */
const LABEL_COLUMNS = ['flagged', 'vote', 'vote_text', 'annotator'] as const;

const or = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : conditions.map((one) => `coalesce(${one}, false)`).join(' OR ');

interface ChosenList extends ChatList {
  index: number;
  list: SqlValue;
  message: SqlValue;
}

class ChatSelect {
  constructor(
    private readonly task: ChatTask,
    private readonly count: number,
  ) {}

  private named(...names: readonly string[]): SqlValue[] {
    return names.flatMap((name) => this.task.columns.find((column) => column.name === name) ?? []);
  }

  /** Rows with what is said of all of their messages; null where it cannot be said. */
  private row(chosen: ChosenList): string | null {
    const { chats, from, line } = this.task;
    const { list, message } = chosen;
    const attributes = this.attributes();
    const flags = this.flags();
    if (!attributes || !flags) return null;
    const firstUser = membersOf({ ...message, value: `${list.value}[1]` }).filter(
      ({ name }) => name === chats.firstUser,
    );
    const id = firstId(this.named(...chats.ids));
    const model = firstText(this.named(chosen.model));
    const user = firstText([...this.named(...chats.users), ...firstUser]);
    const start = firstTime(this.named(...chats.times));
    const vote = firstText(this.named(...(chats.vote ? [chats.vote.column] : [])));
    const annotator = firstId(this.named(...(chats.vote ? [chats.vote.annotator] : [])));
    const most = String(SPANS_OF_ROW / this.count);
    const doubts = [id, model, user, start, vote, annotator, attributes, flags].flatMap((one) => one.doubts);
    return `SELECT ${line} AS line, nullif(${id.sql}, '') AS id, nullif(${model.sql}, '') AS model, nullif(${user.sql}, '') AS user_id,
      ${start.sql} AS record_ns, nullif(${vote.sql}, '') AS vote_text, nullif(${annotator.sql}, '') AS annotator, ${attributes.sql} AS attributes,
      ${or(doubts)} AS is_doubtful, CASE WHEN len(${list.value}) BETWEEN 1 AND ${most} THEN ${list.value} ELSE [NULL] END AS list, ${flags.sql} AS flags
      FROM ${from}`;
  }

  /** The JSON text of the attributes of the first span. */
  private attributes(): Sure | null {
    const columns = this.named(...this.task.chats.attributes);
    const parts: string[] = [];
    const doubts: string[] = [];
    for (const column of columns) {
      const json = jsonOf(column);
      if (!json) return null;
      const key = quote(`${JSON.stringify(column.name)}:`);
      parts.push(`CASE WHEN ${column.value} IS NOT NULL THEN ${key} || ${json.sql} END`);
      doubts.push(...json.doubts);
    }
    if (parts.length === 0) return { sql: 'NULL::VARCHAR', doubts };
    return { sql: `'{' || nullif(concat_ws(',', ${parts.join(', ')}), '') || '}'`, doubts };
  }

  /** A list with what a moderation says of each message, NULL of those that it did not flag. */
  private flags(): Sure | null {
    const [column] = this.named(...(this.task.chats.moderation === null ? [] : [this.task.chats.moderation]));
    const none = { sql: '[]::VARCHAR[]', doubts: [] };
    if (!column || column.type.typeId === DuckDBTypeId.STRUCT) return none;
    if (column.type.typeId !== DuckDBTypeId.LIST) return { ...none, doubts: [`${column.value} IS NOT NULL`] };
    const members = membersOf({ name: '', type: column.type.valueType, value: 'v' });
    const flagged = members.find(({ name }) => name === 'flagged');
    const categories = members.find(({ name }) => name === 'categories');
    if (flagged?.type.typeId !== DuckDBTypeId.BOOLEAN) return null;
    const named = categories ? membersOf(categories) : [];
    if (categories && (named.length === 0 || named.some(({ type }) => type.typeId !== DuckDBTypeId.BOOLEAN)))
      return null;
    const words = named.map(({ name, value }, i) => {
      const shown = name.replaceAll('_', '/');
      const same = named.slice(0, i).filter((one) => one.name.replaceAll('_', '/') === shown);
      const isSaid = same.map((one) => ` AND NOT coalesce(${one.value}, false)`).join('');
      return `CASE WHEN ${value}${isSaid} THEN ${quote(shown)} END`;
    });
    const text =
      words.length === 0
        ? `'flagged'`
        : `coalesce(nullif(concat_ws(', ', ${words.join(', ')}), ''), 'flagged')`;
    return {
      sql: `coalesce(list_transform(${column.value}, lambda v: CASE WHEN ${flagged.value} THEN ${text} END), []::VARCHAR[])`,
      doubts: [],
    };
  }

  /** Messages, each with what it is where that is sure. */
  private messages(chosen: ChosenList): string | null {
    const { chats, maxBytes } = this.task;
    const row = this.row(chosen);
    const raw = jsonOf({ ...chosen.message, name: '', value: 'm' });
    const members = membersOf({ ...chosen.message, value: 'm' });
    if (row === null || !raw || members.some(({ name }) => chats.foreign.includes(name))) return null;
    const speaker = members.find(({ name }) => name === chats.speaker);
    if (!speaker || !isText(speaker.type)) return null;
    const pick = (names: readonly string[]): SqlValue[] =>
      names.flatMap((name) => members.find((member) => member.name === name) ?? []);
    const said = firstText(pick(chats.said));
    const time = firstTime(pick(chats.messageTimes));
    const more = pick(chats.more).map(({ value }) => `${value} IS NOT NULL`);
    const roles = Object.entries(chats.roles).map(
      ([word, role]) => `WHEN ${quote(word)} THEN ${quote(role)}`,
    );
    const doubts = [
      'is_doubtful',
      'role IS NULL',
      'text IS NULL',
      'is_more',
      'may_be_escaped(raw)',
      'may_be_escaped(attributes)',
      'may_be_deep(text)',
      ...chats.marks.map((mark) => `contains(text, ${quote(mark)})`),
      ...['text', 'raw', 'attributes'].map((value) => `strlen(${value}) > ${String(maxBytes)}`),
    ];
    const session = this.session(chosen.suffix);
    return `SELECT *, NOT (${or(doubts)}) AS is_sure FROM (
        SELECT * EXCLUDE (m, id), CASE lower(${speaker.value}::VARCHAR) ${roles.join(' ')} END AS role, ${said.sql} AS text, ${raw.sql} AS raw, ${time.sql} AS own_ns,
          ${session} AS session_id, ${or([...said.doubts, ...time.doubts, ...raw.doubts, ...more])} AS is_more
        FROM (
          SELECT * EXCLUDE (list, flags), unnest(list) AS m, unnest(list_resize(flags, len(list))) AS flagged, generate_subscripts(list, 1) - 1 AS idx, ${String(chosen.index)} AS side
          FROM (${row})
        )
      )`;
  }

  private session(suffix: string): string {
    const { chats, shortHash } = this.task;
    const named = chats.isIdOfFile ? `id || ${quote(`:${shortHash}`)}` : 'id';
    return `coalesce(${named}, ${quote(`${shortHash}:`)} || line) || ${quote(suffix)}`;
  }

  /** The canonical columns of a message's span. */
  private span(): Record<string, string> {
    const { sourceId, before } = this.task;
    const byRole = (words: Readonly<Record<string, string>>): string =>
      `CASE role ${Object.entries(words)
        .map(([role, word]) => `WHEN ${quote(role)} THEN ${quote(word)}`)
        .join(' ')} END`;
    const isLlm = `role = 'assistant'`;
    const isUser = `role = 'user'`;
    return {
      session_id: 'session_id',
      span_id: `'m' || idx`,
      source_id: quote(sourceId),
      line: 'line',
      seq: `${String(before)} + line * ${String(SPANS_OF_ROW)} + side * ${String(SPANS_OF_ROW / this.count)} + idx`,
      order_by_time: 'false',
      has_session_id: 'true',
      kind: byRole(KINDS),
      origin: `CASE WHEN ${isUser} THEN 'human' END`,
      name: byRole(NAMES),
      operation: `CASE WHEN ${isLlm} THEN 'chat' END`,
      model: `CASE WHEN ${isLlm} THEN model END`,
      start_ns: 'coalesce(own_ns, CASE WHEN idx = 0 THEN record_ns END)',
      status: `CASE WHEN ${isLlm} THEN 'ok' ELSE 'unset' END`,
      text: 'text',
      input: `CASE WHEN ${isUser} THEN text END`,
      output: `CASE WHEN ${isLlm} THEN nullif(text, '') END`,
      attributes: 'CASE WHEN idx = 0 THEN attributes END',
      raw: 'raw',
      is_rewound: 'false',
      is_derived: 'false',
      user_id: 'user_id',
    };
  }

  private label(name: (typeof LABEL_COLUMNS)[number], side: number): string {
    const { vote } = this.task.chats;
    if (name === 'flagged') return 'flagged';
    const isVoted = `idx = 0 AND ${String(this.count)} > 1 AND vote_text IS NOT NULL`;
    if (name !== 'vote') return `CASE WHEN ${isVoted} THEN ${name} END`;
    const values = Object.entries(vote?.values ?? {}).flatMap(([word, worth]) =>
      worth[side] === undefined ? [] : [`WHEN ${quote(word)} THEN ${String(worth[side])}`],
    );
    return values.length === 0
      ? 'NULL'
      : `CASE WHEN ${isVoted} THEN CASE vote_text ${values.join(' ')} END END`;
  }

  list(chosen: ChosenList): string | null {
    const messages = this.messages(chosen);
    if (messages === null) return null;
    const span = this.span();
    const whole = ['seq', 'line', 'source_id'];
    const columns = spanColumns.map(([name, type]) => {
      const value = span[name] ?? 'NULL';
      return whole.includes(name)
        ? `(${value})::${type} AS "${name}"`
        : `(CASE WHEN is_sure THEN ${value} END)::${type} AS "${name}"`;
    });
    const labels = LABEL_COLUMNS.map((name) => {
      const type = name === 'vote' ? 'DOUBLE' : 'VARCHAR';
      return `(CASE WHEN is_sure THEN ${this.label(name, chosen.index)} END)::${type} AS "${name}"`;
    });
    return `SELECT ${[...columns, ...labels].join(', ')} FROM (${messages})`;
  }
}

/** The lists that are read of a table; null where it has none, or they are no lists of objects. */
function chosenLists({ chats, columns }: ChatTask): ChosenList[] | null {
  const find = (name: string): SqlValue | undefined => columns.find((column) => column.name === name);
  const set = chats.lists.find((lists) => lists.every(({ column }) => find(column) !== undefined));
  const chosen = (set ?? []).flatMap((list, index) => {
    const column = find(list.column);
    if (column?.type.typeId !== DuckDBTypeId.LIST || column.type.valueType.typeId !== DuckDBTypeId.STRUCT)
      return [];
    return [{ ...list, index, list: column, message: { name: '', type: column.type.valueType, value: 'm' } }];
  });
  return set && chosen.length === set.length ? chosen : null;
}

/** The SELECT that gives rows for staging table span, and columns for labels; null where the table is for the record function as a whole. */
export function chatSelect(task: ChatTask): string | null {
  const chosen = chosenLists(task);
  if (!chosen) return null;
  const select = new ChatSelect(task, chosen.length);
  const lists = chosen.flatMap((list) => select.list(list) ?? []);
  return lists.length === chosen.length ? lists.join(' UNION ALL ') : null;
}

/** The SELECT that gives rows for staging table label out of what chatSelect gave, read from `written`. */
export function chatLabels({ moderation, vote }: ChatRows, written: string): string {
  const label = (
    id: string,
    span: string,
    name: string,
    kind: string,
    annotator: string[],
    value: string,
    text: string,
    where: string,
  ): string =>
    `SELECT session_id || ${id} AS label_id, source_id, line, session_id, NULL::VARCHAR AS trace_id, ${span}::VARCHAR AS span_id, ${quote(name)} AS name, ${quote(kind)} AS kind,
      ${quote(annotator[0] ?? '')} AS annotator_kind, ${annotator[1] ?? ''} AS annotator, ${value}::DOUBLE AS value, ${text} AS text, NULL::VARCHAR AS explanation
      FROM (${written}) WHERE ${where}`;
  const flagged = label(
    `':moderation:' || span_id[2:]`,
    'span_id',
    'moderation',
    'score',
    ['llm', quote(moderation ?? '')],
    '1',
    'flagged',
    'flagged IS NOT NULL',
  );
  const voted = label(
    quote(`:${vote?.column ?? ''}`),
    'NULL',
    vote?.column ?? '',
    'feedback',
    ['human', 'annotator'],
    'vote',
    'vote_text',
    'vote_text IS NOT NULL',
  );
  return [...(moderation === null ? [] : [flagged]), ...(vote ? [voted] : [])].join(' UNION ALL ');
}
