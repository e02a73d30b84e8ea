/** The four engines. Each entry is only what that engine says differently; see dialect.ts. */
import { below, literal, type ColumnType, type Dialect, type Engine } from './dialect';

const PARTITIONS = ['date', 'source'];

/** https://duckdb.org/docs/stable/sql/introduction */
const duckdb: Dialect = {
  engine: 'duckdb',
  setUp: (out) => [
    "SET TimeZone = 'UTC'",
    // Makes the folder, which writing below it does not: a file of one row that says what made it.
    `COPY (SELECT 'faultline extract' AS made_by) TO ${literal(out)} (FORMAT parquet, PER_THREAD_OUTPUT, FILENAME_PATTERN 'about', OVERWRITE_OR_IGNORE)`,
  ],
  table: (name) => (/[/\\*]|\.parquet$/.test(name) ? `read_parquet(${literal(name)})` : name),
  attribute: (column, store, key) =>
    store === 'map'
      ? `nullif(CAST(${column}[${literal(key)}] AS VARCHAR), '')`
      : `nullif(json_extract_string(${column}, ${literal(`$."${key}"`)}), '')`,
  otherAttributes: (column, store, keys) =>
    store === 'map'
      ? `CAST(to_json(map_from_entries(list_filter(map_entries(${column}), lambda e: e.key NOT IN (${keys.map((key) => literal(key)).join(', ')})))) AS VARCHAR)`
      : `CAST(json_merge_patch(${column}, ${literal(JSON.stringify(Object.fromEntries(keys.map((key) => [key, null]))))}) AS VARCHAR)`,
  type: (type) => ({ text: 'VARCHAR', int: 'BIGINT', double: 'DOUBLE', bool: 'BOOLEAN' })[type],
  numberOf: (text, type) => `TRY_CAST(${text} AS ${type === 'int' ? 'BIGINT' : 'DOUBLE'})`,
  md5: (text) => `md5(${text})`,
  nanosOf: (timestamp) => `epoch_ns(${timestamp})`,
  timestampOf: (iso) => `CAST(${literal(iso)} AS TIMESTAMP)`,
  dayOf: (nanos) => `strftime(make_timestamp_ns(${nanos}), '%Y-%m-%d')`,
  safeName: (text) => `regexp_replace(${text}, '[^A-Za-z0-9_.-]', '_', 'g')`,
  messages: (json) =>
    `list_transform(CASE WHEN json_valid(${json}) THEN from_json(${json}, '[{"role":"VARCHAR","content":"VARCHAR","parts":[{"type":"VARCHAR","content":"VARCHAR"}]}]') END, lambda m: struct_pack(role := m.role, text := coalesce(m.content, array_to_string(list_transform(list_filter(m.parts, lambda p: p.type = 'text'), lambda p: p.content), chr(10)))))`,
  joined: (messages) => `array_to_string(list_transform(${messages}, lambda m: m.text), chr(10))`,
  exploded: (table, messages) => ({
    from: `FROM ${table} AS s CROSS JOIN unnest(${messages}) WITH ORDINALITY AS m(message, ordinal)`,
    role: 'm.message.role',
    text: 'm.message.text',
    ordinal: 'm.ordinal',
  }),
  firstBy: (value, by) => `arg_min(${value}, ${by}) FILTER (WHERE ${value} IS NOT NULL)`,
  write: (out, _prefix, { dataset, select, order }) =>
    `COPY (\n${select}\nORDER BY ${[...PARTITIONS, ...order].join(', ')}\n) TO ${literal(below(out, dataset))} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (${PARTITIONS.join(', ')}), ROW_GROUP_SIZE 8192, OVERWRITE_OR_IGNORE)`,
  read: (out, _prefix, dataset) =>
    `read_parquet(${literal(`${below(out, dataset)}/*/*/*.parquet`)}, hive_partitioning = true, hive_types_autocast = false)`,
};

