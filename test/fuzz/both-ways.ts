/** Files read both ways, in SQL and by record functions, which must give the same canonical rows, labels, rejects and counts. */
import { expect } from 'vitest';
import type { Bench, Imported } from './intake-harness';

/** All that must not differ: numbers that order spans may, the order of a session's spans by them may not, and where they lie in the file may. */
function comparable({ sources, spans, labels, rejects }: Imported) {
  return {
    sources: sources.map(({ notes, ...rest }) => ({
      ...rest,
      notes: notes.map(({ what, count }) => `${what}: ${String(count)}`).sort(),
    })),
    spans: Object.fromEntries(
      spans.map((row, i) => [
        `${String(row['session_id'])} ${String(row['span_id'])} ${row['span_id'] === null ? i : ''}`,
        row,
      ]),
    ),
    order: spans.map(({ session_id, span_id }) => `${String(session_id)} ${String(span_id)}`),
    labels,
    rejects,
  };
}

/** So small that a made-up file has several, which are read at the same time. */
const CHUNK_BYTES = 100_000;

interface BothWays {
  /** Of a file: the shares of its spans that SQL read, and that were scanned; and what is said of it. */
  share: number;
  scanned: number;
  sources: Imported['sources'];
}

/** Functions that read files on a bench both ways and compare. */
export function bothWays(bench: Bench) {
  /** Reads a file both ways; gives the share of its spans that SQL read. */
  async function readBothWays(path: string, chunkBytes = CHUNK_BYTES): Promise<number> {
    return (await compareBothWays(path, chunkBytes)).share;
  }

  /** The same, with what is said of the file. */
  async function compareBothWays(path: string, chunkBytes = CHUNK_BYTES): Promise<BothWays> {
    const { shares, sources } = await compareFiles([path], chunkBytes);
    return { ...(shares[0] ?? { share: 0, scanned: 0 }), sources };
  }

  /** The same of several files at once, in their order: an import takes longer to begin than to read one of them. */
  async function compareFiles(
    paths: string[],
    chunkBytes = CHUNK_BYTES,
  ): Promise<{ shares: { share: number; scanned: number }[]; sources: Imported['sources'] }> {
    const limits = { twinChunkBytes: chunkBytes };
    const results: { bySql: number; scanned: number }[] = [];
    const twin = await bench.import(paths, {
      limits: { ...limits, twinFromBytes: 0 },
      onTwin: (result) => results.push({ bySql: result?.spans ?? 0, scanned: result?.scanned ?? 0 }),
    });
    const record = await bench.import(paths, { limits: { ...limits, twinFromBytes: Infinity } });
    const [found, wanted] = [comparable(twin), comparable(record)];
    for (const [id, span] of Object.entries(wanted.spans)) expect(found.spans[id]).toEqual(span);
    expect(found).toEqual(wanted);
    // None where the files are of another format.
    expect([0, paths.length]).toContain(results.length);
    const shares = results.map(({ bySql, scanned }, i) => {
      const read = twin.spans.filter(
        (row) => row['is_derived'] !== true && row['source_id'] === twin.sources[i]?.sourceId,
      ).length;
      return { share: bySql / Math.max(1, read), scanned: scanned / Math.max(1, read) };
    });
    return { shares, sources: twin.sources };
  }

  return { readBothWays, compareBothWays, compareFiles };
}
