import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildChildProgram } from '../../../test/fixtures/workspace/child-program';
import type { Act } from '../../shared/model/journal';
import { Journal } from './journal';
import { sha256 } from './journal-line';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fl-journal-'));
  path = join(folder, 'journal.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const view = (name: string): Act => ({ type: 'view.saved', screen: 'sessions', name, state: '{}' });

async function write(...names: string[]): Promise<void> {
  const { journal } = await Journal.open(path);
  for (const name of names) await journal.append([{ act: view(name), author: 'Ada' }]);
  await journal.close();
}

async function read() {
  const { journal, content } = await Journal.open(path);
  await journal.close();
  const names = content.facts.map((fact) => (fact.act.type === 'view.saved' ? fact.act.name : fact.act.type));
  return { ...content, names };
}

const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);

describe('appending', () => {
  it('writes one fact a line, numbered, chained by SHA-256 of the line without its hash', async () => {
    await write('one', 'two', 'three');
    let previous = '';
    for (const [i, line] of lines().entries()) {
      const fact = JSON.parse(line) as Record<string, unknown>;
      expect(fact).toMatchObject({ seq: i + 1, author: 'Ada', previous });
      const { hash, ...rest } = fact;
      expect(hash).toBe(sha256(JSON.stringify(rest)));
      expect(Date.parse(String(fact['at']))).not.toBeNaN();
      previous = String(hash);
    }
    const { names, problems, tornPath, facts } = await read();
    expect({ names, problems, tornPath }).toEqual({
      names: ['one', 'two', 'three'],
      problems: [],
      tornPath: null,
    });
    expect(new Set(facts.map((fact) => fact.factId)).size).toBe(3);
  });

  it('keeps the order of calls made at once, and each call together', async () => {
    const { journal } = await Journal.open(path);
    const calls = Array.from({ length: 50 }, (_, i) =>
      journal.append([view(`${i}a`), view(`${i}b`)].map((act) => ({ act, author: 'Ada' }))),
    );
    const facts = (await Promise.all(calls)).flat();
    expect(facts.map((fact) => fact.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    await journal.close();
    expect((await read()).names).toEqual(Array.from({ length: 50 }, (_, i) => [`${i}a`, `${i}b`]).flat());
  });

  it('goes on when calls follow from one another', async () => {
    const { journal } = await Journal.open(path);
    const chain = async (name: string) => {
      for (let i = 0; i < 30; i++) await journal.append([{ act: view(name), author: 'Ada' }]);
    };
    await Promise.all([chain('a'), chain('b'), chain('c')]);
    await journal.close();
    expect((await read()).names).toHaveLength(90);
  });

  it('keeps any text as it is', async () => {
    const text = 'quote " newline \n nul \u0000 pile \u{1f4a9} separator \u2028 ,"hash":"x"} __proto__';
    await write(text);
    expect((await read()).names).toEqual([text]);
    expect((await read()).problems).toEqual([]);
  });
});

describe('a torn end', () => {
  it('is cut off into a file of its own, at whatever byte it was torn', async () => {
    await write('one', 'two');
    const whole = readFileSync(path);
    const firstEnd = whole.indexOf(10) + 1;
    for (let cut = firstEnd + 1; cut < whole.length - 1; cut += 17) {
      writeFileSync(path, whole.subarray(0, cut));
      const { names, problems, tornPath } = await read();
      expect(names).toEqual(['one']);
      expect(problems).toEqual([]);
      expect(tornPath).toMatch(/journal\.torn-/);
      expect(readFileSync(tornPath ?? '')).toEqual(whole.subarray(firstEnd, cut));
      expect(readFileSync(path)).toEqual(whole.subarray(0, firstEnd));
      rmSync(tornPath ?? '');
    }
  });

  it('is completed where only the newline is missing', async () => {
    await write('one', 'two');
    const whole = readFileSync(path);
    truncateSync(path, whole.length - 1);
    expect(await read()).toMatchObject({ names: ['one', 'two'], problems: [], tornPath: null });
    expect(readFileSync(path)).toEqual(whole);
  });

  it('of zeros, as a power cut leaves them, is cut off; what is appended then is chained on', async () => {
    await write('one');
    appendFileSync(path, Buffer.alloc(300));
    await write('two');
    expect(await read()).toMatchObject({ names: ['one', 'two'], problems: [] });
    expect(readdirSync(folder).filter((name) => name.startsWith('journal.torn-'))).toHaveLength(1);
  });

  it('of an empty journal leaves it empty', async () => {
    writeFileSync(path, '{"seq":1,"fac');
    expect((await read()).names).toEqual([]);
    await write('one');
    expect(await read()).toMatchObject({ names: ['one'], problems: [], tornPath: null });
  });
});

describe('damage in the middle', () => {
  const damage = async (change: (all: string[]) => string[]) => {
    await write('one', 'two', 'three', 'four');
    writeFileSync(
      path,
      change(lines())
        .map((line) => `${line}\n`)
        .join(''),
    );
    return read();
  };
  const others = ['one', 'three', 'four'];

  it.each([
    ['no JSON', 'garbage', /line 2.*not JSON/],
    ['not a fact', '{"seq":2}', /line 2.*not a fact/],
    ['nested too deeply', '['.repeat(200_000), /line 2.*256 levels/],
    ['an empty line', '', /line 2.*not JSON/],
  ])('%s: is reported with its line, all else is kept', async (_what, line, message) => {
    const { names, problems } = await damage((all) => [all[0]!, line, ...all.slice(2)]);
    expect(names).toEqual(others);
    expect(problems.map((one) => `line ${one.line} ${one.what}`).join('\n')).toMatch(message);
    expect(problems).toHaveLength(1);
    await write('five');
    expect(await read()).toMatchObject({ names: [...others, 'five'], problems });
  });

  it('bytes that are not text', async () => {
    await write('one', 'two');
    appendFileSync(path, Buffer.from([0xff, 0xfe, 10]));
    await write('three');
    expect(await read()).toMatchObject({ names: ['one', 'two', 'three'], problems: [{ line: 3 }] });
    expect(JSON.parse(lines()[3] ?? '')).toMatchObject({ seq: 4 });
  });

  it('a changed line keeps its fact and is named', async () => {
    const { names, problems } = await damage((all) => all.map((line) => line.replace('"two"', '"TWO"')));
    expect(names).toEqual(['one', 'TWO', 'three', 'four']);
    expect(problems).toEqual([{ line: 2, what: expect.stringContaining('changed after it was written') }]);
  });

  it('a changed line with a hash made to fit breaks the chain', async () => {
    const { problems } = await damage((all) =>
      all.map((line, i) => {
        if (i !== 1) return line;
        const { hash, ...fact } = JSON.parse(line.replace('"two"', '"TWO"')) as { hash: string };
        return JSON.stringify({ ...fact, hash: sha256(JSON.stringify(fact)) });
      }),
    );
    expect(problems).toEqual([{ line: 3, what: expect.stringContaining('does not follow') }]);
  });

  it('a missing line is noticed', async () => {
    const { names, problems } = await damage((all) => all.filter((_, i) => i !== 1));
    expect(names).toEqual(others);
    expect(problems).toEqual([{ line: 2, what: expect.stringContaining('lines are missing') }]);
  });

  it('a repeated line is not applied again', async () => {
    const { names, problems } = await damage((all) => [...all, all[1]!]);
    expect(names).toEqual(['one', 'two', 'three', 'four']);
    expect(problems.map((one) => one.line)).toEqual([5, 5]);
  });

  it('an act of a later version is kept in the file and does not break the chain', async () => {
    await write('one');
    const one = JSON.parse(lines()[0] ?? '') as { hash: string };
    const fact = {
      seq: 2,
      factId: 'f2',
      at: 'now',
      author: 'Eve',
      act: { type: 'moon.landed' },
      previous: one.hash,
    };
    appendFileSync(path, `${JSON.stringify({ ...fact, hash: sha256(JSON.stringify(fact)) })}\n`);
    await write('three');
    const { names, problems } = await read();
    expect(names).toEqual(['one', 'three']);
    expect(problems).toEqual([{ line: 2, what: 'holds an act this version does not know ("moon.landed")' }]);
    expect(lines()).toHaveLength(3);
  });

  it('hostile keys touch no prototype', async () => {
    await write('one');
    const act =
      '{"type":"annotation.imported","annotations":[{"__proto__":{"polluted":1},"a":1}],"sourceName":"x"}';
    const body = `{"seq":2,"factId":"f","at":"","author":"E","act":${act},"previous":"${(JSON.parse(lines()[0] ?? '') as { hash: string }).hash}"}`;
    appendFileSync(path, `${body.slice(0, -1)},"hash":"${sha256(body)}"}\n`);
    const { facts, problems } = await read();
    expect(problems).toEqual([]);
    expect(facts).toHaveLength(2);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a process killed at any instant', () => {
  let program: string;
  beforeAll(async () => {
    program = await buildChildProgram('append-forever');
  }, 60_000);
  afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

  /** Runs the writer, kills it some way into its work, and returns what it was told is safe. */
  async function killedRun(run: number, afterBytes: number): Promise<string[]> {
    const child = spawn(process.execPath, [program, path, String(run), String((run * 37) % 900)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString('utf8');
      if (said.length > afterBytes) setTimeout(() => child.kill('SIGKILL'), (run * 7) % 5);
    });
    await once(child, 'close');
    expect(child.signalCode).toBe('SIGKILL');
    return said.split('\n').slice(0, -1);
  }

  it('loses no acknowledged fact, over many cycles on one journal', async () => {
    const acknowledged: string[] = [];
    const cycles = 15;
    for (let run = 0; run < cycles; run++) acknowledged.push(...(await killedRun(run, (run * 131) % 1500)));
    const { names, problems, facts } = await read();
    expect(problems).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(cycles * 2);
    const kept = new Map<string, number>();
    for (const name of names) kept.set(name, (kept.get(name) ?? 0) + 1);
    for (const name of acknowledged) expect(kept.get(name), name).toBe(1 + (Number(name.split('-')[2]) % 3));
    expect(facts.map((fact) => fact.seq)).toEqual(facts.map((_, i) => i + 1));
  }, 60_000);

  it.skipIf(process.platform === 'win32')('refuses when the disk does, without half a line', async () => {
    // A limit on the size of files stands for a full disk: the write fails in the same place.
    const child = spawn(
      'sh',
      ['-c', 'ulimit -f 40; exec "$@"', 'sh', process.execPath, program, path, '1', '300'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString('utf8')));
    await once(child, 'close');
    const heard = said.split('\n').slice(0, -1);
    expect(heard.at(-1)).toBe('refused EFBIG');
    expect(readFileSync(path).at(-1)).toBe(10);
    const { names, problems, tornPath } = await read();
    expect({ problems, tornPath }).toEqual({ problems: [], tornPath: null });
    expect(new Set(names)).toEqual(new Set(heard.slice(0, -1)));
    await write('there is room again');
    expect((await read()).names.at(-1)).toBe('there is room again');
  });
});
