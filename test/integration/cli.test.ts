/** The command line's commands: the real program, engine and intake, on traces written for them. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarySchema } from '../../src/shared/contract/overview';
import type { BuiltPrograms } from './build-programs';
import { assistant, buildCli, faultlineIn, user, writeTraces, type Faultline, type Outcome } from './cli-run';

let programs: BuiltPrograms;
let folder: string;
let faultline: Faultline;

beforeAll(async () => {
  programs = await buildCli();
  folder = await mkdtemp(join(tmpdir(), 'faultline-cli-test-'));
  faultline = faultlineIn(folder, programs);
  await writeTraces(folder);
}, 120_000);
afterAll(async () => {
  await programs.remove();
  await rm(folder, { recursive: true, force: true });
});

const imported = faultlineOnce();

/** The workspace that most tests look at, imported when it is first needed. */
function faultlineOnce(): () => Promise<Outcome> {
  let outcome: Promise<Outcome> | null = null;
  return () => (outcome ??= faultline(['import', 'exports', '--workspace', 'audit.faultline', '--json']));
}

describe('faultline import', () => {
  it('makes the workspace and ends with one JSON object', async () => {
    const { code, stdout, stderr, json } = await imported();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const answer = json();
    expect(answer).toMatchObject({
      workspace: join(folder, 'audit.faultline'),
      import: {
        importId: expect.any(String),
        at: expect.any(String),
        durationMs: expect.any(Number),
        sessions: 12,
      },
      sessions: 12,
      userTurns: 24,
      corrections: { proposed: expect.any(Number), confirmed: 0, rejected: 0 },
      findings: expect.any(Object),
      clusters: 0,
      annotations: 0,
    });
    expect(answer['sources']).toMatchObject([
      {
        path: expect.stringContaining('chats.jsonl'),
        format: 'openai-chat',
        state: 'imported',
        lines: 6,
        records: 6,
        rejected: 0,
        blank: 0,
      },
      {
        path: expect.stringContaining('more.jsonl'),
        format: 'openai-chat',
        lines: 8,
        records: 6,
        rejected: 1,
        blank: 1,
      },
    ]);
    const keys = [
      'sources',
      'sessions',
      'turns',
      'userTurns',
      'spans',
      'toolCalls',
      'toolErrors',
      'interruptions',
      'rejections',
    ];
    for (const key of keys) expect(answer, key).toHaveProperty(key);
    expect(existsSync(join(folder, 'audit.faultline', 'journal.jsonl'))).toBe(true);
  });

  it('adds nothing the second time, and says so', async () => {
    await imported();
    const again = await faultline(['import', 'exports/chats.jsonl', '-w', 'audit.faultline', '--json']);
    expect(again.code).toBe(0);
    expect(again.json()).toMatchObject({
      sessions: 12,
      import: { spans: 0 },
      sources: [{ state: 'duplicate' }],
    });
    const text = await faultline(['import', 'exports/chats.jsonl', '-w', 'audit.faultline']);
    expect(text.stdout).toMatch(/chats\.jsonl.*duplicate: /u);
  });

  it('names the folders of files that have one name, and what was noticed in several of them once', async () => {
    const chat = JSON.stringify({ messages: [user('Is it open?'), assistant('Yes.')], colour: 'teal' });
    for (const day of ['mon', 'tue']) {
      await mkdir(join(folder, 'days', day), { recursive: true });
      await writeFile(join(folder, 'days', day, 'chats.jsonl'), `${chat}\n{oops ${day}}`);
    }
    const { stdout } = await faultline(['import', 'days', '-w', 'days.faultline']);
    expect(stdout).toMatch(/^mon\/chats\.jsonl:2: not valid JSON/mu);
    expect(stdout).toMatch(/^tue\/chats\.jsonl:2: not valid JSON/mu);
    const all = await faultline(['rejects', '-w', 'days.faultline']);
    expect(all.stdout).toMatch(/^tue\/chats\.jsonl:2: /mu);
  });

  it('prints the first rejected lines with file, number and reason, and where the rest is', async () => {
    const good = JSON.stringify({ messages: [user('Is it open?'), assistant('Yes.')] });
    const bad = ['{"cut": ', '42', '{oops}', '\u001b[31m{red', '{"a":1,}'];
    await writeFile(join(folder, 'bad.jsonl'), [good, ...bad].join('\n'));
    const { stdout, code } = await faultline(['import', 'bad.jsonl', '-w', 'bad.faultline']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^bad\.jsonl:2: the JSON ends too early: the record is cut off$/mu);
    expect(stdout).toMatch(/^bad\.jsonl:3: a line must hold a JSON object or array$/mu);
    expect(stdout).toMatch(/^bad\.jsonl:4: not valid JSON/mu);
    expect(stdout).not.toMatch(/^bad\.jsonl:5/mu);
    expect(stdout).toContain('… and 2 more of this file\nAll of them, with their text: faultline rejects');
    const all = await faultline(['rejects', '-w', 'bad.faultline', '--source', 'bad.jsonl', '--json']);
    expect((all.json()['items'] as { line: number }[]).map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
    const text = await faultline(['rejects', '-w', 'bad.faultline']);
    expect(text.stdout).toContain('5 of 5 rejected lines.');
    expect(text.stdout).not.toContain('\u001b');
    expect(text.stdout).toContain('[31m{red');
    const none = await faultline(['rejects', '-w', 'bad.faultline', '--source', 'none.jsonl']);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no file "none.jsonl"') });
  });

  it('takes patterns, each file once', async () => {
    const found = async (...operands: string[]) => {
      const { json } = await faultline([
        'import',
        ...operands,
        '-w',
        `${String(Math.random()).slice(2)}.faultline`,
        '--json',
      ]);
      return (json()['sources'] as { name: string }[]).map(({ name }) => name);
    };
    await expect(found('exports/**/*.jsonl')).resolves.toEqual(['chats.jsonl', 'more.jsonl']);
    await expect(
      found('exports/{chats,none}.jsonl', 'exports/chat?.jsonl', 'exports/[a-c]*.jsonl'),
    ).resolves.toEqual(['chats.jsonl']);
    await expect(found(join(folder, 'exports', 'd*', '*'))).resolves.toEqual(['more.jsonl']);
    await expect(found('exports/.*/*.jsonl')).resolves.toEqual(['no.jsonl']);
  });

  it('reads a shape of its own by a mapping', async () => {
    const plain = await faultline(['import', 'odd.jsonl', '-w', 'odd.faultline', '--json']);
    expect(plain.code, 'nobody knows it').toBe(1);
    expect(plain.json()).toMatchObject({ sources: [{ state: 'unrecognised', format: null }], spans: 0 });
    const mapped = await faultline([
      'import',
      'odd.jsonl',
      '-w',
      'odd.faultline',
      '--profile',
      'odd-profile.json',
      '--json',
    ]);
    expect(mapped.code).toBe(0);
    expect(mapped.json()).toMatchObject({
      sources: [{ state: 'imported', format: 'generic' }],
      sessions: 1,
      userTurns: 1,
    });
  });

  it('shows progress on a terminal’s stderr and keeps stdout for the answer', async () => {
    const { stdout, stderr } = await faultline(
      ['import', 'exports/chats.jsonl', '-w', 'tty.faultline', '--json'],
      { isTTY: true },
    );
    expect(stderr).toContain('chats.jsonl');
    expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  it('stopped leaves no import behind', async () => {
    const stop = new AbortController();
    stop.abort();
    const { code, stderr } = await faultline(['import', 'exports', '-w', 'stopped.faultline'], {
      signal: stop.signal,
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Stopped.\n' });
    const imports = join(folder, 'stopped.faultline', 'imports');
    expect(existsSync(imports) ? await readdir(imports) : []).toEqual([]);
    const { json } = await faultline(['summary', '-w', 'stopped.faultline', '--json']);
    expect(json()).toMatchObject({ sessions: 0, sources: [] });
  });
});

describe('faultline on a workspace', () => {
  it('summary prints what the contract promises', async () => {
    await imported();
    const { code, json, stdout } = await faultline(['summary', '--workspace', 'audit.faultline', '--json']);
    expect(code).toBe(0);
    expect(summarySchema.strict().safeParse(json()).error).toBeUndefined();
    expect(stdout.endsWith('}\n')).toBe(true);
    const text = await faultline(['summary'], {
      env: { FAULTLINE_WORKSPACE: join(folder, 'audit.faultline') },
    });
    expect(text.stdout).toMatch(/^sessions +12$/mu);
  });

  it('sessions lists, filters, sorts and pages', async () => {
    await imported();
    const all = await faultline([
      'sessions',
      '-w',
      'audit.faultline',
      '--json',
      '--sort',
      'sessionId',
      '--ascending',
    ]);
    const ids = (all.json()['items'] as { sessionId: string }[]).map(({ sessionId }) => sessionId);
    expect(ids).toHaveLength(12);
    expect(ids).toEqual([...ids].sort());
    const page = await faultline([
      'sessions',
      '-w',
      'audit.faultline',
      '--json',
      '--sort',
      'sessionId',
      '--ascending',
      '--offset',
      '10',
      '--limit',
      '5',
    ]);
    expect(page.json()).toMatchObject({
      total: 12,
      items: ids.slice(10).map((sessionId) => ({ sessionId })),
    });
    const filtered = await faultline(['sessions', '-w', 'audit.faultline', '--text', 'report 7', '--json']);
    expect(filtered.json()).toMatchObject({ total: 1 });
    const text = await faultline(['sessions', '-w', 'audit.faultline', '--limit', '3']);
    expect(text.stdout).toMatch(/1 to 3 of 12\.\n$/u);
  });

  it('session prints one, with its spans where asked', async () => {
    await imported();
    const list = await faultline(['sessions', '-w', 'audit.faultline', '--json', '--limit', '1']);
    const { sessionId } = (list.json()['items'] as { sessionId: string }[])[0] ?? { sessionId: '' };
    const one = await faultline(['session', sessionId, '-w', 'audit.faultline', '--json']);
    expect(one.json()).toMatchObject({ session: { sessionId }, turns: [{ turnNo: 1 }, { turnNo: 2 }] });
    expect(one.json()).not.toHaveProperty('spans');
    const whole = await faultline(['session', sessionId, '-w', 'audit.faultline', '--spans', '--json']);
    const spans = whole.json()['spans'] as object[];
    expect(spans.length).toBeGreaterThanOrEqual(4);
    const text = await faultline(['session', sessionId, '-w', 'audit.faultline', '--spans']);
    expect(text.stdout).toContain('to a table.');
    const missing = await faultline(['session', 'nobody', '-w', 'audit.faultline']);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('nobody');
  });

  it('signals looks again where asked, and counts what it found', async () => {
    await imported();
    const again = await faultline(['signals', '-w', 'audit.faultline', '--anew', '--json']);
    const { run, signals } = again.json() as unknown as {
      run: { sessions: number };
      signals: { signal: string; findings: number; sessions: number }[];
    };
    expect(run.sessions).toBeGreaterThan(0);
    const correction = signals.find((one) => one.signal === 'correction');
    expect(correction?.findings).toBeGreaterThan(0);
    expect(correction?.sessions).toBeLessThanOrEqual(correction?.findings ?? 0);
    const idle = await faultline(['signals', '-w', 'audit.faultline']);
    expect(idle.stdout).toContain('0 sessions looked at');
  });

  it('corrections and cluster agree', async () => {
    await imported();
    const found = await faultline(['corrections', '-w', 'audit.faultline', '--state', 'proposed', '--json']);
    const { total } = found.json() as unknown as { total: number };
    expect(total).toBeGreaterThan(0);
    const text = await faultline(['corrections', '-w', 'audit.faultline', '--order', 'session']);
    expect(text.stdout).toContain('I wanted a table.');
    const grouped = await faultline(['cluster', '-w', 'audit.faultline', '--seed', '7', '--json']);
    expect(grouped.code).toBe(0);
    const { run, clusters } = grouped.json() as unknown as {
      run: { seed: number; itemCount: number };
      clusters: { size: number }[];
    };
    expect(run).toMatchObject({ seed: 7, itemCount: total });
    expect(clusters.reduce((sum, { size }) => sum + size, 0)).toBe(total);
  });

  it('export writes files, refuses to write over one, and prints to a pipe', async () => {
    await imported();
    const to = (kind: string, ...more: string[]) =>
      faultline(['export', kind, '-w', 'audit.faultline', ...more]);
    const written = await to('sessions', '--format', 'csv', '-o', 'sessions.csv', '--json');
    expect(written.json()).toEqual({
      kind: 'sessions',
      path: join(folder, 'sessions.csv'),
      rows: 12,
      bytes: expect.any(Number),
    });
    expect((await readFile(join(folder, 'sessions.csv'), 'utf8')).trim().split('\n')).toHaveLength(13);
    const again = await to('sessions', '--format', 'csv', '-o', 'sessions.csv');
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('already there');
    expect((await to('sessions', '--format', 'csv', '-o', 'sessions.csv', '--force')).code).toBe(0);

    const piped = await to('corrections', '-o', '-');
    const lines = piped.stdout.trim().split('\n');
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(lines.length).toBeGreaterThan(0);
    expect((await to('codebook', '--format', 'markdown', '-o', 'codebook.md')).code).toBe(0);
    expect(await readFile(join(folder, 'codebook.md'), 'utf8')).toMatch(/^#/u);
    expect((await to('codebook', '--format', 'csv', '-o', 'codebook.csv')).code).toBe(0);
    expect(await readFile(join(folder, 'codebook.csv'), 'utf8')).toMatch(/^id,name,definition/u);
    expect((await to('codebook', '--format', 'html', '-o', 'codebook.html')).code).toBe(0);
    expect(await readFile(join(folder, 'codebook.html'), 'utf8')).toMatch(/^<!doctype html>/u);
    const packed = await to('workspace', '-o', 'audit.faultline.zip', '--json');
    expect(packed.json()).toMatchObject({ kind: 'workspace', rows: null });
    expect((await readFile(join(folder, 'audit.faultline.zip'))).subarray(0, 2).toString('latin1')).toBe(
      'PK',
    );
  });

  it('takes its own annotations back', async () => {
    await imported();
    await faultline(['export', 'corrections', '-w', 'audit.faultline', '-o', 'corrections.jsonl', '--force']);
    const { code, json } = await faultline([
      'import',
      'corrections.jsonl',
      '-w',
      'audit.faultline',
      '--annotations',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ files: [{ path: join(folder, 'corrections.jsonl'), unmatched: 0 }] });
  });
});

describe('faultline elsewhere', () => {
  it('formats lists what can be read', async () => {
    const { json, code } = await faultline(['formats', '--json']);
    expect(code).toBe(0);
    const ids = (json() as unknown as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['claude-code', 'openai-chat', 'otlp', 'generic']));
    expect((await faultline(['formats'])).stdout).toContain('claude-code');
  });

  it('doctor tries everything and leaves nothing behind', async () => {
    const before = await readdir(tmpdir());
    const { json, code } = await faultline(['doctor', '--json']);
    const { findings } = json() as unknown as {
      findings: { what: string; ok: boolean; isNeeded: boolean; found: string }[];
    };
    // The page may not be built where this runs, which the browser shell says.
    const needed = findings.filter(({ what, isNeeded }) => isNeeded && what !== 'Browser shell');
    expect(needed.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'Node',
        'DuckDB',
        'Folder for workspaces',
        'Browser shell',
        'Electron window',
        'Network sockets of this process',
      ]),
    );
    expect(findings.length, 'DuckDB’s lockdown is tried on an open workspace').toBeGreaterThan(10);
    expect(code).toBe(findings.every(({ ok, isNeeded }) => ok || !isNeeded) ? 0 : 1);
    const left = (await readdir(tmpdir())).filter(
      (name) => name.startsWith('faultline-doctor-') && !before.includes(name),
    );
    expect(left).toEqual([]);
    const recent = await readFile(join(folder, 'data', 'recent.json'), 'utf8').catch(() => '');
    expect(recent).not.toContain('doctor');
  });

  it('version and help', async () => {
    expect((await faultline(['--version'])).stdout).toBe('1.2.3\n');
    const help = await faultline(['--help']);
    expect(help.code).toBe(0);
    const names = [
      'import',
      'summary',
      'sessions',
      'session',
      'corrections',
      'cluster',
      'export',
      'open',
      'formats',
      'doctor',
      'serve',
    ];
    for (const name of names) {
      expect(help.stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'mu'));
      for (const way of [
        [name, '--help'],
        [name, '-h'],
        ['help', name],
      ]) {
        const { code, stdout, stderr } = await faultline(way);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toMatch(new RegExp(`^Usage: faultline ${name} `, 'u'));
        expect(stdout).toContain('--json');
      }
    }
  });
});
