import type { MemoryCost } from './memory-cost.js';
import type { StepTraffic } from './redis-cost.js';
import type { StepSpeed } from './speed.js';
import { table } from './table.js';

export interface Pair<T> {
  readonly byHand: T;
  readonly other: T;
}

export interface Report {
  readonly names: Pair<string>;
  readonly setup: string;
  readonly speed: readonly StepSpeed[];
  readonly redis: Pair<readonly StepTraffic[]> | null;
  readonly memory: Pair<MemoryCost> | null;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

function speedTable({ names, speed }: Report): string {
  const { byHand, other } = names;
  return table(
    ['step', `${byHand} op/s`, `${other} op/s`, 'ratio', 'min–max', `CPU µs/op ${byHand}`, other],
    speed.map((step) => [
      step.title,
      whole(step.byHand.opsPerSecond),
      whole(step.other.opsPerSecond),
      step.ratio.median.toFixed(2),
      `${step.ratio.min.toFixed(2)}–${step.ratio.max.toFixed(2)}`,
      whole(step.byHand.cpuMicrosPerOp),
      whole(step.other.cpuMicrosPerOp),
    ]),
  );
}

function redisTable({ byHand, other }: Pair<readonly StepTraffic[]>, names: Pair<string>): string {
  const cost = (step: StepTraffic | undefined): string => (step ? `${step.commands.length}/${step.trips}` : '');
  return table(
    ['commands/round trips', names.byHand, names.other, `commands of ${names.other}`],
    byHand.map((step, i) => [step.title, cost(step), cost(other[i]), other[i]?.commands.join(' ') ?? '']),
  );
}

function memoryTable({ byHand, other }: Pair<MemoryCost>, names: Pair<string>): string {
  return table(
    ['10,000 running plans', names.byHand, names.other],
    [
      ['in Redis', megabytes(byHand.redisBytes), megabytes(other.redisBytes)],
      ['server, live heap', megabytes(byHand.heapBytes), megabytes(other.heapBytes)],
      ['server, resident', megabytes(byHand.residentBytes), megabytes(other.residentBytes)],
    ],
  );
}

export function printable(report: Report): string {
  const { names, speed, redis, memory } = report;
  const parts = [report.setup];
  if (speed.length > 0) {
    const meaning = `greater than 1: ${names.other} does more per second`;
    parts.push(speedTable(report), `ratio: ${names.other} / ${names.byHand}, median of rounds; ${meaning}`);
  }
  if (redis) parts.push(redisTable(redis, names));
  if (memory) parts.push(memoryTable(memory, names));
  return `${parts.join('\n\n')}\n`;
}
