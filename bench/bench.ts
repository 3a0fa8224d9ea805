import { join } from 'node:path';
import type { Cores } from './cores.js';
import { spread, type Spread } from './figures.js';
import { measureInvitations, type InvitationMemory } from './invitation-memory.js';
import { goodCode } from './journey.js';
import { measureMemory, type MemoryCost } from './memory-cost.js';
import type { Options } from './options.js';
import { measureRedis, type StepTraffic } from './redis-cost.js';
import type { PrivateRedis } from './redis-process.js';
import { startRedisProxy } from './redis-proxy.js';
import { startServer, type ServerProcess } from './server-process.js';
import type { Setting } from './setting.js';
import { titles, type OfSide, type Side } from './side.js';
import { measureSpeed, type RunningServer, type StepSpeed } from './speed.js';
import { firstAnswerMillis } from './start-up.js';
import type { Step } from './steps.js';

/** The measurements: each starts the servers that it needs, on separate databases, and stops them. */
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

  /** Every side's operations per second, step by step. */
  async speed(these: readonly Step[], hash: Setting['hash']): Promise<StepSpeed[]> {
    const done: StepSpeed[] = [];
    if (these.length === 0) return done;
    await this.#redis.empty();
    const servers: RunningServer[] = [];
    try {
      for (const [at, side] of this.#options.sides.entries())
        servers.push({ side, server: await this.#start(side, hash, { database: at }) });
      for (const step of these) {
        this.#say(step.title);
        done.push(await measureSpeed(step, servers, this.#options));
      }
    } finally {
      for (const { server } of servers) await server.stop();
    }
    return done;
  }

  redisTraffic(): Promise<OfSide<StepTraffic[]>[]> {
    return this.#each(async (side) => {
      this.#say(`commands and round trips, ${titles[side]}`);
      const proxy = await startRedisProxy(this.#redis.port);
      const server = await this.#start(side, 'sha256', { redisPort: proxy.port });
      try {
        return await measureRedis(server.port, proxy);
      } finally {
        await server.stop();
        proxy.close();
      }
    });
  }

  memory(): Promise<OfSide<MemoryCost>[]> {
    return this.#each(async (side) => {
      this.#say(`memory, ${titles[side]}`);
      const server = await this.#start(side, 'sha256');
      try {
        return await measureMemory(server, this.#redis, this.#options.plans);
      } finally {
        await server.stop();
      }
    });
  }

  /** Milliseconds from the start of the process to its first page; the sides alternate. */
  async startUp(): Promise<OfSide<Spread>[]> {
    this.#say('start to first answer');
    const took = this.#sides.map((side) => ({ side, millis: new Array<number>() }));
    for (let round = 0; round < this.#options.starts; round++)
      for (const { side, millis } of took) {
        await this.#redis.empty();
        millis.push(await firstAnswerMillis(() => this.#start(side, 'sha256')));
      }
    return took.map(({ side, millis }) => ({ side, figure: spread(millis) }));
  }

  invitations(): Promise<InvitationMemory> {
    this.#say('memory of an invitation');
    return measureInvitations(this.#redis);
  }

  get setup(): string {
    const { rounds, ops, sqlite } = this.#options;
    const pinned = this.#cores
      ? `servers on core ${this.#cores.servers}, driver and Redis on core ${this.#cores.driver}`
      : 'nothing pinned';
    return `Node ${process.versions.node}, Redis ${this.#redis.version}, ${pinned}; 16 connections; ${rounds} rounds of ${ops} operations; accounts in ${sqlite ? 'SQLite' : 'memory'}`;
  }

  get #sides(): readonly Side[] {
    return [...new Set(this.#options.sides)];
  }

  /** Measures each side alone, on an empty Redis. */
  async #each<T>(measure: (side: Side) => Promise<T>): Promise<OfSide<T>[]> {
    const figures: OfSide<T>[] = [];
    for (const side of this.#sides) {
      await this.#redis.empty();
      figures.push({ side, figure: await measure(side) });
    }
    return figures;
  }

  #start(
    side: Side,
    hash: Setting['hash'],
    { redisPort = this.#redis.port, database = 0 }: { redisPort?: number; database?: number } = {},
  ): Promise<ServerProcess> {
    this.#stores += 1;
    const setting = {
      // One database for each, so that neither sees the other's keys.
      redisUrl: `redis://127.0.0.1:${redisPort}/${database}`,
      secret: 'tY7_vQ2mZ9xLk4Rw8Hc1Np6Jd3Bf5Ga0',
      code: goodCode,
      codeMax: 100_000_000,
      hash,
      storeFile: this.#options.sqlite ? join(this.#redis.folder, `accounts-${this.#stores}.db`) : '',
    };
    return startServer(side, setting, this.#cores);
  }

  #say(what: string): void {
    if (!this.#options.json) process.stderr.write(`… ${what}\n`);
  }
}
