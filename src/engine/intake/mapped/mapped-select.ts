/**
 * Spans of a table as one SELECT: what formats/generic.ts makes of each record, said of columns. Owns which rows are sure; a
 * row that is not comes out without a kind, for the record function to read. Needs the macros of mapped.sql and table `word`.
 */
import type { MappingProfile } from '../../../shared/model/source';
import { UNNAMED } from '../../../shared/trace/mapped-values';
import type { Field } from '../../../shared/trace/mapped-record';
import { spanColumns } from '../canonical';
import { quote } from '../staging';
import type { MappedColumns } from './mapped-columns';
import { WORD_FIELDS } from './mapped-words';

export interface SelectTask {
  profile: MappingProfile;
  columns: MappedColumns;
  sourceId: string;
  shortHash: string;
  /** Number of the first span, less one. */
  before: number;
  /** Longest value that is kept as it is, in bytes. */
  maxBytes: number;
  /** SQL that gives rows as `t`, and of them the line and the number of the record. */
  from: string;
  line: string;
  ordinal: string;
}

/** The column of CTEs that has the words of a field. */
const named = (field: Field): string => `"words of ${field}"`;

/** Spans that a row may become, for their numbers. */
export const SPANS_OF_ROW = 2;

const CONTENT = ['text', 'input', 'output', 'name', 'toolName', 'error', 'kind', 'role'] as const;
const AMOUNTS = ['durationMs', 'inputTokens', 'outputTokens', 'costUsd'] as const;
const NS_UNITS = ['s', 'ms', 'us', 'ns'];

/** The unit of a profile's times as SQL; NULL where their size tells it. */
export function unitSql(unit: MappingProfile['timeUnit']): string {
  return NS_UNITS.includes(unit) ? quote(unit) : 'NULL::VARCHAR';
}

const or = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : conditions.map((one) => `(${one})`).join(' OR ');

/** Whether a record of one input and one output is all there may be. */
function isOfExchanges({ kind, role, name, parent }: MappingProfile['fields']): boolean {
  return [kind, role, name, parent].every((path) => path === undefined);
}

class MappedSelect {
  constructor(private readonly task: SelectTask) {}

  private isMapped(field: Field): boolean {
    return this.task.columns.fields.has(field);
  }

  /** The words of a field in CTE `seen`. */
  private words(field: Field): string {
    return this.isMapped(field) ? named(field) : 'NULL::VARCHAR';
  }

  private has(field: Field): string {
    return this.isMapped(field) ? `coalesce(${named(field)} <> '', false)` : 'false';
  }

  private text(field: Field): string {
    return this.isMapped(field) ? `nullif(${named(field)}, '')` : 'NULL::VARCHAR';
  }

  /** Columns as they are read, with the values of times and numbers. */
  seen(): string {
    const { columns, line, ordinal, from, profile } = this.task;
    const unit = unitSql(profile.timeUnit);
    const values = [...columns.fields].map(([field, { words }]) => `${words} AS ${named(field)}`);
    for (const field of ['start', 'end'] as const) {
      const column = columns.fields.get(field);
      const ns =
        column &&
        (column.instant ??
          (column.number === null
            ? `time_ns(${column.words}, ${unit})`
            : `double_ns(${column.number}, ${unit})`));
      values.push(`${ns === undefined ? 'NULL::BIGINT' : `sound_ns(${ns})`} AS ${field}_ns`);
    }
    for (const field of AMOUNTS) {
      const column = columns.fields.get(field);
      const amount = column && `${field.endsWith('Tokens') ? 'count_of' : 'amount'}(${column.words})`;
      const value = column?.number ? `coalesce(${column.number}, ${String(amount)})` : amount;
      values.push(`${value ?? 'NULL::DOUBLE'} AS "${field}_amount"`);
    }
    const doubts = [...columns.fields.values(), { doubt: columns.rawDoubt }].flatMap(({ doubt }) =>
      doubt === null ? [] : [doubt],
    );
    return `SELECT ${line} AS line, ${ordinal} AS ordinal, ${columns.raw} AS raw, ${or(doubts)} AS is_doubtful, ${values.join(', ')} FROM ${from}`;
  }

