import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
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
  /** Discards the commands so far. */
  clear(): Promise<void>;
  close: () => void;
}

/** Collects what MONITOR reports. */
export async function watchCommands(port: number): Promise<SeenCommands> {
  const client = new Redis(port, '127.0.0.1', { enableReadyCheck: false });
  const monitor = await monitorOf(client);
  let seen: SeenCommand[] = [];
  monitor.on('monitor', (_time: string, [name = '', ...args]: string[], source: string) => {
    seen.push({ name: name.toLowerCase(), args, source });
  });

  // The report lags behind the server: a marker shows when it has caught up.
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

/**
 * A connection that runs MONITOR. ioredis fails when the first report arrives together with the answer to MONITOR,
 * which happens while another connection is still greeting the server; then it is tried again.
 */
async function monitorOf(client: Redis): Promise<Redis> {
  for (let round = 1; ; round += 1) {
    const monitor = client.duplicate({ monitor: true, lazyConnect: false, retryStrategy: () => null });
    try {
      await new Promise<void>((resolve, reject) => {
        // Without a listener a later error would end the process; the marker of `caughtUp` shows that reports stopped.
        monitor.on('error', reject);
        monitor.once('monitoring', () => {
          // The failing report follows the answer.
          void setTimeout(50).then(resolve);
        });
      });
      return monitor;
    } catch (error) {
      monitor.disconnect();
      if (round === 20) throw error;
      await setTimeout(50);
    }
  }
}
