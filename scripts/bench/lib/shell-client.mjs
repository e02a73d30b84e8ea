/** The browser shell in a process of its own, and a client that speaks to its engine over a socket as the page does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { ROOT } from '../../build-if-stale.mjs';

/**
 * Starts the built browser shell with `dataDir` for what it keeps. `connect` opens one more socket with its own client (a tab more),
 * `grant` gives the handle of a path, `close` ends the shell in order.
 */
export async function startShell(dataDir) {
  const shell = spawn(process.execPath, [join(ROOT, 'out', 'main', 'serve.js'), '--no-open', '--json'], {
    env: { ...process.env, FAULTLINE_DATA: dataDir, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: shell.stdout }), 'line');
  const { origin, host, hash } = new URL(JSON.parse(line).address);
  const token = new URLSearchParams(hash.slice(1)).get('token');
  const connect = async () => {
    const websocket = new WebSocket(`ws://${host}/engine`, ['faultline', `token.${token}`], { origin });
    await once(websocket, 'open');
    return { client: createORPCClient(new RPCLink({ websocket })), leave: () => websocket.terminate() };
  };
  const grant = async (path) => {
    const response = await fetch(`${origin}/grant`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, origin },
      body: JSON.stringify({ path }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()).handle;
  };
  const close = async () => {
    shell.kill('SIGTERM');
    if (shell.exitCode === null) await once(shell, 'exit');
  };
  return { pid: shell.pid, connect, grant, close };
}
