/** How the command line ends when it is used wrongly, fails, or is stopped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarySchema } from '../../src/shared/contract/overview';
import { importRecordSchema, sourceSchema } from '../../src/shared/model/source';
import type { BuiltPrograms } from './build-programs';
import { assistant, buildCli, faultlineIn, runProcess, user, writeTraces, type Faultline } from './cli-run';

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

describe('wrong usage ends with 2, and nothing on stdout', () => {
  it.each([
    [[], 'Usage: faultline COMMAND'],
    [['frobnicate'], 'There is no command "frobnicate".'],
    [['import'], 'Give at least one file, folder or pattern.'],
    [['import', 'exports'], 'Say which workspace'],
    [['summary'], 'Say which workspace'],
    [['summary', '--workspace'], 'workspace'],
    [['summary', '--nonsense'], 'nonsense'],
    [['rejects', '-w', 'audit.faultline', '--limit', '0'], '--limit wants a whole number'],
    [['session', '-w', 'audit.faultline'], 'Give the id of one session.'],
    [['session', 'a', 'b', '-w', 'audit.faultline'], 'Give the id of one session.'],
    [['sessions', '-w', 'audit.faultline', '--limit', 'many'], '--limit wants a whole number'],
    [['sessions', '-w', 'audit.faultline', '--limit', '0'], '--limit wants a whole number'],
    [['sessions', '-w', 'audit.faultline', '--sort', 'mood'], '--sort is one of'],
    [['sessions', '-w', 'audit.faultline', '--flag', 'odd'], '--flag is one of'],
    [['corrections', '-w', 'audit.faultline', '--state', 'maybe'], '--state is one of'],
    [['cluster', '-w', 'audit.faultline', '--count', '-3'], 'count'],
    [['export', '-w', 'audit.faultline'], 'Say what to export'],
    [['export', 'everything', '-w', 'audit.faultline'], 'What to export is one of'],
    [['export', 'sessions', '-w', 'audit.faultline', '--format', 'xml'], '--format is one of'],
    [['export', 'workspace', '-w', 'audit.faultline', '--format', 'csv'], 'leave out --format'],
    [['export', 'sessions', '-w', 'audit.faultline', '-o', '-', '--json'], 'leave out --json'],
    [['report', '-w', 'audit.faultline'], 'Say where to'],
    [['report', '-w', 'audit.faultline', '--out', 'r', '--format', 'docx'], '--format is one of'],
    [['report', '-w', 'audit.faultline', '--out', 'r', '--parts', 'cover'], '--parts is one of'],
    [['sql', '-w', 'audit.faultline'], 'Give one query'],
    [['sql', 'SELECT 1', '-w', 'audit.faultline', '--csv', '--json'], 'Either --csv or --json'],
    [['sql', 'SELECT 1', '-w', 'audit.faultline', '--csv', '--limit', '3'], 'put a LIMIT into the query'],
    [['import', 'exports', '-w', 'x.faultline', '--format', 'nonsense'], '--format is one of'],
    [['import', 'exports', '-w', 'x.faultline', '--annotations', '--format', 'otlp'], 'leave out --format'],
  ])('%j', async (args, said) => {
    const { code, stdout, stderr } = await faultline(args);
    expect(code).toBe(2);
    expect(args.length === 0 ? stdout : stderr).toContain(said);
    if (args.length > 0) expect(stdout).toBe('');
    expect(existsSync(join(folder, 'x.faultline'))).toBe(false);
  });
});

describe('a failure ends with 1 and a sentence', () => {
  it.each([
    [['import', 'missing.jsonl', '-w', 'f.faultline'], 'There is nothing at'],
    [['import', 'exports/*.parquet', '-w', 'f.faultline'], 'Nothing matches exports/*.parquet.'],
    [
      ['import', 'odd.jsonl', '-w', 'f.faultline', '--profile', 'missing.json'],
      'cannot be read as a mapping',
    ],
    [['import', 'odd.jsonl', '-w', 'f.faultline', '--profile', 'bad-profile.json'], 'is not a mapping: name'],
    [['summary', '-w', 'missing.faultline'], 'missing.faultline'],
    [['summary', '-w', 'exports'], 'exports'],
    [['open'], 'start.mjs is missing'],
  ])('%j', async (args, said) => {
    const { code, stdout, stderr } = await faultline(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^\s+at /mu);
  });

  it('names who holds a workspace that another program has open', async () => {
    const held = join(folder, 'held.faultline');
    const holder = spawn(
      process.execPath,
      [programs.path('hold-workspace'), held, join(folder, 'other-data')],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const refused = await faultline(['summary', '-w', 'held.faultline']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(String(holder.pid));
    holder.stdin.end();
    await new Promise((resolve) => holder.once('exit', resolve));
    expect((await faultline(['summary', '-w', 'held.faultline'])).code).toBe(0);
  });
});

describe('the program', () => {
  const run = (args: string[], onStart?: (child: ChildProcess) => void) =>
    runProcess(folder, programs.path('cli'), args, onStart);

  it('ends by itself with the exit code of its command', async () => {
    expect(await run(['formats', '--json'])).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['summary'])).toMatchObject({ code: 2, stdout: '' });
    expect(await run(['summary', '-w', 'missing.faultline'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('takes a closed pipe for a reader that has enough', async () => {
    const outcome = await run(['formats'], (child) => child.stdout?.destroy());
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  });

  it('stops at Ctrl-C, and leaves a workspace that works', async () => {
    const record = `${JSON.stringify({ messages: [user('x'.repeat(2000)), assistant('y'.repeat(2000))] })}\n`;
    await writeFile(join(folder, 'large.jsonl'), record.repeat(30_000));
    const outcome = await run(['import', 'large.jsonl', '-w', 'interrupted.faultline'], (child) => {
      const staging = join(folder, 'interrupted.faultline', 'staging');
      const timer = setInterval(() => {
        if (!existsSync(staging) || readdirSync(staging).length === 0) return;
        clearInterval(timer);
        child.kill('SIGINT');
      }, 20);
    });
    expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: 'Stopped.\n' });
    const after = await faultline(['summary', '-w', 'interrupted.faultline', '--json']);
    expect(after.json()).toMatchObject({ sessions: 0, sources: [] });
  });
});

describe('docs/cli.md', () => {
  const documentation = () => readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  const names =
    'import summary rejects sessions session signals corrections cluster crosswalk sql export report gate extract open serve formats doctor'.split(
      ' ',
    );

  it('has a part for every command, with every option of it', async () => {
    const text = await documentation();
    const missing: string[] = [];
    for (const name of names) {
      const part = new RegExp(`^## ${name}$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'mu').exec(text)?.[1] ?? '';
      const { stdout } = await faultline([name, '--help']);
      const options = [...stdout.matchAll(/^ +(?:-\w, )?--([a-z-]+)/gmu)].map(([, option = '']) => option);
      const common = ['json', 'help', 'workspace'];
      expect(options, name).toEqual(expect.arrayContaining(['json', 'help']));
      for (const option of options)
        if (!common.includes(option) && !part.includes(`--${option}`)) missing.push(`${name} --${option}`);
      if (!part.includes(`faultline ${name}`)) missing.push(`${name}: its usage`);
    }
    expect(missing).toEqual([]);
  });

  it('names every field that import and summary print', async () => {
    const text = await documentation();
    const fields = [summarySchema, sourceSchema, importRecordSchema].flatMap((schema) =>
      Object.keys(schema.shape),
    );
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });

  it('shows command lines that are understood', async () => {
    const lines = [...(await documentation()).matchAll(/^faultline ([a-z]+)/gmu)].map(
      ([, name = '']) => name,
    );
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.filter((name) => !names.includes(name))).toEqual([]);
  });
});
