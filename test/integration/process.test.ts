import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import { runJob, type IntakeJob } from '../../src/engine/intake/launcher';
import type { Frame } from '../../src/engine/process-messages';
import { EngineChild, type Relay } from '../../src/serve/engine-child';
import { buildPrograms, type BuiltPrograms } from './build-programs';

/** A browser's socket without a network: what oRPC's websocket link sends goes to the relay, and back. */
class LocalSocket extends EventTarget {
  readyState = 1;
  binaryType = 'arraybuffer';
  /** Frames that came back, before they are handed on. */
  readonly received: Frame[] = [];
  /** While false, the browser takes nothing off its socket. */
  isReading = true;
  downReason: string | null = null;
  readonly #relay: Relay;
  readonly #untaken: (() => void)[] = [];

  constructor(engine: EngineChild) {
    super();
    this.#relay = engine.connect({
      send: (frame, taken) => {
        this.received.push(frame);
        if (this.isReading) taken();
        else this.#untaken.push(taken);
        this.dispatchEvent(new MessageEvent('message', { data: frame }));
      },
      engineDown: (reason) => {
        this.downReason = reason;
        this.close();
      },
    });
  }

  send(data: Frame): void {
    this.#relay.frame(data, () => undefined);
  }

  takeAll(): void {
    this.isReading = true;
    for (const taken of this.#untaken.splice(0)) taken();
  }

  close(): void {
    this.readyState = 3;
    this.#relay.close();
    this.dispatchEvent(new Event('close'));
  }
}

/** What the fixture's router can be asked. */
interface FixtureClient {
  echo: (input: unknown) => Promise<unknown>;
  options: () => Promise<{ shell: string; dataDir: string; sampleDir: string | null }>;
  environment: () => Promise<string | null>;
  flood: (input: { length: number }) => Promise<string>;
  bytes: (input: Blob) => Promise<number>;
  ticks: (input: { name: string }, options?: { signal?: AbortSignal }) => Promise<AsyncIterable<number>>;
  aborted: () => Promise<string[]>;
  intake: (input: { files: string[] }) => Promise<number>;
  die: (input: 'exit' | 'throw' | 'kill') => Promise<null>;
}

let programs: BuiltPrograms;
const engines: EngineChild[] = [];

beforeAll(async () => {
  programs = await buildPrograms({
    engine: 'test/fixtures/programs/engine.ts',
    intake: 'test/fixtures/programs/intake.ts',
  });
});
afterAll(() => programs.remove());
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

function createEngine(dataDir = '/data'): EngineChild {
  const start = { shell: 'browser' as const, version: '1.2.3', dataDir, sampleDir: null };
  const engine = new EngineChild({ entry: programs.path('engine'), start });
  engines.push(engine);
  return engine;
}

function clientOf(socket: LocalSocket): FixtureClient {
  const websocket = socket as unknown as WebSocket;
  return createORPCClient(new RPCLink({ websocket })) as unknown as FixtureClient;
}

async function startedEngine(): Promise<{ engine: EngineChild; socket: LocalSocket; client: FixtureClient }> {
  const engine = createEngine();
  await engine.start();
  const socket = new LocalSocket(engine);
  return { engine, socket, client: clientOf(socket) };
}

