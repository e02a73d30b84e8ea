/** What every noun's handlers share: the contract bound to the engine, and errors in the contract's words. */
import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../shared/contract';
import type { EngineState } from '../engine';
import { diskFullWords, fileTrouble, isDiskFull } from '../intake/file-problem';
import { BadInput, NotAWorkspace, NotFound, NoWorkspace, WorkspaceLocked } from '../workspace/problem';

/** Turns what a room threw into the error the contract names; an abort stays an abort. */
export function inContractWords(error: unknown): unknown {
  if (error instanceof ORPCError) return error;
  if (error instanceof NoWorkspace)
    return new ORPCError('NO_WORKSPACE', { status: 409, message: error.message, defined: true });
  if (error instanceof NotFound)
    return new ORPCError('NOT_FOUND', { status: 404, message: error.message, defined: true });
  if (error instanceof WorkspaceLocked) {
    return new ORPCError('LOCKED', {
      status: 423,
      message: error.message,
      data: { holder: error.holder },
      defined: true,
    });
  }
  if (error instanceof BadInput || error instanceof NotAWorkspace) {
    return new ORPCError('BAD_INPUT', {
      status: 422,
      message: error.message,
      data: { detail: error.message },
      defined: true,
    });
  }
  if (error instanceof Error && error.name === 'AbortError') return error;
  if (isDiskFull(error)) {
    const detail = diskFullWords(error);
    return new ORPCError('FAILED', { status: 507, message: detail, data: { detail }, defined: true });
  }
  const trouble = fileTrouble(error);
  if (trouble !== null) {
    const detail = trouble.path === null ? trouble.words : `${trouble.path}: ${trouble.words}`;
    return new ORPCError('BAD_INPUT', { status: 422, message: detail, data: { detail }, defined: true });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new ORPCError('FAILED', { status: 500, message: detail, data: { detail }, defined: true });
}

/** The contract's implementer with the error words put on every handler. */
export function implementer() {
  return implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw inContractWords(error);
    }
  });
}

export type Implementer = ReturnType<typeof implementer>;
export interface RouteContext {
  os: Implementer;
  engine: EngineState;
}
