/** What an import is compared with, each in a process of its own: `duckdb FILE DATABASE` or `parse FILE`. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';

const [how, path, database] = process.argv.slice(2);

if (how === 'duckdb') {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  const reader = path.endsWith('.parquet')
    ? 'read_parquet(?)'
    : "read_json(?, format = 'newline_delimited', maximum_object_size = 67108864)";
  await connection.run(`CREATE TABLE raw AS SELECT * FROM ${reader}`, [path]);
  connection.closeSync();
  instance.closeSync();
} else {
  let keys = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    keys += Object.keys(JSON.parse(line)).length;
  if (keys === 0) process.exit(1);
}
