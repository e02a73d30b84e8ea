/**
 * Lays the messages that stand in the keys of a chunk's attributes together to lists (`fold.sql`). Owns the table of what is done
 * with which keys; what that is, is src/shared/trace/indexed-messages.ts.
 */
import { foldMessageKeys, MESSAGE_KEY } from '../../../shared/trace/indexed-messages';
import foldSql from './fold.sql?raw';

/** Sets of keys remembered from chunk to chunk. */
const MOST_REMEMBERED = 5000;

/** What folding needs of the chunk's database. */
export interface FoldTables {
  run(script: string): Promise<void>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  insert(sql: string, rows: readonly unknown[]): Promise<void>;
}

const CREATE =
  'CREATE OR REPLACE TEMP TABLE fold (keys_hash VARCHAR, keys VARCHAR[], rest INTEGER[], lists STRUCT(places INTEGER[], heads VARCHAR[], tail VARCHAR)[])';

/** The sets of keys among which are messages, one row per span that has such. */
const KEYED = `
  CREATE OR REPLACE TEMP TABLE keyed AS
  SELECT n, md5(array_to_string(keys, chr(31))) AS keys_hash FROM item
  WHERE ok AND list_bool_or(list_transform(keys, lambda k: regexp_matches(k, '${MESSAGE_KEY}')))`;

const UNKNOWN = `
  SELECT k.keys_hash, any_value(i.keys) AS keys
  FROM keyed AS k ANTI JOIN fold AS f ON f.keys_hash = k.keys_hash JOIN item AS i ON i.n = k.n
  GROUP BY k.keys_hash`;

const ADD = `INSERT INTO fold BY NAME SELECT unnest(from_json($1, '[{"keys_hash":"VARCHAR","keys":["VARCHAR"],"rest":["INTEGER"],
  "lists":[{"places":["INTEGER"],"heads":["VARCHAR"],"tail":"VARCHAR"}]}]'), max_depth := 2)`;

/** SQL counts from 1. */
const places = (indexes: readonly number[]): number[] => indexes.map((index) => index + 1);

function foldRow(row: Record<string, unknown>): object {
  const { keys = null, rest = [], lists = [] } = foldMessageKeys(row['keys'] as string[]) ?? {};
  return {
    keys_hash: row['keys_hash'],
    keys,
    rest: places(rest),
    lists: lists.map(({ at, heads, tail }) => ({ places: places(at), heads, tail })),
  };
}

export class MessageFolder {
  private remembered = Infinity;

  constructor(private readonly tables: FoldTables) {}

  /** Folds table `item`; keys that are no messages after all stay as they are. */
  async fold(): Promise<void> {
    const { tables } = this;
    await tables.run(KEYED);
    const [count] = await tables.rows('SELECT count(*)::INTEGER AS n FROM keyed');
    if (Number(count?.['n'] ?? 0) === 0) return;
    if (this.remembered > MOST_REMEMBERED) {
      await tables.run(CREATE);
      this.remembered = 0;
    }
    const found = await tables.rows(UNKNOWN);
    this.remembered += found.length;
    await tables.insert(ADD, found.map(foldRow));
    await tables.run(foldSql);
  }
}
