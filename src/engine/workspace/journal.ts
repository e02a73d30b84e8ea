/**
 * The append-only record of what people did: journal.jsonl, one fact a line, the truth of a workspace.
 * Owns the file: appending with fsync, reading and checking the chain. Must not know what facts mean.
 * A fact is acknowledged when `append` resolves; from then on neither a crash nor a kill may lose it.
 */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, type FileHandle, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Act, Fact } from '../../shared/model/journal';
import { syncFolder } from './atomic-file';
import { type Draft, type Link, readLine, writeLine } from './journal-line';

export interface Entry {
  act: Act;
  author: string;
  /** When it was done, for what was done elsewhere and is taken in now; absent: now. */
  at?: string | undefined;
}

/** What was found wrong while reading; `line` is 1-based. Nothing readable is ever left out because of it. */
export interface JournalProblem {
  line: number;
  what: string;
}

export interface JournalContent {
  facts: Fact[];
  problems: JournalProblem[];
  /** Where the end of a line was put that a crash had cut off; null when the journal ended well. */
  tornPath: string | null;
}

interface Pending {
  drafts: Draft[];
  resolve: (facts: Fact[]) => void;
  reject: (error: unknown) => void;
}

/** Longest line that is read; a longer one is reported as bad. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;
const NEWLINE = 10;

export class Journal {
  readonly #file: FileHandle;
  readonly #now: () => Date;
  /** Bytes of whole lines: what is beyond belongs to a write that failed. */
  #size: number;
  #last: { seq: number; hash: string };
  #queue: Pending[] = [];
  #flushing: Promise<void> | null = null;
  #broken: Error | null = null;

  private constructor(file: FileHandle, size: number, last: { seq: number; hash: string }, now: () => Date) {
    this.#file = file;
    this.#size = size;
    this.#last = last;
    this.#now = now;
  }

  /** Opens a journal, made when absent, and reads all of it. */
  static async open(
    path: string,
    now: () => Date = () => new Date(),
  ): Promise<{ journal: Journal; content: JournalContent }> {
    const file = await openOrMake(path);
    try {
      const reading = new Reading();
      await reading.readAll(path);
      const tornPath = await settleEnd(path, file, reading, now());
      return {
        journal: new Journal(file, reading.size, reading.last(), now),
        content: { facts: reading.facts, problems: reading.problems, tornPath },
      };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Hash of the last line; '' for an empty journal. */
  get lastHash(): string {
    return this.#last.hash;
  }

  /**
   * Appends facts, all or none, and resolves when they are on disk. Calls made while another is being written are
   * written together with one fsync. Rejects when the disk refuses; the journal is then as it was before.
   */
  append(entries: readonly Entry[]): Promise<Fact[]> {
    const now = this.#now().toISOString();
    const drafts = entries.map(({ act, author, at }) => ({
      factId: randomUUID(),
      at: at ?? now,
      author,
      act,
    }));
    return new Promise((resolve, reject) => {
      this.#queue.push({ drafts, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Waits for what is being written, then closes the file. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        const facts = await this.#write(batch.map((pending) => pending.drafts));
        batch.forEach((pending, i) => pending.resolve(facts[i] ?? []));
      } catch (error) {
        for (const pending of batch) pending.reject(error);
      }
    }
    // In the same breath as the last look at the queue, or a call in between would wait for ever.
    this.#flushing = null;
  }

  async #write(groups: readonly Draft[][]): Promise<Fact[][]> {
    if (this.#broken) throw this.#broken;
    let { seq, hash } = this.#last;
    const lines: string[] = [];
    const facts = groups.map((drafts) =>
      drafts.map((draft) => {
        const written = writeLine(draft, seq + 1, hash);
        ({ seq, hash } = written.fact);
        lines.push(written.line, '\n');
        return written.fact;
      }),
    );
    const bytes = Buffer.from(lines.join(''), 'utf8');
    try {
      await writeAt(this.#file, bytes, this.#size);
    } catch (error) {
      await this.#takeBack(error);
      throw error;
    }
    this.#size += bytes.length;
    this.#last = { seq, hash };
    return facts;
  }

  /** After a failed write: whatever of it reached the file is cut off, or nothing may be appended any more. */
  async #takeBack(cause: unknown): Promise<void> {
    try {
      await this.#file.truncate(this.#size);
      await this.#file.sync();
    } catch {
      this.#broken = new Error('The journal could not be written and must be opened again.', { cause });
    }
  }
}

/** The facts of a journal that is not open here, or is: nothing is changed, and a torn end is passed over. */
export async function readFacts(path: string): Promise<Fact[]> {
  if (!existsSync(path)) return [];
  const reading = new Reading();
  await reading.readAll(path);
  return reading.facts;
}

/** Opened for writing at a place, not for appending: Windows lets no appending handle cut anything off. */
async function openOrMake(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const file = await open(path, 'wx+', 0o600);
  await syncFolder(dirname(path));
  return file;
}

/** Writes all bytes at a place and waits until they are on disk. */
async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
  await file.datasync();
}