describe('an engine process', () => {
  it('is started with what the shell knows, and with a thread pool for DuckDB', async () => {
    const { client } = await startedEngine();
    await expect(client.options()).resolves.toEqual({ shell: 'browser', dataDir: '/data', sampleDir: null });
    await expect(client.environment()).resolves.toBe('16');
  });

  it('answers the websocket link of oRPC over the message-port handler, text, bytes and all', async () => {
    const { client } = await startedEngine();
    const value = {
      text: 'a\u2028b 漢 \ud83d\ude00',
      list: [1, null, { deep: [true] }],
      date: new Date(0),
      big: 2n ** 70n,
    };
    await expect(client.echo(value)).resolves.toEqual(value);
    await expect(client.bytes(new Blob([new Uint8Array([0, 255, 10, 255])]))).resolves.toBe(4);
  });

  it('streams until the signal says stop, and the handler hears of it', async () => {
    const { client } = await startedEngine();
    const stop = new AbortController();
    const seen: number[] = [];
    await expect(async () => {
      for await (const tick of await client.ticks({ name: 'first' }, { signal: stop.signal })) {
        seen.push(tick);
        if (tick === 3) stop.abort(new Error('enough'));
      }
    }).rejects.toThrow();
    expect(seen).toEqual([0, 1, 2, 3]);
    await expect.poll(() => client.aborted()).toContain('first');
  });

  it('stops streaming to a socket that closed', async () => {
    const { engine, socket, client } = await startedEngine();
    const ticks = (await client.ticks({ name: 'left' }))[Symbol.asyncIterator]();
    await ticks.next();
    socket.close();
    const other = clientOf(new LocalSocket(engine));
    await expect.poll(() => other.aborted()).toContain('left');
  });

  it('keeps two sockets apart', async () => {
    const { engine, client } = await startedEngine();
    const other = clientOf(new LocalSocket(engine));
    const answers = await Promise.all([client.echo('one'), other.echo('two'), client.echo('three')]);
    expect(answers).toEqual(['one', 'two', 'three']);
  });

  it('holds frames back while the browser takes none, and sends them all once it does', async () => {
    const { engine, socket, client } = await startedEngine();
    socket.isReading = false;
    const length = 9_000_000;
    const floods = Array.from({ length: 6 }, () => client.flood({ length }));
    // Two frames reach past the window of 16 MiB; the others wait in the engine, which goes on working meanwhile.
    await expect.poll(() => socket.received.length).toBe(2);
    const other = clientOf(new LocalSocket(engine));
    await expect(other.echo('still there')).resolves.toBe('still there');
    expect(socket.received).toHaveLength(2);
    socket.takeAll();
    const texts = await Promise.all(floods);
    expect(texts.map((text) => text.length)).toEqual(Array.from({ length: 6 }, () => length));
  });

  it('takes a frame larger than the window', async () => {
    const { client } = await startedEngine();
    await expect(client.flood({ length: 20_000_000 })).resolves.toHaveLength(20_000_000);
  });

  it.each([
    ['no JSON', '{"i":"900","p":'],
    ['no message', '42'],
    ['no request', '{"i":"900","p":{}}'],
    ['bytes', new Uint8Array([1, 2, 255, 3])],
    ['an address of another site', '{"i":"900","p":{"u":"http://example.com/echo"}}'],
  ])('survives a frame that is %s', async (_what, frame) => {
    const { engine, socket, client } = await startedEngine();
    socket.send(frame);
    await expect(client.echo('after')).resolves.toBe('after');
    // An error that nobody caught would end the process a moment later.
    await expect(engine.grant('/tmp/later')).resolves.toMatch(/^handle-/u);
    expect(engine.downReason).toBeNull();
    expect(socket.downReason).toBeNull();
  });

  it('grants paths and resolves its own handles alone', async () => {
    const { engine } = await startedEngine();
    const handle = await engine.grant('/tmp/a.jsonl');
    await expect(engine.resolve(handle)).resolves.toBe('/tmp/a.jsonl');
    await expect(engine.resolve('handle-of-nobody')).resolves.toBeNull();
    await expect(engine.grant('/tmp/refuse')).rejects.toThrow('This path is refused.');
    await expect(engine.resolve(handle), 'and goes on').resolves.toBe('/tmp/a.jsonl');
  });
});