/** https://spark.apache.org/docs/latest/sql-ref.html, Spark 3.5 or later */
const spark: Dialect = {
  engine: 'spark',
  setUp: () => ["SET TIME ZONE 'UTC'"],
  table: (name) => name,
  attribute: (column, store, key) =>
    store === 'map'
      ? `nullif(CAST(${column}[${literal(key)}] AS STRING), '')`
      : `nullif(get_json_object(${column}, ${literal(`$['${key}']`, true).replaceAll("''", "\\'")}), '')`,
  otherAttributes: (column, store, keys) =>
    store === 'map'
      ? `to_json(map_filter(${column}, (k, v) -> k NOT IN (${keys.map((key) => literal(key)).join(', ')})))`
      : `to_json(map_filter(from_json(${column}, 'map<string,string>'), (k, v) -> k NOT IN (${keys.map((key) => literal(key)).join(', ')})))`,
  type: (type) => ({ text: 'STRING', int: 'BIGINT', double: 'DOUBLE', bool: 'BOOLEAN' })[type],
  numberOf: (text, type) => `try_cast(${text} AS ${type === 'int' ? 'BIGINT' : 'DOUBLE'})`,
  md5: (text) => `md5(${text})`,
  nanosOf: (timestamp) => `unix_micros(${timestamp}) * 1000`,
  timestampOf: (iso) => `CAST(${literal(iso)} AS TIMESTAMP)`,
  dayOf: (nanos) => `date_format(timestamp_micros(${nanos} div 1000), 'yyyy-MM-dd')`,
  safeName: (text) => `regexp_replace(${text}, '[^A-Za-z0-9_.-]', '_')`,
  messages: (json) =>
    `transform(from_json(${json}, 'array<struct<role:string,content:string,parts:array<struct<type:string,content:string>>>>'), m -> named_struct('role', m.role, 'text', coalesce(m.content, array_join(transform(filter(m.parts, p -> p.type = 'text'), p -> p.content), chr(10)))))`,
  joined: (messages) => `array_join(transform(${messages}, m -> m.text), chr(10))`,
  exploded: (table, messages) => ({
    from: `FROM ${table} AS s LATERAL VIEW posexplode(${messages}) m AS position, message`,
    role: 'm.message.role',
    text: 'm.message.text',
    ordinal: 'm.position + 1',
  }),
  firstBy: (value, by) => `min_by(${value}, ${by}) FILTER (WHERE ${value} IS NOT NULL)`,
  write: (out, prefix, { dataset, select, order }) =>
    `CREATE TABLE ${prefix}${dataset}\nUSING parquet\nPARTITIONED BY (${PARTITIONS.join(', ')})\nLOCATION ${literal(below(out, dataset), true)}\nAS\n${select}\nDISTRIBUTE BY ${PARTITIONS.join(', ')} SORT BY ${[...PARTITIONS, ...order].join(', ')}`,
  read: (_out, prefix, dataset) => `${prefix}${dataset}`,
};

/** https://trino.io/docs/current/language.html, with the Hive connector for the result */
const trino: Dialect = {
  engine: 'trino',
  setUp: () => [],
  table: (name) => name,
  attribute: (column, store, key) =>
    store === 'map'
      ? `nullif(CAST(element_at(${column}, ${literal(key)}) AS VARCHAR), '')`
      : `nullif(coalesce(json_extract_scalar(${column}, ${literal(`$["${key}"]`)}), json_format(json_extract(${column}, ${literal(`$["${key}"]`)}))), '')`,
  otherAttributes: (column, store, keys) =>
    `json_format(CAST(map_filter(${store === 'map' ? column : `CAST(json_parse(${column}) AS MAP(VARCHAR, JSON))`}, (k, v) -> k NOT IN (${keys.map((key) => literal(key)).join(', ')})) AS JSON))`,
  type: (type) => ({ text: 'VARCHAR', int: 'BIGINT', double: 'DOUBLE', bool: 'BOOLEAN' })[type],
  numberOf: (text, type) => `TRY_CAST(${text} AS ${type === 'int' ? 'BIGINT' : 'DOUBLE'})`,
  md5: (text) => `lower(to_hex(md5(to_utf8(${text}))))`,
  nanosOf: (timestamp) => `CAST(round(to_unixtime(${timestamp}) * 1000000) AS BIGINT) * 1000`,
  timestampOf: (iso) => `from_iso8601_timestamp(${literal(iso)})`,
  dayOf: (nanos) => `date_format(from_unixtime_nanos(${nanos}), '%Y-%m-%d')`,
  safeName: (text) => `regexp_replace(${text}, '[^A-Za-z0-9_.-]', '_')`,
  messages: (json) =>
    `transform(TRY(CAST(json_parse(${json}) AS ARRAY(ROW(role VARCHAR, content VARCHAR, parts ARRAY(ROW(type VARCHAR, content VARCHAR)))))), m -> CAST(ROW(m.role, coalesce(m.content, array_join(transform(filter(m.parts, p -> p.type = 'text'), p -> p.content), chr(10)))) AS ROW(role VARCHAR, text VARCHAR)))`,
  joined: (messages) => `array_join(transform(${messages}, m -> m.text), chr(10))`,
  exploded: (table, messages) => ({
    from: `FROM ${table} AS s CROSS JOIN UNNEST(${messages}) WITH ORDINALITY AS m(role, text, ordinal)`,
    role: 'm.role',
    text: 'm.text',
    ordinal: 'm.ordinal',
  }),
  firstBy: (value, by) => `min_by(${value}, ${by}) FILTER (WHERE ${value} IS NOT NULL)`,
  write: (out, prefix, { dataset, select }) =>
    `CREATE TABLE ${prefix}${dataset}\nWITH (format = 'PARQUET', partitioned_by = ARRAY[${PARTITIONS.map((name) => literal(name)).join(', ')}], external_location = ${literal(below(out, dataset))})\nAS\n${select}`,
  read: (_out, prefix, dataset) => `${prefix}${dataset}`,
};