/** Goes over the file once, line by line. */
class Reading {
  readonly facts: Fact[] = [];
  readonly problems: JournalProblem[] = [];
  /** Bytes up to the end of the last whole line. */
  size = 0;
  /** What follows the last newline. */
  rest: Buffer = Buffer.alloc(0);
  #line = 0;
  /** The line before, where it could be read. */
  #before: Link | null = null;
  #isAfterUnreadable = false;
  #highestSeq = 0;
  readonly #factIds = new Set<string>();

  async readAll(path: string): Promise<void> {
    let parts: Buffer[] = [];
    for await (const data of createReadStream(path)) {
      let from = 0;
      const chunk = data as Buffer;
      for (let end = chunk.indexOf(NEWLINE, from); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        parts.push(chunk.subarray(from, end));
        this.take(Buffer.concat(parts));
        parts = [];
        from = end + 1;
      }
      if (from < chunk.length) parts.push(chunk.subarray(from));
    }
    this.rest = Buffer.concat(parts);
  }

  /** Takes in a line without its newline; counts the newline. */
  take(bytes: Buffer): void {
    this.#line++;
    this.size += bytes.length + 1;
    if (bytes.length > MAX_LINE_BYTES) return this.#unreadable('is longer than 256 MB');
    if (!isUtf8(bytes)) return this.#unreadable('is not UTF-8 text');
    const read = readLine(bytes.toString('utf8'));
    if (read.kind === 'bad') return this.#unreadable(read.problem);
    const link = read.kind === 'fact' ? read.fact : read.link;
    if (!read.isIntact) this.#problem('was changed after it was written: its hash does not fit');
    this.#checkLink(link);
    this.#before = link;
    this.#isAfterUnreadable = false;
    this.#highestSeq = Math.max(this.#highestSeq, link.seq);
    if (read.kind === 'unknown') return this.#problem(read.problem);
    if (this.#factIds.has(read.fact.factId))
      return this.#problem('repeats an earlier fact and is not applied again');
    this.#factIds.add(read.fact.factId);
    this.facts.push(read.fact);
  }

  /** What the next fact is chained to. */
  last(): { seq: number; hash: string } {
    return { seq: Math.max(this.#highestSeq, this.#line), hash: this.#before?.hash ?? '' };
  }

  /** Whether what follows the last newline is a whole fact that only lacks its newline. */
  isRestWhole(): boolean {
    if (this.rest.length === 0 || !isUtf8(this.rest)) return false;
    const read = readLine(this.rest.toString('utf8'));
    return read.kind !== 'bad' && read.isIntact;
  }

  #checkLink(link: Link): void {
    // The hash of a line that cannot be read is not known, so nothing can be said of the line after it.
    if (this.#isAfterUnreadable || link.previous === (this.#before?.hash ?? '')) return;
    this.#problem(
      'does not follow from the line before it: lines are missing, were replaced or change places',
    );
  }

  #unreadable(what: string): void {
    this.#isAfterUnreadable = true;
    this.#problem(what);
  }

  #problem(what: string): void {
    this.problems.push({ line: this.#line, what });
  }
}

/** Cuts off, or completes, what follows the last newline. Returns where a torn end was put. */
async function settleEnd(
  path: string,
  file: FileHandle,
  reading: Reading,
  now: Date,
): Promise<string | null> {
  if (reading.rest.length === 0) return null;
  if (reading.isRestWhole()) {
    await writeAt(file, Buffer.from('\n'), reading.size + reading.rest.length);
    reading.take(reading.rest);
    return null;
  }
  const tornPath = path.replace(/\.jsonl$/, '') + `.torn-${now.toISOString().replaceAll(':', '-')}`;
  await writeFile(tornPath, reading.rest, { flag: 'wx', flush: true, mode: 0o600 });
  await file.truncate(reading.size);
  await file.sync();
  return tornPath;
}
