/**
 * Searches for texts under way and done. Owns when which of them goes on: one slice of spans after another, of what was asked for last
 * and is still wanted, and only while nobody waits for another answer. Hits go into `scratch.text_hit`, the first of a session in each
 * slice. What a search means is said in search.ts.
 */
import type { Database } from '../workspace/database';
import { slicesOf, type Slice } from './search-slices';

/** What slices are made of; a search begins anew when one of them is written. */
const READ = 'SELECT 1 FROM import, span';

/** How long a search goes on that nobody waits for and nobody asks for again; screens ask several times a second. */
const WANTED_MS = 2_000;
/** Searches whose hits are held: some 13 MB for a word that stands in 80,000 sessions. */
const MOST_SEARCHES = 4;

/** Text columns of a span `w` that are looked through, as the text a hit is shown in. */
const BODY =
  "concat_ws(chr(10), w.text, w.input, CASE WHEN w.kind = 'tool' AND w.text IS NULL THEN w.output END)";
/** Whether a text stands in one of them. They are not put together first, which takes longer than looking through each. */
const HIT = `(contains(lower(w.text), $needle) OR contains(lower(w.input), $needle)
  OR (w.kind = 'tool' AND w.text IS NULL AND contains(lower(w.output), $needle)))`;
/** Characters of an excerpt, and those of them before the hit. */
const EXCERPT = 160;
const BEFORE = 60;

/** Puts the first hit of each session within a slice into the table. */
function insertHits(slice: Slice, needle: string): string {
  // A text of several lines may begin in one column and end in another.
  const hit = needle.includes('\n') ? `contains(lower(${BODY}), $needle)` : HIT;
  return `INSERT INTO scratch.text_hit
    SELECT $no, $slice, session_id, span_id, position, turn_no,
      substr(body, greatest(1, strpos(lower(body), $needle) - ${String(BEFORE)}), ${String(EXCERPT)})
    FROM (
      SELECT s.session_id, arg_min(s.span_id, s.position) AS span_id, min(s.position) AS position, min(s.turn_no) AS turn_no,
        arg_min(h.body, s.position) AS body
      FROM (SELECT w.session_id, w.span_id, w.import_id, ${BODY} AS body FROM (${slice.select}) AS w WHERE ${hit}) AS h
      JOIN span AS s ON coalesce(s.stored_session_id, s.session_id) = h.session_id AND s.span_id = h.span_id AND s.import_id = h.import_id
      GROUP BY s.session_id
    )`;
}

/** One text looked for in the spans as they were when it began. */
export class TextSearch {
  /** How many slices were looked through; hits of those alone are to be read. */
  doneCount = 0;
  askedMs = 0;
  waitingCount = 0;
  state: 'open' | 'done' | 'outdated' = 'open';
  /** Settles when it is not open any more; rejects with what went wrong. */
  readonly ended: Promise<void>;
  #end: (problem: Error | null) => void = () => undefined;
  #rowCount = 0;

  constructor(
    readonly no: number,
    readonly needle: string,
    readonly stamp: string,
    readonly slices: readonly Slice[],
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.#end = (problem) => {
        if (problem === null) resolve();
        else reject(problem);
      };
    });
    // Whoever waits hears of it; nobody may be waiting.
    this.ended.catch(() => undefined);
    if (slices.length === 0) this.end('done');
  }

  /** Which share of the spans was looked through, 0 to 1. */
  get searched(): number {
    if (this.state === 'done') return 1;
    const all = this.slices.reduce((sum, { rowCount }) => sum + rowCount, 0);
    return Math.min(0.99, this.#rowCount / Math.max(1, all));
  }

  step(slice: Slice): void {
    this.#rowCount += slice.rowCount;
    if (++this.doneCount === this.slices.length) this.end('done');
  }

  end(state: 'done' | 'outdated', problem: Error | null = null): void {
    this.state = state;
    this.#end(problem);
  }
}

let lastNo = 0;

export class TextSearches {
  readonly #db: Database;
  readonly #importsDir: string;
  /** By text; what was asked for last stands last. */
  readonly #searches = new Map<string, TextSearch>();
  #dropped: number[] = [];
  #isRunning = false;

  constructor(db: Database, importsDir: string) {
    this.#db = db;
    this.#importsDir = importsDir;
  }

  /**
   * The search for a text, not blank and in lower case, at its end or after `waitMs` milliseconds. Throws the signal's reason when it
   * is aborted.
   */
  async find(needle: string, waitMs: number, signal?: AbortSignal): Promise<TextSearch> {
    const end = performance.now() + waitMs;
    for (;;) {
      const search = await this.#asked(needle);
      if (search.state === 'open') {
        void this.#run();
        search.waitingCount++;
        await untilEnded(search, end - performance.now(), signal).finally(() => search.waitingCount--);
      }
      if (search.state !== 'outdated') return search;
    }
  }

  async #asked(needle: string): Promise<TextSearch> {
    const stamp = await this.#db.stampOf(READ);
    let search = this.#searches.get(needle);
    if (search?.stamp !== stamp) {
      const slices = await slicesOf(this.#db, this.#importsDir);
      // Another may have asked meanwhile.
      search = this.#searches.get(needle);
      if (search?.stamp !== stamp) {
        if (search !== undefined) this.#drop(search);
        search = new TextSearch(++lastNo, needle, stamp, slices);
      }
    }
    search.askedMs = performance.now();
    this.#searches.delete(needle);
    this.#searches.set(needle, search);
    for (const oldest of this.#searches.values()) {
      if (this.#searches.size <= MOST_SEARCHES) break;
      if (oldest.waitingCount === 0) this.#drop(oldest);
    }
    return search;
  }

  #drop(search: TextSearch, problem: Error | null = null): void {
    if (this.#searches.get(search.needle) === search) this.#searches.delete(search.needle);
    this.#dropped.push(search.no);
    search.end('outdated', problem);
  }

  /** The search to go on with; undefined where none is wanted. */
  get #next(): TextSearch | undefined {
    const now = performance.now();
    return [...this.#searches.values()]
      .reverse()
      .find((one) => one.state === 'open' && (one.waitingCount > 0 || now - one.askedMs < WANTED_MS));
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    await this.#db.aside(async () => {
      for (let search = this.#next; search !== undefined; search = this.#next) {
        try {
          await this.#step(search);
        } catch (error) {
          this.#drop(search, error instanceof Error ? error : new Error(String(error)));
        }
      }
    });
    this.#isRunning = false;
    if (this.#next !== undefined) await this.#run();
  }

  async #step(search: TextSearch): Promise<void> {
    const slice = search.slices[search.doneCount];
    if (slice === undefined || search.stamp !== (await this.#db.stampOf(READ))) {
      this.#drop(search);
      return;
    }
    const dropped = this.#dropped.splice(0);
    // On a connection of its own: whatever writes the index meanwhile does not hold it up.
    await this.#db.longTransaction(async (tx) => {
      if (dropped.length > 0)
        await tx.run('DELETE FROM scratch.text_hit WHERE list_contains($dropped, search_no)', { dropped });
      await tx.run(insertHits(slice, search.needle), {
        no: search.no,
        slice: search.doneCount,
        needle: search.needle,
      });
    });
    search.step(slice);
  }
}

/** Until a search has ended, but no longer than so many milliseconds. Throws the signal's reason when it is aborted. */
async function untilEnded(search: TextSearch, ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const timer = Number.isFinite(ms) ? setTimeout(stop, ms) : undefined;
  signal?.addEventListener('abort', stop, { once: true });
  await Promise.race([search.ended, stopped]).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  });
  signal?.throwIfAborted();
}