describe('an engine that dies', () => {
  it.each([
    ['exit', 'The engine stopped unexpectedly (exit code 7).'],
    ['throw', 'The engine stopped: The engine met something it cannot go on after.'],
    ['kill', 'The engine was stopped by the system, most likely because memory ran out.'],
  ] as const)(
    'by %s tells every socket why, fails what was under way, and can be started again',
    async (how, why) => {
      const { engine, socket, client } = await startedEngine();
      const second = new LocalSocket(engine);
      const ticks = (await client.ticks({ name: 'never-ending' }))[Symbol.asyncIterator]();
      const pid = engine.pid;
      await Promise.allSettled([client.die(how)]);
      await expect.poll(() => socket.downReason).toBe(why);
      expect(second.downReason).toBe(why);
      expect(engine.downReason).toBe(why);
      await expect(
        (async () => {
          for (;;) if ((await ticks.next()).done === true) throw new Error('ended');
        })(),
      ).rejects.toThrow();
      await expect((async () => engine.grant('/tmp/a'))()).rejects.toThrow(why);
      expect(() => new LocalSocket(engine)).toThrow(why);

      await engine.start();
      expect(engine.downReason).toBeNull();
      expect(engine.pid).not.toBe(pid);
      await expect(clientOf(new LocalSocket(engine)).echo('again')).resolves.toBe('again');
    },
  );

  it('while a path is being granted answers with the reason', async () => {
    const { engine, client } = await startedEngine();
    const died = client.die('exit').catch(() => null);
    const handles = Array.from({ length: 50 }, () =>
      engine.grant('/tmp/a').catch((error: unknown) => String(error)),
    );
    const answers = await Promise.all(handles);
    await died;
    await expect.poll(() => engine.downReason).not.toBeNull();
    for (const answer of answers)
      expect(answer).toMatch(/^(handle-\d+|Error: The engine stopped unexpectedly.*)$/u);
  });

  it('at its start says why, and may be asked again', async () => {
    const engine = createEngine('/unusable');
    await expect(engine.start()).rejects.toThrow('The engine stopped: The data folder cannot be used.');
    expect(engine.downReason).toContain('The data folder cannot be used.');
    await expect(engine.start()).rejects.toThrow('The data folder cannot be used.');
  });

  it('is not taken for a death when the shell closes it', async () => {
    const { engine, socket } = await startedEngine();
    const { pid } = engine;
    await engine.close();
    expect(socket.downReason).toBeNull();
    expect(pid).not.toBeNull();
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });
});

describe('an intake process', () => {
  const run = (name: string, signal?: AbortSignal) => {
    const job: IntakeJob = { task: 'inspect', files: [{ path: name, displayPath: name }], knownHashes: [] };
    return runJob(forkLauncher(programs.path('intake')), job, 'inspected', { signal });
  };

  it('answers', async () => {
    await expect(run('good.jsonl')).resolves.toMatchObject({ type: 'inspected' });
  });

  it('answers in an engine process too', async () => {
    const { client } = await startedEngine();
    await expect(client.intake({ files: ['a', 'b'] })).resolves.toBe(2);
    await expect(client.intake({ files: ['crash'] })).rejects.toThrow();
    await expect(client.echo('the engine lives on')).resolves.toBe('the engine lives on');
  });

  it.each([
    ['crash', 'The intake process crashed (SIGSEGV).'],
    ['exit', 'The intake process failed (exit code 3). It said last: The file was too strange.'],
    ['quiet', 'The intake process ended.'],
    ['fail', 'No file could be read.'],
  ])('that ends by %s is reported in a sentence', async (name, reason) => {
    await expect(run(name)).rejects.toThrow(reason);
  });

  it('is killed when the import is stopped', async () => {
    const stop = new AbortController();
    const running = run('hang', stop.signal);
    setTimeout(() => stop.abort(), 200);
    await expect(running).rejects.toThrow(/abort/iu);
  });

  it('that cannot be started says so', async () => {
    const job: IntakeJob = { task: 'inspect', files: [], knownHashes: [] };
    await expect(runJob(forkLauncher('/nowhere/intake.js'), job, 'inspected')).rejects.toThrow(
      /exit code 1.*Cannot find/su,
    );
  });
});
