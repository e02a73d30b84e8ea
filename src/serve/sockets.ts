/**
 * The browsers' sockets: each is one peer of the engine child, its frames passed on unread in both directions and held
 * back where the other side is slower. Must not accept anything by itself; the guard has done that.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { frameLength, type Frame } from '../engine/process-messages';
import { ENGINE_DOWN_CODE, SOCKET_PROTOCOL } from '../shared/desktop';
import type { EngineChild, Relay } from './engine-child';

/** The largest call: 100,000 ids in one assignment take about 5 MB. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;
/** Bytes on their way to the engine before the socket is no longer read. */
const MAX_BYTES_TO_ENGINE = 8 * 1024 * 1024;
/** The reason of a close frame may have 123 bytes. */
const MAX_REASON_BYTES = 123;

export class SocketRelay {
  readonly #engine: EngineChild;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => SOCKET_PROTOCOL,
  });

  constructor(engine: EngineChild) {
    this.#engine = engine;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (websocket) => {
      try {
        relay(websocket, this.#engine);
      } catch {
        websocket.close(
          ENGINE_DOWN_CODE,
          shortReason(this.#engine.downReason ?? 'The engine is not running.'),
        );
      }
    });
  }

  close(): void {
    for (const websocket of this.#server.clients) websocket.terminate();
    this.#server.close();
  }
}

function relay(websocket: WebSocket, engine: EngineChild): void {
  const toEngine: Relay = engine.connect({
    send: (frame, taken) => websocket.send(frame, taken),
    engineDown: (reason) => websocket.close(ENGINE_DOWN_CODE, shortReason(reason)),
  });
  let bytesToEngine = 0;
  websocket.on('message', (data, isBinary) => {
    const frame = frameOf(data, isBinary);
    const bytes = frameLength(frame);
    bytesToEngine += bytes;
    if (bytesToEngine > MAX_BYTES_TO_ENGINE) websocket.pause();
    toEngine.frame(frame, () => {
      bytesToEngine -= bytes;
      if (bytesToEngine <= MAX_BYTES_TO_ENGINE / 2 && websocket.isPaused) websocket.resume();
    });
  });
  websocket.on('close', () => toEngine.close());
  // A frame that breaks the protocol or the size limit; 'close' follows.
  websocket.on('error', () => undefined);
}

/** `nodebuffer` is ws's default for what it hands out, in one piece. */
function frameOf(data: RawData, isBinary: boolean): Frame {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  return isBinary ? new Uint8Array(bytes) : bytes.toString('utf8');
}

function shortReason(reason: string): string {
  let short = reason;
  while (Buffer.byteLength(short) > MAX_REASON_BYTES)
    short = `${short.slice(0, -2).toWellFormed()}…`.replace(/…+$/u, '…');
  return short;
}
