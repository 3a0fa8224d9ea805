import { crowd } from './crowd.js';
import { median, spread, type Spread } from './figures.js';
import type { ServerProcess } from './server-process.js';
import type { OfSide, Side } from './side.js';
import type { Step } from './steps.js';

export interface SideSpeed {
  readonly opsPerSecond: number;
  readonly cpuMicrosPerOp: number;
  /** Per-round quotients: this side's operations per second divided by those of the first side in the same round. */
  readonly ratio: Spread;
}

export interface StepSpeed {
  readonly step: string;
  readonly title: string;
  readonly sides: readonly OfSide<SideSpeed>[];
}

export interface RunningServer {
  readonly side: Side;
  readonly server: ServerProcess;
}

interface Round {
  readonly opsPerSecond: number;
  readonly cpuMicrosPerOp: number;
}

async function measureOnce(server: ServerProcess, step: Step, ops: number): Promise<Round> {
  const work = await step.prepare(server.port, ops);
  const before = await server.usage();
  const { seconds } = await crowd(server.port, work, (run, connection) => run(connection));
  const after = await server.usage();
  return { opsPerSecond: ops / seconds, cpuMicrosPerOp: (after.cpuMicros - before.cpuMicros) / ops };
}

/** Interleaved rounds, each starting with another side, after one warm-up round. */
export async function measureSpeed(
  step: Step,
  servers: readonly RunningServer[],
  { rounds, ops }: { rounds: number; ops: number },
): Promise<StepSpeed> {
  const opsOfStep = Math.max(16, Math.round(ops * step.share));
  const measured = servers.map(({ side, server }) => ({ side, server, rounds: new Array<Round>() }));
  for (const { server } of measured) await measureOnce(server, step, opsOfStep);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < measured.length; turn++) {
      const one = measured[(round + turn) % measured.length];
      one?.rounds.push(await measureOnce(one.server, step, opsOfStep));
    }
  }
  const reference = measured[0]?.rounds ?? [];
  return {
    step: step.key,
    title: step.title,
    sides: measured.map(({ side, rounds: own }) => ({
      side,
      figure: {
        opsPerSecond: median(own.map(({ opsPerSecond }) => opsPerSecond)),
        cpuMicrosPerOp: median(own.map(({ cpuMicrosPerOp }) => cpuMicrosPerOp)),
        ratio: spread(own.map(({ opsPerSecond }, at) => opsPerSecond / (reference[at]?.opsPerSecond ?? NaN))),
      },
    })),
  };
}
