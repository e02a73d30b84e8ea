/**
 * What a shell and its engine process say to each other besides the contract: start and stop, granting paths, frames of
 * the browser's sockets, intake processes. Owns the schemas; both ends check what arrives against them.
 * Must not carry anything of the contract itself: that travels inside frames or over a transferred port.
 */
import { z } from 'zod';
import type { IntakeJob } from './intake/launcher';

/** One frame of a browser's socket, as it came: text, or bytes where a call carried a file. */
const frameSchema = z.union([z.string(), z.instanceof(Uint8Array)]);
export type Frame = z.infer<typeof frameSchema>;

const idSchema = z.number().int().min(0);

export const startOptionsSchema = z.object({
  shell: z.enum(['electron', 'browser', 'cli']),
  version: z.string(),
  dataDir: z.string(),
  sampleDir: z.string().nullable(),
});
export type StartOptions = z.infer<typeof startOptionsSchema>;

export const toEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), options: startOptionsSchema }),
  /** Comes with one transferred port, over which the contract is then spoken. */
  z.object({ type: z.literal('connect') }),
  z.object({ type: z.literal('socket-open'), socket: idSchema }),
  z.object({ type: z.literal('socket-frame'), socket: idSchema, data: frameSchema }),
  /** The browser has taken this many bytes off the socket. */
  z.object({ type: z.literal('socket-ack'), socket: idSchema, bytes: idSchema }),
  z.object({ type: z.literal('socket-close'), socket: idSchema }),
  z.object({ type: z.literal('grant'), id: idSchema, path: z.string().min(1) }),
  z.object({ type: z.literal('resolve'), id: idSchema, handle: z.string() }),
  z.object({ type: z.literal('intake-message'), intake: idSchema, message: z.unknown() }),
  z.object({ type: z.literal('intake-exit'), intake: idSchema, reason: z.string() }),
  z.object({ type: z.literal('shutdown') }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;

export const fromEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** The engine could not start, or met an error it cannot go on after; it exits next. */
  z.object({ type: z.literal('failed'), message: z.string() }),
  z.object({ type: z.literal('socket-frame'), socket: idSchema, data: frameSchema }),
  z.object({ type: z.literal('granted'), id: idSchema, handle: z.string() }),
  z.object({ type: z.literal('resolved'), id: idSchema, path: z.string().nullable() }),
  /** A grant or a resolve threw. */
  z.object({ type: z.literal('refused'), id: idSchema, message: z.string() }),
  z.object({ type: z.literal('intake-start'), intake: idSchema, job: z.custom<IntakeJob>(isObject) }),
  z.object({ type: z.literal('intake-kill'), intake: idSchema }),
  /** The workspace is closed and its lock given back; the engine exits next. */
  z.object({ type: z.literal('closed') }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Bytes a frame takes on the wire, near enough for flow control: UTF-16 units of a text, bytes of the rest. */
export function frameLength(frame: Frame): number {
  return typeof frame === 'string' ? frame.length : frame.byteLength;
}
