import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { own, stopChild } from './child.js';
import { onCore, type Cores } from './cores.js';
import { freePort } from './free-port.js';

export interface PrivateRedis {
  readonly port: number;
  /** An empty folder that is removed with this Redis. */
  readonly folder: string;
  readonly version: string;
  usedMemory(): Promise<number>;
  empty(): Promise<void>;
  stop(): Promise<void>;
}

const flags = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--loglevel', 'warning'];

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
}

/** A private Redis: free port, loopback, no persistence. */
export async function startRedis(cores: Cores | null): Promise<PrivateRedis> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'enrollment-bench-'));
  const dropFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', dropFolder);
  const [program, args] = onCore(cores?.driver, 'redis-server', [...flags, '--port', String(port), '--dir', folder]);
  const child = own(spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  const admin = new Redis(port, '127.0.0.1', { retryStrategy: (times) => (times > 50 ? null : 100) });
  admin.on('error', () => undefined);
  try {
    await Promise.race([
      admin.ping(),
      once(child, 'exit').then(() => {
        throw new Error('redis-server could not be started: install it (Debian: apt-get install redis-server)');
      }),
    ]);
  } catch (error) {
    admin.disconnect();
    dropFolder();
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing ? new Error('redis-server was not found: install it (Debian: apt-get install redis-server)') : error;
  }
  return {
    port,
    folder,
    version: field(await admin.info('server'), 'redis_version'),
    usedMemory: async () => Number(field(await admin.info('memory'), 'used_memory')),
    async empty() {
      await admin.flushall();
    },
    async stop() {
      admin.disconnect();
      await stopChild(child);
      dropFolder();
    },
  };
}
