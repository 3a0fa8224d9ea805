import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { waitUntil } from './wait-until.js';

export interface SeenCommand {
  /** In lower case. */
  readonly name: string;
  readonly args: readonly string[];
  /** `lua` for a command that a script ran, else the client's address. */
  readonly source: string;
}

export interface SeenCommands {
  /** Everything the server has run up to this call, in order. */
  commands(): Promise<readonly SeenCommand[]>;
  /** Forgets what was seen so far. */
  clear(): Promise<void>;
  close: () => void;
}

/** Collects what MONITOR reports. */
export async function watchCommands(port: number): Promise<SeenCommands> {
  const client = new Redis(port, '127.0.0.1', { enableReadyCheck: false });
  const monitor = await client.monitor();
  let seen: SeenCommand[] = [];
  monitor.on('monitor', (_time: string, [name = '', ...args]: string[], source: string) => {
    seen.push({ name: name.toLowerCase(), args, source });
  });

  // The report runs behind the server: a marker of our own tells when it has caught up.
  async function caughtUp(): Promise<void> {
    const marker = randomUUID();
    await client.echo(marker);
    const at = await waitUntil(
      () => {
        const found = seen.findIndex(({ args }) => args[0] === marker);
        return found === -1 ? undefined : found;
      },
      () => 'MONITOR reports nothing any more',
    );
    seen.splice(at, 1);
  }

  return {
    async commands() {
      await caughtUp();
      return [...seen];
    },
    async clear() {
      await caughtUp();
      seen = [];
    },
    close: () => {
      monitor.disconnect();
      client.disconnect();
    },
  };
}
