/**
 * The engine's side of the wire to its shell: starts the engine, answers control messages, and serves the router over
 * transferred ports (Electron) and relayed sockets (browser). Knows neither Electron nor HTTP: a `Wire` is all it sees.
 * Must not decide anything about traces.
 */
import { RPCHandler } from '@orpc/server/message-port';
import { FramePort, guardedPort, type TransferredPort } from './frame-port';
import type { Engine, EngineOptions } from './index';
import type { IntakeJob, IntakeLauncher, IntakeMessage } from './intake/launcher';
import { toEngineSchema, type FromEngine, type StartOptions, type ToEngine } from './process-messages';

export interface Wire {
  send(message: FromEngine): void;
  /** `ports` are those that were transferred with the message. */
  onMessage(listener: (message: unknown, ports: readonly TransferredPort[]) => void): void;
  /** The shell ended without a word. */
  onParentGone(listener: () => void): void;
  /** Called once the engine is closed or has failed; ends the process. */
  exit(code: number): void;
}

export interface HostOptions {
  wire: Wire;
  createEngine: (options: EngineOptions) => Promise<Engine>;
  /** Null where intake processes are made by the shell on request (Electron's utility processes). */
  forkIntake: IntakeLauncher | null;
}

function createHandler(engine: Engine) {
  return new RPCHandler(engine.router);
}

/** Serves one engine over one wire for the life of the process. */
export function hostEngine({ wire, createEngine, forkIntake }: HostOptions): void {
  const intakes = new RelayedIntakes(wire);
  const sockets = new Map<number, FramePort>();
  let engine: Promise<Engine> | null = null;
  let handler: ReturnType<typeof createHandler> | null = null;

  const start = async (options: StartOptions): Promise<void> => {
    if (engine !== null) throw new Error('The engine was asked to start twice.');
    engine = createEngine({ ...options, launchIntake: forkIntake ?? intakes.launch });
    handler = createHandler(await engine);
    wire.send({ type: 'ready' });
  };

  const shutdown = async (): Promise<void> => {
    for (const port of sockets.values()) port.close();
    await (await engine)?.close();
    wire.send({ type: 'closed' });
    wire.exit(0);
  };

  /** Grants and handles are the engine's; a failure is the answer to one question, not the end of the process. */
  const answer = async (id: number, ask: (engine: Engine) => FromEngine): Promise<void> => {
    try {
      if (engine === null) throw new Error('The engine has not started.');
      wire.send(ask(await engine));
    } catch (error) {
      wire.send({ type: 'refused', id, message: sentence(error) });
    }
  };

  const openSocket = (socket: number): void => {
    const port = new FramePort((data) => wire.send({ type: 'socket-frame', socket, data }), reportBadFrame);
    sockets.set(socket, port);
    handler?.upgrade(port);
  };

  const receive = async (message: ToEngine, ports: readonly TransferredPort[]): Promise<void> => {
    switch (message.type) {
      case 'start':
        return start(message.options);
      case 'connect':
        for (const port of ports) {
          handler?.upgrade(guardedPort(port, reportBadFrame));
          port.start();
        }
        return;
      case 'socket-open':
        openSocket(message.socket);
        return;
      case 'socket-frame':
        sockets.get(message.socket)?.receive(message.data);
        return;
      case 'socket-ack':
        sockets.get(message.socket)?.acknowledge(message.bytes);
        return;
      case 'socket-close':
        sockets.get(message.socket)?.close();
        sockets.delete(message.socket);
        return;
      case 'grant':
        return answer(message.id, ({ grants }) => ({
          type: 'granted',
          id: message.id,
          handle: grants.grant(message.path),
        }));
      case 'resolve':
        return answer(message.id, ({ grants }) => ({
          type: 'resolved',
          id: message.id,
          path: grants.resolve(message.handle),
        }));
      case 'intake-message':
        intakes.receive(message.intake, message.message as IntakeMessage);
        return;
      case 'intake-exit':
        intakes.exited(message.intake, message.reason);
        return;
      case 'shutdown':
        return shutdown();
    }
  };

  const orFail = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      wire.send({ type: 'failed', message: sentence(error) });
      wire.exit(1);
    }
  };

  wire.onMessage((message, ports) => {
    void orFail(() => receive(toEngineSchema.parse(message), ports));
  });
  // Nobody is left to work for. Closing gives the workspace's lock back.
  wire.onParentGone(() => void orFail(shutdown));
}

/** Intake processes that the shell starts and whose messages it passes on. */
class RelayedIntakes {
  readonly #wire: Wire;
  readonly #running = new Map<
    number,
    { message: (message: IntakeMessage) => void; exit: (why: string) => void }
  >();
  #last = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  readonly launch: IntakeLauncher = (job: IntakeJob) => {
    const intake = ++this.#last;
    const listeners = {
      message: new Set<(message: IntakeMessage) => void>(),
      exit: new Set<(why: string) => void>(),
    };
    this.#running.set(intake, {
      message: (message) => listeners.message.forEach((listener) => listener(message)),
      exit: (why) => listeners.exit.forEach((listener) => listener(why)),
    });
    this.#wire.send({ type: 'intake-start', intake, job });
    return {
      onMessage: (listener) => void listeners.message.add(listener),
      onExit: (listener) => void listeners.exit.add(listener),
      kill: () => this.#wire.send({ type: 'intake-kill', intake }),
    };
  };

  receive(intake: number, message: IntakeMessage): void {
    this.#running.get(intake)?.message(message);
  }

  exited(intake: number, reason: string): void {
    const running = this.#running.get(intake);
    this.#running.delete(intake);
    running?.exit(reason);
  }
}

/** Only a page that is not ours sends these; it gets no answer. */
function reportBadFrame(error: unknown): void {
  console.error(`A call was not understood: ${sentence(error)}`);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
