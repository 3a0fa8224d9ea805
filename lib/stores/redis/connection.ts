import { within } from '../../base/deadline.js';
import { storeAway } from '../../base/error.js';
import type { IoRedis } from './client.js';
import type { LuaScript } from './scripts.generated.js';

/** Redis as the stores see it: every call answers within two seconds or throws. */
export interface RedisConnection {
  /** @throws ERR_ENROLLMENT_STORE_AWAY (503) */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Runs a script by its hash, and once by its text where Redis does not know it (yet, or any more). */
  run(script: LuaScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** The masters of a cluster, or the one server. */
  nodes(): Promise<readonly RedisConnection[]>;
}

const patienceMs = 2000;
/** Commands that may wait for a connection at the same time. More are refused at once, so that a flood stays small. */
const mostWaiting = 1000;

/** `client` may still be on its way: commands wait for it. */
export function createConnection(client: IoRedis | Promise<IoRedis>): RedisConnection {
  let ready: IoRedis | null = null;
  let waiting = 0;
  const later = Promise.resolve(client).then((arrived) => (ready = arrived));
  // Whoever sends a command is told; without a command nobody has to know.
  later.catch(() => undefined);

  async function send(command: string, args: readonly (string | number)[]): Promise<unknown> {
    const settled = ready?.status === 'ready';
    if (!settled && waiting >= mostWaiting)
      throw storeAway('Redis', new Error('too many commands wait for a connection'));
    if (!settled) waiting += 1;
    try {
      const sent =
        ready === null ? later.then((arrived) => arrived.call(command, [...args])) : ready.call(command, [...args]);
      return await within(patienceMs, sent, () => new Error(`no answer within ${patienceMs} ms`));
    } catch (error) {
      throw isReply(error, 'NOSCRIPT') || isReply(error, 'WRONGTYPE') || isReply(error, 'ERR')
        ? error
        : storeAway('Redis', error);
    } finally {
      if (!settled) waiting -= 1;
    }
  }

  return Object.freeze({
    call: (command: string, ...args: (string | number)[]) => send(command, args),
    async run(script: LuaScript, keys: readonly string[], args: readonly (string | number)[]) {
      const rest = [keys.length, ...keys, ...args];
      try {
        return await send('EVALSHA', [script.sha1, ...rest]);
      } catch (error) {
        if (!isReply(error, 'NOSCRIPT')) throw error;
        return send('EVAL', [script.lua, ...rest]);
      }
    },
    async nodes() {
      const arrived = await later;
      return arrived.nodes === undefined
        ? [createConnection(arrived)]
        : arrived.nodes('master').map((node) => createConnection(node));
    },
  });
}

/** True for an error reply of Redis that begins with `code`. */
export function isReply(error: unknown, code: string): boolean {
  return (
    typeof error === 'object' && error !== null && 'message' in error && String(error.message).startsWith(`${code} `)
  );
}
