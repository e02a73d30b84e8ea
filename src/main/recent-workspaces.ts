/**
 * The recent workspaces for the menu, asked of the engine over a port of the main process's own. Also tells the system's
 * list of recent documents. Must not keep a list itself: the engine's is the truth.
 */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { app, type MessagePortMain } from 'electron';
import type { contract } from '../shared/contract';
import type { RecentItem } from './menu';

const SHOWN = 10;

export class RecentWorkspaces {
  #client: ContractRouterClient<typeof contract> | null = null;
  #told = '';

  /** A port to an engine that has just started; takes the place of the one before. */
  useEngine(port: MessagePortMain): void {
    this.#client = createORPCClient(new RPCLink({ port }));
    port.start();
  }

  engineDown(): void {
    this.#client = null;
  }

  /** Newest first; those that are no longer there are left out. Empty while the engine is down. */
  async list(): Promise<RecentItem[]> {
    const recent = (await this.#client?.workspace.recent().catch(() => null)) ?? [];
    const items = recent.filter(({ exists }) => exists).map(({ name, path }) => ({ name, path }));
    const [newest] = items;
    if (newest !== undefined && newest.path !== this.#told) {
      app.addRecentDocument(newest.path);
      this.#told = newest.path;
    }
    return items.slice(0, SHOWN);
  }
}
