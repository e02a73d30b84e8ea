/** `faultline doctor`: whether everything that Faultline needs is there and works, each thing tried and not assumed. */
import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultDataDir } from '../../engine/data-dir';
import type { Command, CommandContext } from '../command';
import { sentenceOf } from '../failure';
import { safe } from '../output';

interface Finding {
  what: string;
  ok: boolean;
  /** False where Faultline works without it. */
  isNeeded: boolean;
  found: string;
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'try everything that Faultline needs',
  operands: '',
  options: {},
  examples: ['faultline doctor', 'faultline doctor --json'],
  run: async (context) => {
    const scratch = await mkdtemp(join(tmpdir(), 'faultline-doctor-'));
    context.atEnd(() => rm(scratch, { recursive: true, force: true }));
    const findings = [
      nodeVersion(),
      dataFolder(context),
      ...(await engineFindings(context, scratch)),
      await browserShell(context),
      electron(context),
    ];
    findings.push(networkSockets());
    const ok = findings.every(({ ok: works, isNeeded }) => works || !isNeeded);
    context.print({ ok, version: context.version, findings }, () => {
      const width = Math.max(...findings.map(({ what }) => what.length));
      const mark = (finding: Finding) => (finding.ok ? 'ok  ' : finding.isNeeded ? 'FAIL' : '-   ');
      const lines = findings.map((one) => `${mark(one)}  ${one.what.padEnd(width)}  ${safe(one.found)}`);
      return [`Faultline ${context.version}`, '', ...lines].join('\n');
    });
    return ok ? 0 : 1;
  },
};

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'Node',
    ok,
    isNeeded: true,
    found: `${process.version}${ok ? '' : '; 20.19 or newer is needed'}`,
  };
}

function dataFolder({ env }: CommandContext): Finding {
  const folder = defaultDataDir({ env, platform: process.platform, home: homedir() });
  const what = 'Folder for workspaces';
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { what, ok: true, isNeeded: true, found: folder };
  } catch (error) {
    return { what, ok: false, isNeeded: true, found: `${folder}: ${sentenceOf(error)}` };
  }
}

/**
 * DuckDB is opened, and each of its restrictions tried, by the engine itself: on a workspace made for it, in a folder that
 * is gone afterwards.
 */
async function engineFindings({ engine, signal }: CommandContext, scratch: string): Promise<Finding[]> {
  try {
    const { client, open } = await engine(join(scratch, 'data'));
    await open(join(scratch, 'doctor.faultline'), true);
    const info = await client.app.info(undefined, { signal });
    const evidence = await client.app.offline(undefined, { signal });
    return [
      { what: 'DuckDB', ok: true, isNeeded: true, found: info.duckdbVersion },
      ...evidence.map(({ what, holds, found }) => ({ what, ok: holds, isNeeded: true, found })),
    ];
  } catch (error) {
    return [{ what: 'Engine', ok: false, isNeeded: true, found: sentenceOf(error) }];
  }
}

/** Starts the browser shell with its engine process and ends it again. */
async function browserShell({ paths, signal }: CommandContext): Promise<Finding> {
  const what = 'Browser shell';
  if (!existsSync(paths.serveEntry))
    return { what, ok: false, isNeeded: true, found: `${paths.serveEntry} is missing` };
  try {
    await promisify(execFile)(process.execPath, [paths.serveEntry, '--check'], { signal, timeout: 60_000 });
    return { what, ok: true, isNeeded: true, found: 'starts on 127.0.0.1' };
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    return { what, ok: false, isNeeded: true, found: said === '' ? sentenceOf(error) : said };
  }
}

/** The program that `npm start` looks for, and what it remembers of having asked for it. */
function electron({ paths }: CommandContext): Finding {
  const what = 'Electron window';
  const folder = join(paths.root, 'node_modules', 'electron');
  const name = readText(join(folder, 'path.txt'));
  if (name !== null && existsSync(join(folder, 'dist', name)))
    return { what, ok: true, isNeeded: false, found: join(folder, 'dist', name) };
  const remembered = readText(join(paths.root, 'node_modules', '.cache', 'faultline', 'electron.json'));
  const why = remembered === null ? null : (JSON.parse(remembered) as { reason?: unknown }).reason;
  const found = typeof why === 'string' ? why : 'not asked for yet; npm start does';
  return {
    what,
    ok: false,
    isNeeded: false,
    found: `no binary: ${found}. The browser shell takes its place.`,
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** After all of the above has run in this process: what sockets to a network it holds. */
function networkSockets(): Finding {
  const what = 'Network sockets of this process';
  const isNeeded = true;
  const open = process.platform === 'linux' ? inetSocketsOnLinux() : null;
  const count =
    open ?? process.getActiveResourcesInfo().filter((kind) => /^(TCP|UDP|GetAddrInfo)/u.test(kind)).length;
  return { what, ok: count === 0, isNeeded, found: count === 0 ? 'none' : `${count} open` };
}

/** Sockets among this process's open files that the kernel lists as TCP or UDP; null where it does not say. */
function inetSocketsOnLinux(): number | null {
  try {
    const own = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/u.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
    const listed = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((kind) =>
      (readText(`/proc/self/net/${kind}`) ?? '')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/u)[9]),
    );
    return own.filter((inode) => listed.includes(inode)).length;
  } catch {
    return null;
  }
}
