import { parseArgs } from 'node:util';
import { sides, type Side } from './side.js';

export interface Options {
  readonly rounds: number;
  /** Operations of a page step per side and round; a whole signup runs a fifth of it, one with the real hash a fiftieth. */
  readonly ops: number;
  readonly plans: number;
  /** How often each server is started for the start-up time. */
  readonly starts: number;
  /** The others are compared with the first. */
  readonly sides: readonly Side[];
  readonly steps: readonly string[];
  readonly sqlite: boolean;
  readonly json: boolean;
}

export const usage = `npm run bench -- [options]
  --quick            about a minute: few and short rounds, for work on one step
  --rounds <n>       interleaved rounds (11)
  --ops <n>          operations of a page step per side and round (2000)
  --plans <n>        running plans for the memory figures (10000)
  --starts <n>       starts per side (7)
  --sides <a,b>      only these: plain, tuned, kit; plain,plain shows the noise: every ratio must be about 1
  --steps <a,b>      only these: first, running, wrong, signup, signed-in, real-hash, start, redis, memory
  --store <kind>     memory (default) or sqlite: where both sides keep their accounts
  --json             one JSON document instead of tables`;

function count(name: string, text: string | undefined, byDefault: number, most: number): number {
  const value = text === undefined ? byDefault : Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Error(`--${name}: a whole number from 1 to ${most}, not "${text}"\n\n${usage}`);
  return value;
}

function chosenSides(text: string | undefined): readonly Side[] {
  if (text === undefined) return sides;
  return text.split(',').map((name) => {
    const side = sides.find((one) => one === name);
    if (side === undefined) throw new Error(`--sides: unknown ${name}\n\n${usage}`);
    return side;
  });
}

export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      ops: { type: 'string' },
      plans: { type: 'string' },
      starts: { type: 'string' },
      sides: { type: 'string' },
      steps: { type: 'string' },
      store: { type: 'string', default: 'memory' },
      json: { type: 'boolean', default: false },
    },
  });
  const steps = values.steps?.split(',') ?? known;
  const unknown = steps.filter((step) => !known.includes(step));
  if (unknown.length > 0) throw new Error(`--steps: unknown ${unknown.join(', ')}\n\n${usage}`);
  if (values.store !== 'memory' && values.store !== 'sqlite') throw new Error(`--store: memory or sqlite\n\n${usage}`);
  return {
    rounds: count('rounds', values.rounds, values.quick ? 4 : 11, 100),
    ops: count('ops', values.ops, values.quick ? 400 : 2000, 100_000),
    plans: count('plans', values.plans, values.quick ? 500 : 10_000, 200_000),
    starts: count('starts', values.starts, values.quick ? 3 : 7, 100),
    sides: chosenSides(values.sides),
    steps,
    sqlite: values.store === 'sqlite',
    json: values.json,
  };
}
