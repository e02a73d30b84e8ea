/**
 * Answers of the index kept until one of the tables they were read from is written. Owns which tables a statement reads and writes:
 * both are read off its text, with views followed to their tables, and where the text does not say for sure it is all of them.
 * Runs no statement of its own accord.
 */
import type { Params } from './sql-values';

/** A table or a view of the index; `sql` is the text of a view, null for a table. Lower case. */
export interface Relation {
  name: string;
  sql: string | null;
}

/** Lists every table and view there is, but for those in memory, which say themselves what is in them. */
export const RELATIONS = `SELECT lower(table_name) AS name, NULL AS sql FROM duckdb_tables() WHERE NOT internal AND database_name <> 'scratch'
  UNION ALL SELECT lower(view_name), lower(sql) FROM duckdb_views() WHERE NOT internal`;

/** Stands for all tables, and for which there are. */
export const EVERYTHING = '*';

const WRITES =
  /\b(?:insert\s+(?:or\s+\w+\s+)?into|merge\s+into|update|delete\s+from|truncate(?:\s+table)?|(?:create\s+(?:or\s+replace\s+)?temp(?:orary)?\s+)(?:table|view)(?:\s+if\s+not\s+exists)?)\s+"?(\w+)"?(?:\s*\.\s*"?(\w+)"?)?/gi;

/** The tables that statements write, by their text; `count` of them write at all. What changes which tables there are counts as all. */
export function tablesWritten(sql: string, count: number): string[] {
  const found = [...sql.matchAll(WRITES)].map(([, first, second]) => (second ?? first ?? '').toLowerCase());
  return found.length < count || /\b(?:drop\s|alter\s|create\s+(?!(?:or\s+replace\s+)?temp))/i.test(sql)
    ? [EVERYTHING, ...found]
    : found;
}

/** The tables a statement may read: all whose name stands in its text or in that of a view named there. */
export function tablesRead(sql: string, relations: readonly Relation[]): string[] {
  const byName = new Map(relations.map((relation) => [relation.name, relation]));
  const read = new Set<string>();
  const follow = (text: string): void => {
    for (const word of new Set(text.toLowerCase().match(/\w+/g))) {
      const relation = byName.get(word);
      if (relation === undefined || read.has(word)) continue;
      read.add(word);
      if (relation.sql !== null) follow(relation.sql);
    }
  };
  follow(sql);
  return [...read];
}

/** Rows of all answers together, and of one, beyond which none is kept. */
const MOST_ROWS = 200_000;
const MOST_ROWS_EACH = 100_000;
const MOST_ANSWERS = 300;

/** How long answers may be without what work in the background found meanwhile; screens ask again after twice as long. */
const ASIDE_MS = 2_000;

/** How an answer that is not there is got; `relations` runs RELATIONS. */
interface Asking<T> {
  read: () => Promise<T[]>;
  relations: () => Promise<readonly Relation[]>;
  signal: AbortSignal | undefined;
  /** The caller holds a connection. */
  isNested: boolean;
}

interface Kept {
  stamp: string;
  rows: readonly unknown[];
}

export class KeptAnswers {
  readonly #versions = new Map<string, number>();
  #wholeVersion = 0;
  readonly #aside = new Set<string>();
  #asideTimer: NodeJS.Timeout | undefined;
  readonly #answers = new Map<string, Kept>();
  #rowCount = 0;
  readonly #underWay = new Map<string, { stamp: string; rows: Promise<readonly unknown[]> }>();
  #relations: Promise<readonly Relation[]> | null = null;
  readonly #reads = new Map<string, readonly string[]>();

  /** To be told of whatever was written, once it is seen by others, whether or not it was rolled back. */
  noteWritten(tables: Iterable<string>): void {
    for (const table of tables) {
      if (table === EVERYTHING) this.forget();
      else this.#versions.set(table, (this.#versions.get(table) ?? 0) + 1);
    }
  }

