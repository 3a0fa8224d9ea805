import { crowd } from './crowd.js';
import { median, spread, type Spread } from './figures.js';
import type { ServerProcess } from './server-process.js';
import type { Step } from './steps.js';

export interface SideSpeed {
  readonly opsPerSecond: number;
  readonly cpuMicrosPerOp: number;
}

export interface StepSpeed {
  readonly step: string;
  readonly title: string;
  readonly byHand: SideSpeed;
  readonly other: SideSpeed;
  /** Per-round quotients: the other side's operations per second by the hand-written server's. */
  readonly ratio: Spread;
}

async function measureOnce(server: ServerProcess, step: Step, ops: number): Promise<SideSpeed> {
  const work = await step.prepare(server.port, ops);
  const before = await server.usage();
  const { seconds } = await crowd(server.port, work, (run, connection) => run(connection));
  const after = await server.usage();
  return { opsPerSecond: ops / seconds, cpuMicrosPerOp: (after.cpuMicros - before.cpuMicros) / ops };
}

function typical(rounds: readonly SideSpeed[]): SideSpeed {
  return {
    opsPerSecond: median(rounds.map((round) => round.opsPerSecond)),
    cpuMicrosPerOp: median(rounds.map((round) => round.cpuMicrosPerOp)),
  };
}

/** Interleaved rounds, the order turned each time, after one round that only warms up. */
export async function measureSpeed(
  step: Step,
  byHand: ServerProcess,
  other: ServerProcess,
  { rounds, ops }: { rounds: number; ops: number },
): Promise<StepSpeed> {
  const opsOfStep = Math.max(16, Math.round(ops * step.share));
  const byHandRounds: SideSpeed[] = [];
  const otherRounds: SideSpeed[] = [];
  const sides = [
    { server: byHand, into: byHandRounds },
    { server: other, into: otherRounds },
  ];
  for (const { server } of sides) await measureOnce(server, step, opsOfStep);
  for (let round = 0; round < rounds; round++) {
    for (const { server, into } of round % 2 === 0 ? sides : sides.toReversed())
      into.push(await measureOnce(server, step, opsOfStep));
  }
  const ratios = otherRounds.map((round, i) => round.opsPerSecond / (byHandRounds[i]?.opsPerSecond ?? NaN));
  return {
    step: step.key,
    title: step.title,
    byHand: typical(byHandRounds),
    other: typical(otherRounds),
    ratio: spread(ratios),
  };
}
