/**
 * The engine's side of the wire to its shell: starts the engine, answers control messages, and serves the router over
 * transferred ports (Electron) and relayed sockets (browser). Knows neither Electron nor HTTP: a `Wire` is all it sees.
 * Must not decide anything about traces.
 */
import { RPCHandler, type MinimalWebsocket } from '@orpc/server/websocket';
import { frameOf, FrameSocket, SocketClosed, type TransferredPort } from './frame-socket';
import type { Engine, EngineOptions } from './index';
import { inContractWords } from './routes/implementer';
import type { IntakeJob, IntakeLauncher, IntakeMessage } from './intake/launcher';
import {
  toEngineSchema,
  type Frame,
  type FromEngine,
  type StartOptions,
  type ToEngine,
} from './process-messages';

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

/** What answers are sent to; oRPC waits where a promise comes back. */
interface Peer {
  send: (frame: Frame) => unknown;
}

/** oRPC's handler, spoken to frame by frame. */
class Calls {
  readonly #handler: ReturnType<typeof createHandler>;

  constructor(engine: Engine) {
    this.#handler = createHandler(engine);
  }

  /** Calls run side by side; one that is not understood is nobody's of ours, and harms no other. */
  take(peer: Peer, frame: Frame): void {
    // oRPC's types ask for a websocket and for less than it takes; of the peer it uses `send` alone.
    this.#handler.message(peer as MinimalWebsocket, frame as string).catch((error: unknown) => {
      if (!(error instanceof SocketClosed)) console.error(`A call was not understood: ${sentence(error)}`);
    });
  }

  /** Aborts the peer's calls. */
  close(peer: Peer): void {
    this.#handler.close(peer as MinimalWebsocket);
  }
}

function createHandler(engine: Engine) {
  return new RPCHandler(engine.router, {
    clientInterceptors: [
      async (call) => {
        const output = await call.next();
        return isIterator(output) ? inWords(output) : output;
      },
    ],
  });
}

function isIterator(output: unknown): output is AsyncIteratorObject<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/** What an iterator fails with long after its call was answered must reach the page in the contract's words too. */
async function* inWords(events: AsyncIteratorObject<unknown>) {
  try {
    return yield* events;
  } catch (error) {
    throw inContractWords(error);
  }
}

/** Serves one engine over one wire for the life of the process. */
export function hostEngine({ wire, createEngine, forkIntake }: HostOptions): void {
  const intakes = new RelayedIntakes(wire);
  const sockets = new Map<number, FrameSocket>();
  let engine: Promise<Engine> | null = null;
  let calls: Calls | null = null;

  const start = async (options: StartOptions): Promise<void> => {
    if (engine !== null) throw new Error('The engine was asked to start twice.');
    engine = createEngine({ ...options, launchIntake: forkIntake ?? intakes.launch });
    calls = new Calls(await engine);
    wire.send({ type: 'ready' });
  };

  const shutdown = async (): Promise<void> => {
    for (const socket of [...sockets.keys()]) closeSocket(socket);
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

  const connectPort = (port: TransferredPort): void => {
    // A port is never full, so nothing waits.
    const peer: Peer = { send: (frame) => port.postMessage(frame) };
    port.on('message', ({ data }) => {
      const frame = frameOf(data);
      if (frame !== null) calls?.take(peer, frame);
    });
    port.on('close', () => calls?.close(peer));
    port.start();
  };

  const closeSocket = (id: number): void => {
    const socket = sockets.get(id);
    if (socket === undefined) return;
    sockets.delete(id);
    // First the calls are told to stop, then what they still want to say is refused.
    calls?.close(socket);
    socket.close();
  };

  const receive = async (message: ToEngine, ports: readonly TransferredPort[]): Promise<void> => {
    switch (message.type) {
      case 'start':
        return start(message.options);
      case 'connect':
        ports.forEach(connectPort);
        return;
      case 'socket-open': {
        const { socket } = message;
        sockets.set(socket, new FrameSocket((data) => wire.send({ type: 'socket-frame', socket, data })));
        return;
      }
      case 'socket-frame': {
        const socket = sockets.get(message.socket);
        if (socket !== undefined) calls?.take(socket, message.data);
        return;
      }
      case 'socket-ack':
        sockets.get(message.socket)?.acknowledge(message.bytes);
        return;
      case 'socket-close':
        closeSocket(message.socket);
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

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
