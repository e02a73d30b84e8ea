/**
 * One program at a time may have a workspace open. Owns workspace.lock, which names the holder.
 * A lock whose process has died on this machine is taken over; one of another machine never is.
 * The file appears by hard link, so it is never seen half written.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { asUnwritable, WorkspaceLocked } from './problem';
import { isProcessAlive } from './process-alive';

const holderSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  program: z.string(),
  since: z.string(),
  token: z.string(),
  /** Start of the process in clock ticks since boot, and the boot's id, where the system tells (Linux). */
  startedAt: z.string().nullable(),
  bootId: z.string().nullable(),
});
type Holder = z.infer<typeof holderSchema>;

/** How long taking over a stale lock may take before another program thinks the taker has died. */
const TAKEOVER_PATIENCE_MS = 10_000;

/** Tokens of the locks this process holds: its own pid alone does not tell a leftover from a lock in use. */
const heldHere = new Set<string>();

export class WorkspaceLock {
  readonly #path: string;
  readonly #token: string;

  private constructor(path: string, token: string) {
    this.#path = path;
    this.#token = token;
  }

  /** Takes the lock at `path`, or throws `WorkspaceLocked` naming who has it. `program` is shown to others. */
  static acquire(path: string, program: string, now: Date = new Date()): WorkspaceLock {
    const mine: Holder = {
      pid: process.pid,
      host: hostname(),
      program,
      since: now.toISOString(),
      token: randomUUID(),
      startedAt: processStart(process.pid),
      bootId: bootId(),
    };
    const draft = `${path}.${mine.token}`;
    try {
      writeFileSync(draft, `${JSON.stringify(mine)}\n`, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      throw asUnwritable(error, dirname(path));
    }
    try {
      if (!appear(draft, path)) takeOver(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
    heldHere.add(mine.token);
    return new WorkspaceLock(path, mine.token);
  }

  /** Gives the lock back; a lock that somebody took over meanwhile stays theirs. */
  release(): void {
    heldHere.delete(this.#token);
    if (readHolder(this.#path)?.token === this.#token) rmSync(this.#path, { force: true });
  }
}

/** Puts the lock in place unless there is one. */
function appear(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error;
  }
  // A file system without hard links.
  try {
    writeFileSync(path, readFileSync(draft), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces a stale lock. Only one program does so at a time, or two would each remove the other's fresh lock. */
function takeOver(draft: string, path: string): void {
  refuseIfHeld(path);
  const guard = `${path}.takeover`;
  if (!appear(draft, guard)) {
    const ageMs = ageOf(guard);
    if (ageMs !== null && ageMs < TAKEOVER_PATIENCE_MS) {
      throw new WorkspaceLocked('a program that is just starting', 'Try again in a moment.');
    }
    // One that has gone by itself is not removed: there may be another one in its place by now.
    if (ageMs !== null) rmSync(guard, { force: true });
    takeOver(draft, path);
    return;
  }
  try {
    // Given back meanwhile: anybody may take it now, so it is not replaced but taken like a free one.
    if (readText(path) === null && appear(draft, path)) return;
    refuseIfHeld(path);
    renameSync(draft, path);
  } finally {
    rmSync(guard, { force: true });
  }
}

/** How long ago a guard was set, in ms, by the clock of who set it; by that of the file system while it is being written. Null when there is none. */
function ageOf(guard: string): number | null {
  const since = Date.parse(readHolder(guard)?.since ?? '');
  try {
    return Math.abs(Date.now() - (Number.isNaN(since) ? statSync(guard).mtimeMs : since));
  } catch {
    return null;
  }
}

function refuseIfHeld(path: string): void {
  const holder = readHolder(path);
  if (!holder || isStale(holder)) return;
  throw new WorkspaceLocked(
    describe(holder),
    `Close it there first. If no such program runs any more, delete ${path}.`,
  );
}

/** Null when there is no lock, or one that nobody can have written to the end. */
function readHolder(path: string): Holder | null {
  const text = readText(path);
  if (text === null) return null;
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isStale(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  if (holder.pid === process.pid) return !heldHere.has(holder.token);
  if (holder.bootId !== bootId()) return true;
  if (!isProcessAlive(holder.pid)) return true;
  // Process ids come round again: another process has it now when it started at another time.
  return holder.startedAt !== null && holder.startedAt !== processStart(holder.pid);
}

function describe(holder: Holder): string {
  const here = holder.host === hostname() ? 'on this machine' : `on ${holder.host}`;
  return `${holder.program} ${here} (process ${holder.pid}, since ${holder.since})`;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function bootId(): string | null {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function processStart(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold anything; the start time is the 20th field after it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
