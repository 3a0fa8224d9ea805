import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The traffic to Redis since the last read. */
export interface RedisTraffic {
  readonly commands: readonly string[];
  readonly trips: number;
}

export interface RedisProxy {
  readonly port: number;
  /** Round trips since the last read; those that are still being collected do not count. */
  trips(): number;
  take(): RedisTraffic;
  close(): void;
}

const gatherMillis = 4;

/**
 * Parses requests as Redis clients write them: arrays of bulk strings. Yields each command's name; buffers incomplete
 * data.
 */
class CommandReader {
  #text = '';

  *read(chunk: Buffer): Generator<string> {
    this.#text += chunk.toString('latin1');
    for (let command = this.#next(); command !== null; command = this.#next()) yield command;
  }

  #next(): string | null {
    const head = /^\*(\d+)\r\n/.exec(this.#text);
    if (head === null) return null;
    let at = head[0].length;
    let name = '';
    for (let part = 0; part < Number(head[1]); part++) {
      const lineEnd = this.#text.indexOf('\r\n', at);
      if (lineEnd < 0) return null;
      const end = lineEnd + 2 + Number(this.#text.slice(at + 1, lineEnd));
      if (this.#text.length < end + 2) return null;
      if (part === 0) name = this.#text.slice(lineEnd + 2, end).toUpperCase();
      at = end + 2;
    }
    this.#text = this.#text.slice(at);
    return name;
  }
}

/**
 * Sits between a server and Redis and counts. What a server sends within a few milliseconds is collected and forwarded
 * together: one burst, one round trip. A command that had to wait for an answer is in a later burst.
 */
export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  let commands: string[] = [];
  let trips = 0;
  let held: { to: Socket; chunk: Buffer }[] = [];
  const sockets = new Set<Socket>();

  const release = (): void => {
    trips += 1;
    const burst = held;
    held = [];
    for (const { to, chunk } of burst) to.write(chunk);
  };
  const server = createServer((client) => {
    const redis = connect(redisPort, '127.0.0.1');
    const reader = new CommandReader();
    client.on('data', (chunk) => {
      commands.push(...reader.read(chunk));
      if (held.length === 0) setTimeout(release, gatherMillis);
      held.push({ to: redis, chunk });
    });
    redis.on('data', (chunk) => client.write(chunk));
    for (const [socket, peer] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        peer.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    trips: () => trips,
    take() {
      const traffic = { commands, trips };
      commands = [];
      trips = 0;
      return traffic;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
