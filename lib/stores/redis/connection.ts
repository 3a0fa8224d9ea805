import { startDeadline } from '../../base/deadline.js';
import { EnrollmentError, storeAway } from '../../base/error.js';
import type { IoRedis } from './client.js';
import type { LuaScript } from './scripts.js';

/** Kept from the start: tests of apps replace the timers, and a connection that is never uncorked answers no more. */
const atEndOfTurn = setImmediate;

/** Redis as the stores see it: every call answers within two seconds or throws. */
export interface RedisConnection {
  /** @throws ERR_ENROLLMENT_STORE_AWAY (503) */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Runs a script by its hash, and once by its text when Redis does not have it. */
  run(script: LuaScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** True when one command cannot use keys of different hash tags. */
  isCluster(): boolean;
  /** The masters of a cluster, or the one server. */
  nodes(): Promise<readonly RedisConnection[]>;
}

const timeoutMs = 2000;
/**
 * How many commands may be unanswered while they wait for a connection, or after their timeout: clients keep them all.
 * More are refused at once, so that a flood stays small; by then the others have timed out, or are answered when Redis
 * is back.
 */
const mostStuck = 1000;

/**
 * `client` may still be a promise: commands wait for it. `lastError` is the last error of its connection, the cause of
 * commands that fail without a reply.
 */
export function createConnection(
  client: IoRedis | Promise<IoRedis>,
  lastError: () => Error | null = () => null,
): RedisConnection {
  let ready: IoRedis | null = null;
  let stuck = 0;
  let gathering = false;
  const later = Promise.resolve(client).then((arrived) => (ready = arrived));
  // Each command rejects with the failure; without a command there is nothing to report.
  later.catch(() => undefined);

  function send(command: string, args: (string | number)[]): Promise<unknown> {
    if (stuck >= mostStuck) return Promise.reject(away(new Error('too many commands wait for an answer'), lastError()));
    const client = ready;
    if (client !== null) gather(client);
    const sent = client === null ? later.then((arrived) => arrived.call(command, args)) : client.call(command, args);
    // One promise and one timer per command: every request has several.
    return new Promise((resolve, reject) => {
      let counted = client?.status !== 'ready';
      if (counted) stuck += 1;
      const cancel = startDeadline(timeoutMs, () => {
        if (!counted) stuck += 1;
        counted = true;
        reject(away(new Error(`no answer within ${timeoutMs} ms`), lastError()));
      });
      sent.then(
        (reply) => {
          cancel();
          if (counted) stuck -= 1;
          resolve(reply);
        },
        (error: unknown) => {
          cancel();
          if (counted) stuck -= 1;
          reject(isOurs(error) ? error : away(error, lastError()));
        },
      );
    });
  }

  /** Commands of one turn of the event loop are sent in one write: a separate write costs more than the command. */
  function gather({ stream }: IoRedis): void {
    if (gathering || stream?.cork === undefined) return;
    gathering = true;
    stream.cork();
    atEndOfTurn(() => {
      gathering = false;
      stream.uncork();
    });
  }

  return Object.freeze({
    call: (command: string, ...args: (string | number)[]) => send(command, args),
    run(script: LuaScript, keys: readonly string[], args: readonly (string | number)[]) {
      return send('EVALSHA', [script.sha1, keys.length, ...keys, ...args]).catch((error: unknown) => {
        if (!isReply(error, 'NOSCRIPT')) throw error;
        return send('EVAL', [script.lua, keys.length, ...keys, ...args]);
      });
    },
    isCluster: () => ready?.nodes !== undefined,
    async nodes() {
      const arrived = await later;
      return arrived.nodes === undefined
        ? [createConnection(arrived, lastError)]
        : arrived.nodes('master').map((node) => createConnection(node, lastError));
    },
  });
}

/** Replies that report an error in the kit's command or an unknown script; any other is a state of the server. */
function isOurs(error: unknown): error is Error {
  if (isReply(error, 'NOSCRIPT') || isReply(error, 'WRONGTYPE') || isReply(error, 'CROSSSLOT')) return true;
  return isReply(error, 'ERR') && !states.some((state) => isReply(error, `ERR ${state}`));
}

/** Replies without a code: Redis 7.0 sends one when an ACL denies a command inside a script. */
const states = ['The user executing the script', 'max number of clients', 'AUTH', 'invalid password'];

/** Redis' own reply (`NOPERM …`, `LOADING …`) is more informative for operators than "away". */
function away(error: unknown, lastError: Error | null): EnrollmentError {
  const [said] = error instanceof Error ? (/^[A-Z]{3,} [^\r\n]{1,200}/.exec(error.message) ?? []) : [];
  if (said === undefined) return storeAway('Redis', lastError ?? error);
  return new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', `Redis is away: ${said}`, { status: 503, cause: error });
}

/** True for an error reply of Redis that begins with `code`. */
export function isReply(error: unknown, code: string): boolean {
  return (
    typeof error === 'object' && error !== null && 'message' in error && String(error.message).startsWith(`${code} `)
  );
}
