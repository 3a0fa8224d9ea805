/**
 * The benchmark: what does the kit cost compared with the same signup written by hand?
 *
 * Three servers over one real Redis do the same work side by side: `by-hand/plain`, with express-session, connect-redis
 * and cached EJS on their default settings; `by-hand/tuned`, which is optimized for this one signup; and `kit`, through
 * the kit's public API. A driver simulates visitors with real cookies and the form fields that it finds in the pages,
 * over 16 connections; rounds are interleaved and their order rotates. Servers run on one core, the driver and Redis on
 * another.
 *
 * How to read it: `ratio` is the median over rounds of a side's operations per second divided by those of the plain
 * server. Greater than 1: it does more per second. Absolute figures vary with the machine and the time of day; ratios
 * and CPU per operation are stable. `min–max` is the spread of the rounds: a ratio whose spread contains 1 shows no
 * difference. Hashing is a stand-in except in `signup, argon2id`, where the hash is nearly the whole cost. "Awaited
 * trips" are the round trips to Redis before the answer; commands also count what is sent after it.
 * No time makes the benchmark pass or fail. `--sides plain,plain` shows the noise.
 */
import { Bench } from './bench.js';
import { takeCores } from './cores.js';
import { readOptions, type Options } from './options.js';
import { startRedis } from './redis-process.js';
import { printable, type Report } from './report.js';
import { realHash, steps, type Step } from './steps.js';

const limitMinutes = 30;

async function measure(options: Options): Promise<Report> {
  const cores = takeCores();
  const redis = await startRedis(cores);
  try {
    const bench = new Bench(options, redis, cores);
    const wanted = (step: Pick<Step, 'key'>): boolean => options.steps.includes(step.key);
    const speed = await bench.speed(steps.filter(wanted), 'sha256');
    speed.push(...(await bench.speed([realHash].filter(wanted), 'argon2id')));
    return {
      setup: bench.setup,
      speed,
      startUp: wanted({ key: 'start' }) ? await bench.startUp() : null,
      redis: wanted({ key: 'redis' }) ? await bench.redisTraffic() : null,
      memory: wanted({ key: 'memory' }) ? await bench.memory() : null,
      invitations: wanted({ key: 'memory' }) ? await bench.invitations() : null,
    };
  } finally {
    await redis.stop();
  }
}

function fail(message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => fail(`stopped by ${signal}`));
setTimeout(
  () => fail(`not done after ${limitMinutes} minutes: use fewer --rounds or --ops`),
  limitMinutes * 60_000,
).unref();

try {
  const options = readOptions(
    process.argv.slice(2),
    [...steps, realHash].map(({ key }) => key).concat('start', 'redis', 'memory'),
  );
  const report = await measure(options);
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else process.stdout.write(printable(report));
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
