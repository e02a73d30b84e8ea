import { oc } from '@orpc/contract';
import { z } from 'zod';

/**
 * Every call may fail with these. `message` is a sentence a person can act on; `data` says what it was about.
 */
export const base = oc.errors({
  NO_WORKSPACE: { status: 409, message: 'No workspace is open.' },
  NOT_FOUND: { status: 404, message: 'There is no such thing in this workspace.' },
  LOCKED: {
    status: 423,
    message: 'Another program has this workspace open.',
    data: z.object({ holder: z.string() }),
  },
  BAD_INPUT: { status: 422, message: 'The input cannot be used.', data: z.object({ detail: z.string() }) },
  FAILED: { status: 500, message: 'The engine could not do this.', data: z.object({ detail: z.string() }) },
});

/** Page of a list: `offset` and `limit` in, `total` out. */
export const pageSchema = z.object({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(10_000).default(100),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.number().int() });
}

/** A handle to a file the shell has granted; paths themselves never come from the renderer. */
export const handleSchema = z.string().min(8).max(100);
