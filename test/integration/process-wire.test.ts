/** The wire of a utility process, which only Electron makes: here its parent port is made up. */
import { EventEmitter } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { failOnUncaught, findWire } from '../../src/engine/process-wire';

class ParentPort extends EventEmitter {
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
}

afterEach(() => {
  Reflect.deleteProperty(process, 'parentPort');
  process.removeAllListeners('disconnect');
});

it('is found by the parent port, passes messages and ports, and ends the process once it has spoken', async () => {
  const port = new ParentPort();
  Object.assign(process, { parentPort: port });
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const { wire, isUtility } = findWire();
  expect(isUtility).toBe(true);

  const heard: unknown[] = [];
  wire.onMessage((message, ports) => heard.push([message, ports]));
  const transferred = [{ started: false }];
  port.emit('message', { data: { type: 'connect' }, ports: transferred });
  expect(heard).toEqual([[{ type: 'connect' }, transferred]]);

  wire.send({ type: 'failed', message: 'Out of luck.' });
  wire.exit(1);
  expect(port.posted).toEqual([{ type: 'failed', message: 'Out of luck.' }]);
  expect(exit, 'not before the message is on its way').not.toHaveBeenCalled();
  await expect.poll(() => exit).toHaveBeenCalledWith(1);
});

it('says what nobody caught, and ends', () => {
  const before = process.listeners('uncaughtException');
  const said: unknown[] = [];
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  failOnUncaught({
    send: (message) => said.push(message),
    onMessage: () => undefined,
    onParentGone: () => undefined,
    exit: (code) => said.push(code),
  });
  const [added] = process.listeners('uncaughtException').filter((listener) => !before.includes(listener));
  added?.(new Error('Nobody caught this.'), 'uncaughtException');
  if (added !== undefined) process.off('uncaughtException', added);
  expect(said).toEqual([{ type: 'failed', message: 'Nobody caught this.' }, 1]);
});