  /** With what the words mean. */
  told(): string {
    const on = WORD_FIELDS.filter((field) => this.isMapped(field)).map(
      (field) => `w."${field}_word" IS NOT DISTINCT FROM s.${named(field)}`,
    );
    const fallback = `CASE WHEN ${this.has('toolName')} THEN 'tool' WHEN ${this.has('model')} THEN 'llm' WHEN ${this.has('name')} THEN 'chain' ELSE 'event' END`;
    const ends = `start_ns::HUGEINT + TRY_CAST(rounded("durationMs_amount" * 1e6) AS HUGEINT)`;
    const silent = this.isMapped('text')
      ? `coalesce(w.meant_kind, '') = 'user' AND NOT (${or((['text', 'input', 'output', 'name'] as const).map((field) => this.has(field)))})`
      : 'false';
    const exchange = isOfExchanges(this.task.profile.fields)
      ? `NOT ${this.has('text')} AND NOT ${this.has('toolName')} AND (${this.has('input')} OR ${this.has('output')})`
      : 'false';
    return `SELECT s.*, w.is_odd, w.meant_status, w.meant_message, CASE WHEN ${silent} THEN 'event' ELSE coalesce(w.meant_kind, ${fallback}) END AS told_kind,
      coalesce(end_ns::HUGEINT, ${ends}) AS told_end, ${exchange} AS is_exchange
      FROM seen AS s LEFT JOIN word AS w ON ${on.length === 0 ? 'true' : on.join(' AND ')}`;
  }

  /** With what was said, and whether all of it is sure. */
  judged(): string {
    const spoken = `CASE WHEN ${this.has('text')} THEN ${this.words('text')} WHEN told_kind = 'user' THEN coalesce(${this.words('input')}, ${this.words('output')}) ELSE coalesce(${this.words('output')}, ${this.words('error')}) END`;
    const tool = `CASE WHEN told_kind = 'tool' THEN coalesce(${this.text('toolName')}, ${this.text('name')}) ELSE ${this.text('toolName')} END`;
    return `SELECT *, ${spoken} AS spoken, ${tool} AS tool, CASE WHEN is_exchange THEN NULL ELSE plain_call_hash(${tool}, ${this.words('input')}) END AS call_hash FROM told`;
  }

  private doubts(): string[] {
    const { columns, maxBytes } = this.task;
    const lost = (field: Field, value: string): string[] =>
      this.isMapped(field) ? [`${this.has(field)} AND ${value} IS NULL`] : [];
    const wide = ['spoken', 'raw', this.words('input'), this.words('output')];
    const asked = [this.words('input'), this.words('output')];
    return [
      'is_odd IS NULL OR is_odd OR is_doubtful',
      ...(columns.hasInnerNumbers ? [String.raw`regexp_matches(raw, '\.0[,}\]]|\de\d')`] : []),
      'may_be_escaped(raw)',
      `NOT (${or(CONTENT.map((field) => this.has(field)))})`,
      ...lost('start', 'start_ns'),
      ...lost('end', 'end_ns'),
      ...AMOUNTS.flatMap((field) => lost(field, `"${field}_amount"`)),
      ...AMOUNTS.filter((field) => this.isMapped(field)).map(
        (field) => `"${field}_amount" < 0 OR "${field}_amount" > 9007199254740991`,
      ),
      'told_end > 9223372036854775807 OR told_end < start_ns',
      ...(this.isMapped('rating') ? [this.has('rating')] : []),
      ...(this.isMapped('comment') ? [this.has('comment')] : []),
      ...this.mayBeAction(),
      'tool IS NOT NULL AND NOT is_exchange AND call_hash IS NULL',
      // An agent that says nothing and names a tool.
      ...(this.isMapped('role') && this.isMapped('text')
        ? [`told_kind = 'llm' AND tool IS NOT NULL AND NOT ${this.has('text')}`]
        : []),
      `CASE WHEN is_exchange THEN ${or(asked.map((value) => `may_be_json(${value}) OR may_be_html(${value})`))} ELSE may_be_json(spoken) OR ${this.has('text')} AND may_be_html(spoken) END`,
      ...asked.map((value) => `may_be_deep(${value})`),
      ...wide.map((value) => `strlen(${value}) > ${String(maxBytes)}`),
    ];
  }

  /** A name may be what a client did, where neither kind nor role says otherwise. */
  private mayBeAction(): string[] {
    if (!this.isMapped('name')) return [];
    return [
      `${this.words('kind')} IS NULL AND NOT ${this.has('role')} AND strlen(${this.words('name')}) <= 160 AND regexp_matches(lower(${this.words('name')}), 'accept|undo|undone|revert|cop(y|ied)|edit|sen[dt]|abandon')`,
    ];
  }

