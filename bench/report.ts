import type { Spread } from './figures.js';
import type { InvitationMemory } from './invitation-memory.js';
import type { MemoryCost } from './memory-cost.js';
import type { StepTraffic } from './redis-cost.js';
import { titles, type OfSide } from './side.js';
import type { StepSpeed } from './speed.js';
import { table } from './table.js';

export interface Report {
  readonly setup: string;
  readonly speed: readonly StepSpeed[];
  readonly startUp: readonly OfSide<Spread>[] | null;
  readonly redis: readonly OfSide<readonly StepTraffic[]>[] | null;
  readonly memory: readonly OfSide<MemoryCost>[] | null;
  readonly invitations: InvitationMemory | null;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const milliseconds = ({ median, min, max }: Spread): string => `${whole(median)} (${whole(min)}–${whole(max)}) ms`;

function speedTable(speed: readonly StepSpeed[]): string {
  const [first] = speed;
  const head = (first?.sides ?? []).flatMap(({ side }) => [titles[side], 'min–max', 'op/s', 'CPU µs/op']);
  return table(
    ['ratio', ...head],
    speed.map(({ title, sides }) => [
      title,
      ...sides.flatMap(({ figure: { ratio, opsPerSecond, cpuMicrosPerOp } }) => [
        ratio.median.toFixed(2),
        `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}`,
        whole(opsPerSecond),
        whole(cpuMicrosPerOp),
      ]),
    ]),
  );
}

function startTable(startUp: readonly OfSide<Spread>[]): string {
  return table(
    ['', ...startUp.map(({ side }) => titles[side])],
    [['start to first answer', ...startUp.map(({ figure }) => milliseconds(figure))]],
  );
}

function redisTable(redis: readonly OfSide<readonly StepTraffic[]>[]): string {
  const cost = (step: StepTraffic | undefined): string => (step ? `${step.commands.length}/${step.awaited}` : '');
  const last = redis.at(-1);
  return table(
    [
      'commands/awaited trips',
      ...redis.map(({ side }) => titles[side]),
      `commands of ${last ? titles[last.side] : ''}`,
    ],
    (last?.figure ?? []).map(({ title, commands }, at) => [
      title,
      ...redis.map(({ figure }) => cost(figure[at])),
      commands.join(' '),
    ]),
  );
}

function memoryTable(memory: readonly OfSide<MemoryCost>[]): string {
  const row = (title: string, of: (cost: MemoryCost) => number): string[] => [
    title,
    ...memory.map(({ figure }) => kilobytes(of(figure))),
  ];
  return table(
    ['one running plan', ...memory.map(({ side }) => titles[side])],
    [row('in Redis', ({ redisBytes }) => redisBytes), row('server, live heap', ({ heapBytes }) => heapBytes)],
  );
}

function invitationTable({ unused, redeemed }: InvitationMemory): string {
  return table(
    ['one single-use invitation', 'in Redis'],
    [
      ['unused', kilobytes(unused)],
      ['redeemed', kilobytes(redeemed)],
    ],
  );
}

export function printable({ setup, speed, startUp, redis, memory, invitations }: Report): string {
  const parts = [setup];
  if (speed.length > 0)
    parts.push(speedTable(speed), 'ratio: operations per second by those of the first side in the same round, median');
  if (startUp) parts.push(startTable(startUp));
  if (redis) parts.push(redisTable(redis));
  if (memory) parts.push(memoryTable(memory));
  if (invitations) parts.push(invitationTable(invitations));
  return `${parts.join('\n\n')}\n`;
}
