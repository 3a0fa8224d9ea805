import { join } from 'node:path';
import type { Cores } from './cores.js';
import { goodCode } from './journey.js';
import { measureMemory, type MemoryCost } from './memory-cost.js';
import type { Options } from './options.js';
import { measureRedis, type StepTraffic } from './redis-cost.js';
import type { PrivateRedis } from './redis-process.js';
import { startRedisProxy } from './redis-proxy.js';
import type { Pair } from './report.js';
import { startServer, type ServerProcess } from './server-process.js';
import type { Setting } from './setting.js';
import { measureSpeed, type StepSpeed } from './speed.js';
import type { Step } from './steps.js';

/** The measurements: each starts the servers it needs, on databases of their own, and stops them. */
export class Bench {
  readonly #options: Options;
  readonly #redis: PrivateRedis;
  readonly #cores: Cores | null;
  #stores = 0;

  constructor(options: Options, redis: PrivateRedis, cores: Cores | null) {
    this.#options = options;
    this.#redis = redis;
    this.#cores = cores;
  }

  /** Both sides' operations per second, step by step. */
  async speed(these: readonly Step[], hash: Setting['hash']): Promise<StepSpeed[]> {
    const done: StepSpeed[] = [];
    if (these.length === 0) return done;
    await this.#redis.empty();
    const byHand = await this.#start('byHand', hash);
    try {
      const other = await this.#start('other', hash);
      try {
        for (const step of these) {
          this.#say(step.title);
          done.push(await measureSpeed(step, byHand, other, this.#options));
        }
      } finally {
        await other.stop();
      }
    } finally {
      await byHand.stop();
    }
    return done;
  }

  redisTraffic(): Promise<Pair<StepTraffic[]>> {
    return this.#each(async (side) => {
      this.#say(`commands and round trips, ${this.names[side]}`);
      const proxy = await startRedisProxy(this.#redis.port);
      const server = await this.#start(side, 'sha256', proxy.port);
      try {
        return await measureRedis(server.port, proxy);
      } finally {
        await server.stop();
        proxy.close();
      }
    });
  }

  memory(): Promise<Pair<MemoryCost>> {
    return this.#each(async (side) => {
      this.#say(`memory, ${this.names[side]}`);
      const server = await this.#start(side, 'sha256');
      try {
        return await measureMemory(server, this.#redis, this.#options.plans);
      } finally {
        await server.stop();
      }
    });
  }

  get names(): Pair<string> {
    return { byHand: 'by hand', other: this.#options.self ? 'by hand again' : 'kit' };
  }

  get setup(): string {
    const { rounds, ops, sqlite } = this.#options;
    const pinned = this.#cores
      ? `servers on core ${this.#cores.servers}, driver and Redis on core ${this.#cores.driver}`
      : 'nothing pinned';
    return `Node ${process.versions.node}, Redis ${this.#redis.version}, ${pinned}; ${rounds} rounds of ${ops} operations; accounts in ${sqlite ? 'SQLite' : 'memory'}`;
  }

  /** Each side alone, over an empty Redis. */
  async #each<T>(measure: (side: keyof Pair<T>) => Promise<T>): Promise<Pair<T>> {
    await this.#redis.empty();
    const byHand = await measure('byHand');
    await this.#redis.empty();
    return { byHand, other: await measure('other') };
  }

  #start(side: keyof Pair<unknown>, hash: Setting['hash'], redisPort = this.#redis.port): Promise<ServerProcess> {
    const isKit = side === 'other' && !this.#options.self;
    this.#stores += 1;
    const setting = {
      // A database each, so that neither sees the other's keys.
      redisUrl: `redis://127.0.0.1:${redisPort}/${side === 'other' ? 0 : 1}`,
      secret: 'tY7_vQ2mZ9xLk4Rw8Hc1Np6Jd3Bf5Ga0',
      code: goodCode,
      codeMax: 100_000_000,
      hash,
      storeFile: this.#options.sqlite ? join(this.#redis.folder, `accounts-${this.#stores}.db`) : '',
    };
    return startServer(isKit ? 'kit' : 'by-hand', setting, this.#cores);
  }

  #say(what: string): void {
    if (!this.#options.json) process.stderr.write(`… ${what}\n`);
  }
}