  /** The canonical columns of a row's own span, of an exchange's answer, and of its question. */
  private values(): {
    own: Record<string, string>;
    answer: Record<string, string>;
    asked: Record<string, string>;
  } {
    const { sourceId, shortHash, profile } = this.task;
    const id = `coalesce(${this.text('span')}, 'r' || ordinal)`;
    const isAlone = profile.fields.session === undefined && profile.fields.trace === undefined;
    const session = this.text('session');
    const paired = isAlone ? `${quote(`${shortHash}:`)} || ordinal` : session;
    const shared = {
      source_id: quote(sourceId),
      line: 'line',
      order_by_time: 'true',
      trace_id: this.text('trace'),
      agent_version: this.text('agentVersion'),
      user_id: this.text('user'),
      feature: this.text('feature'),
      cohort: this.text('cohort'),
      start_ns: 'start_ns',
      is_rewound: 'false',
      is_derived: 'false',
      raw: 'raw',
    };
    const measured = {
      ...shared,
      parent_span_id: this.text('parent'),
      model: this.text('model'),
      end_ns: 'told_end',
      status: 'meant_status',
      status_message: 'meant_message',
      output: this.words('output'),
      input_tokens: 'rounded("inputTokens_amount")',
      output_tokens: 'rounded("outputTokens_amount")',
      cost_usd: '"costUsd_amount"',
      span_id: id,
    };
    const unnamed = Object.entries(UNNAMED).map(
      ([kind, words]) => `WHEN ${quote(kind)} THEN ${quote(words)}`,
    );
    const name = `coalesce(${this.text('name')}, ${this.text('toolName')}, CASE told_kind ${unnamed.join(' ')} ELSE told_kind END)`;
    return {
      own: {
        ...measured,
        session_id: session,
        kind: 'told_kind',
        origin: `CASE WHEN told_kind = 'user' THEN 'human' END`,
        name,
        tool_name: 'tool',
        text: 'spoken',
        input: this.words('input'),
        call_hash: 'CASE WHEN tool IS NOT NULL THEN call_hash END',
      },
      answer: {
        ...measured,
        session_id: paired,
        kind: `'llm'`,
        name: `'answer'`,
        text: `coalesce(${this.words('output')}, '')`,
      },
      asked: {
        ...shared,
        session_id: paired,
        span_id: `${id} || '.input'`,
        kind: `'user'`,
        origin: `'human'`,
        name: `'user message'`,
        status: `'unset'`,
        text: this.words('input'),
        input: this.words('input'),
      },
    };
  }

  whole(): string {
    const { before, profile } = this.task;
    const { own, answer, asked } = this.values();
    const mayPair = isOfExchanges(profile.fields);
    const value = (name: string): string => {
      const one = own[name] ?? 'NULL';
      return mayPair
        ? `CASE WHEN part = 0 THEN ${asked[name] ?? 'NULL'} WHEN is_exchange THEN ${answer[name] ?? 'NULL'} ELSE ${one} END`
        : one;
    };
    const rows = mayPair ? 'sure, (VALUES (0), (1)) AS p(part)' : '(SELECT *, 1 AS part FROM sure)';
    const isThere = mayPair ? `WHERE part = 1 OR is_sure AND is_exchange AND ${this.has('input')}` : '';
    const list = spanColumns.map(([name, type]) => {
      if (name === 'seq') return `(${String(before)} + line * ${String(SPANS_OF_ROW)} + part)::DOUBLE AS seq`;
      if (name === 'has_session_id')
        return `coalesce(${value('session_id')} IS NOT NULL, false) AS has_session_id`;
      if (name === 'line' || name === 'source_id') return `${own[name] ?? ''}::${type} AS ${name}`;
      return `(CASE WHEN is_sure THEN ${value(name)} END)::${type} AS "${name}"`;
    });
    return `WITH seen AS (${this.seen()}), told AS (${this.told()}), judged AS (${this.judged()}),
      sure AS (SELECT *, NOT coalesce(${or(this.doubts())}, false) AS is_sure FROM judged)
      SELECT ${list.join(', ')} FROM ${rows} ${isThere}`;
  }
}

/** The SELECT that gives rows for staging table span; see above. */
export function mappedSelect(task: SelectTask): string {
  return new MappedSelect(task).whole();
}
