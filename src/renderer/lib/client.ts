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

shell.onEngineDown(() => {
  link = null;
});

/** Calls the engine. Iterators (import, clustering) end when their AbortSignal does. */
export const client: ContractRouterClient<typeof contract> = createORPCClient(new DynamicLink(currentLink));

/** `orpc.session.list.queryOptions({ input })`, `orpc.correction.judge.mutationOptions()`, `orpc.session.key()`. */
export const orpc = createTanstackQueryUtils(client);

/** Value for Mantine's `getStyleNonce`: the content policy lets in no style sheet without it. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
