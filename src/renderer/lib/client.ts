/**
 * The typed engine: `client` to call it, `orpc` for TanStack Query. Owns the one link to the engine and opens a new one
 * after the engine was restarted. Must not know which shell it runs in.
 * https://orpc.dev/docs/integrations/tanstack-query
 */
import { createORPCClient, DynamicLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { contract } from '../../shared/contract';
import { shell, type EngineLink } from './shell';

let link: Promise<EngineLink> | null = null;

function currentLink(): Promise<EngineLink> {
  link ??= shell.connect().catch((error: unknown) => {
    link = null;
    throw error;
  });
  return link;
}

const dynamicLink = new DynamicLink(currentLink);

shell.onEngineDown(() => {
  link = null;
});

/**
 * Calls the engine. A call or an iterator (import, clustering) that its AbortSignal stopped fails with the signal's
 * reason, an AbortError, whatever was under way.
 */
export const client: ContractRouterClient<typeof contract> = createORPCClient({
  call: async (path, input, options) => {
    const output = await dynamicLink.call(path, input, options);
    return isIterator(output) ? stoppedBy(options.signal, output) : output;
  },
});

/** `orpc.session.list.queryOptions({ input })`, `orpc.correction.judge.mutationOptions()`, `orpc.session.key()`. */
export const orpc = createTanstackQueryUtils(client);

/** Value for Mantine's `getStyleNonce`: the content policy lets in no style sheet without it. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

function isIterator(output: unknown): output is AsyncIteratorObject<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/** oRPC's iterators fail with words of their own when the signal fires between two events. */
async function* stoppedBy(signal: AbortSignal | undefined, events: AsyncIteratorObject<unknown>) {
  try {
    yield* events;
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}
