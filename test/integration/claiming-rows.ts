/** Parquet files that lie about how many rows they have. */

/** A number as Thrift's compact protocol writes it. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value * 2n; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** A Parquet file whose footer claims another number of rows than it has. */
export function claimingRows(bytes: Buffer, rows: bigint, claim: bigint): Buffer {
  const length = bytes.readUInt32LE(bytes.length - 8);
  const start = bytes.length - 8 - length;
  const needle = Buffer.concat([Buffer.from([0x16]), varint(rows)]);
  const at = bytes.indexOf(needle, start);
  if (at < start) throw new Error('The footer does not say how many rows there are.');
  const footer = Buffer.concat([
    bytes.subarray(start, at + 1),
    varint(claim),
    bytes.subarray(at + needle.length, start + length),
  ]);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(footer.length);
  end.write('PAR1', 4, 'latin1');
  return Buffer.concat([bytes.subarray(0, start), footer, end]);
}