const CLICKHOUSE_TYPES: Record<ColumnType, string> = {
  text: 'Nullable(String)',
  int: 'Nullable(Int64)',
  double: 'Nullable(Float64)',
  bool: 'Bool',
};
const MESSAGE_LIST =
  'Array(Tuple(role Nullable(String), content Nullable(String), parts Array(Tuple(type Nullable(String), content Nullable(String)))))';

/** A folder of Parquet files that ClickHouse writes and reads: a bucket where it is a URL, else below its user_files. */
function clickhouseFiles(path: string): string {
  return /^https?:\/\//.test(path)
    ? `s3(${literal(path, true)}, 'Parquet')`
    : `file(${literal(path.replace(/^\.\//, ''), true)}, 'Parquet')`;
}

/** https://clickhouse.com/docs/sql-reference, 24.8 or later */
const clickhouse: Dialect = {
  engine: 'clickhouse',
  setUp: () => [],
  table: (name) => name,
  attribute: (column, store, key) =>
    store === 'map'
      ? `nullIf(CAST(${column}[${literal(key, true)}] AS Nullable(String)), '')`
      : `nullIf(if(JSONType(${column}, ${literal(key, true)}) = 'String', JSONExtractString(${column}, ${literal(key, true)}), JSONExtractRaw(${column}, ${literal(key, true)})), '')`,
  otherAttributes: (column, store, keys) =>
    `CAST(toJSONString(mapFilter((k, v) -> k NOT IN (${keys.map((key) => literal(key)).join(', ')}), ${store === 'map' ? column : `JSONExtract(${column}, 'Map(String, String)')`})) AS Nullable(String))`,
  type: (type) => CLICKHOUSE_TYPES[type],
  numberOf: (text, type) => `${type === 'int' ? 'toInt64OrNull' : 'toFloat64OrNull'}(${text})`,
  md5: (text) => `lower(hex(MD5(assumeNotNull(${text}))))`,
  nanosOf: (timestamp) => `toUnixTimestamp64Nano(toDateTime64(${timestamp}, 9, 'UTC'))`,
  timestampOf: (iso) => `parseDateTime64BestEffort(${literal(iso)}, 9, 'UTC')`,
  dayOf: (nanos) => `formatDateTime(fromUnixTimestamp64Nano(assumeNotNull(${nanos}), 'UTC'), '%Y-%m-%d')`,
  safeName: (text) => `replaceRegexpAll(${text}, '[^A-Za-z0-9_.-]', '_')`,
  messages: (json) =>
    `arrayMap(m -> CAST((m.role, coalesce(m.content, arrayStringConcat(arrayMap(p -> ifNull(p.content, ''), arrayFilter(p -> ifNull(p.type = 'text', false), m.parts)), char(10)))) AS Tuple(role Nullable(String), text Nullable(String))), JSONExtract(ifNull(${json}, '[]'), ${literal(MESSAGE_LIST)}))`,
  joined: (messages) => `arrayStringConcat(arrayMap(m -> ifNull(m.text, ''), ${messages}), char(10))`,
  exploded: (table, messages) => ({
    from: `FROM ${table} AS s ARRAY JOIN ${messages} AS message, arrayEnumerate(${messages}) AS ordinal`,
    role: 'message.role',
    text: 'message.text',
    ordinal: 'ordinal',
  }),
  firstBy: (value, by) => `argMinIf(${value}, ${by}, ${value} IS NOT NULL)`,
  write: (out, _prefix, { dataset, select, order }) =>
    `INSERT INTO FUNCTION ${clickhouseFiles(`${below(out, dataset)}/{_partition_id}/part.parquet`)}\nPARTITION BY concat('date=', date, '/source=', source)\n${select}\nORDER BY ${order.join(', ')}\nSETTINGS join_use_nulls = 1, output_format_parquet_string_as_string = 1, output_format_parquet_row_group_size = 8192`,
  read: (out, _prefix, dataset) => clickhouseFiles(`${below(out, dataset)}/*/*/*.parquet`),
};

export const dialects: Readonly<Record<Engine, Dialect>> = { duckdb, spark, trino, clickhouse };