  /**
   * To be told of what work in the background wrote: answers made before are given again for a while, so that batch after batch does
   * not make every answer a first one.
   */
  noteWrittenAside(tables: readonly string[]): void {
    if (tables.length === 0) return;
    if (tables.includes(EVERYTHING)) {
      this.noteWritten(tables);
      return;
    }
    for (const table of tables) this.#aside.add(table);
    this.#asideTimer ??= setTimeout(() => {
      this.noteAside();
    }, ASIDE_MS).unref();
  }

  /** What was written in the background is in all answers from now on. */
  noteAside(): void {
    clearTimeout(this.#asideTimer);
    this.#asideTimer = undefined;
    this.noteWritten(this.#aside);
    this.#aside.clear();
  }

  /** Another file stands behind the index now, or it has other tables. */
  forget(): void {
    this.#wholeVersion++;
    this.#answers.clear();
    this.#rowCount = 0;
    this.#relations = null;
    this.#reads.clear();
  }

  /**
   * The rows as kept, else as read, which several who ask meanwhile share; they must not be changed. Throws the signal's reason when
   * it is aborted; whoever else waits then reads for itself.
   */
  async answer<T>(sql: string, params: Params, asking: Asking<T>): Promise<readonly T[]> {
    const { read, relations, signal, isNested } = asking;
    const tables = await this.#tablesOf(sql, relations);
    const key = JSON.stringify([sql, params], (_, value: unknown) =>
      typeof value === 'bigint' ? `${String(value)}n` : value,
    );
    const stamp = this.#stampOf(tables);
    const before = this.#answers.get(key);
    if (before?.stamp === stamp) {
      this.#answers.delete(key);
      this.#answers.set(key, before);
      return before.rows as readonly T[];
    }
    const asked = this.#underWay.get(key);
    // Whoever holds a connection must not wait for somebody who may wait for one.
    if (asked?.stamp === stamp && !isNested) {
      const shared = await untilAborted(
        asked.rows.catch(() => null),
        signal,
      );
      return shared === null ? this.answer(sql, params, asking) : (shared as readonly T[]);
    }
    const reading = { stamp, rows: read() };
    this.#underWay.set(key, reading);
    const rows = await reading.rows.finally(() => {
      if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
    });
    // What was written meanwhile may be in it or not.
    if (this.#stampOf(tables) === stamp) this.#keep(key, { stamp, rows });
    return rows;
  }

  /** Changes whenever one of the tables that a statement reads is written. */
  async stamp(sql: string, relations: () => Promise<readonly Relation[]>): Promise<string> {
    return this.#stampOf(await this.#tablesOf(sql, relations));
  }

  #stampOf(tables: readonly string[]): string {
    return `${String(this.#wholeVersion)}:${tables.map((table) => this.#versions.get(table) ?? 0).join()}`;
  }

  async #tablesOf(sql: string, relations: () => Promise<readonly Relation[]>): Promise<readonly string[]> {
    const known = this.#reads.get(sql);
    if (known !== undefined) return known;
    const version = this.#wholeVersion;
    this.#relations ??= relations();
    const asked = this.#relations;
    const all = await asked.catch((error: unknown) => {
      if (this.#relations === asked) this.#relations = null;
      throw error;
    });
    const tables = tablesRead(sql, all);
    if (this.#wholeVersion !== version) return this.#tablesOf(sql, relations);
    if (this.#reads.size >= MOST_ANSWERS) this.#reads.clear();
    this.#reads.set(sql, tables);
    return tables;
  }

  #keep(key: string, kept: Kept): void {
    this.#drop(key);
    if (kept.rows.length > MOST_ROWS_EACH) return;
    this.#answers.set(key, kept);
    this.#rowCount += kept.rows.length;
    for (const oldest of this.#answers.keys()) {
      if (this.#rowCount <= MOST_ROWS && this.#answers.size <= MOST_ANSWERS) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#rowCount -= this.#answers.get(key)?.rows.length ?? 0;
    this.#answers.delete(key);
  }
}

/** What `work` gives, unless the signal is aborted before; `work` goes on then, and must not fail. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', stop, { once: true });
  });
  const done = await Promise.race([work, aborted]);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  return done as T;
}
