import { isEnrollmentError } from '../base/error.js';
import type { EnrollmentHealth } from '../diagnosis/health.js';
import type { Administered } from './configuration.js';
import { CommandError, exitCodes } from './terminal.js';

/** How long a part that is down may take to recover. */
const outageMs = 3500;
/** How long a start may take on a busy machine, as long as nothing is known to be down. */
const longestStartMs = 30_000;

/**
 * Waits until the stores answer: at most 3.5 s while a part is down, at most 30 s more while none is.
 * When only the app's own tables are missing or unavailable, invitations can be managed: then it returns the problem.
 * @throws CommandError: away, or a configuration that no command can work with
 */
export async function untilReady(enrollment: Administered): Promise<string | null> {
  const ready = enrollment.ready().then(
    () => 'ready' as const,
    (error: unknown) => ({ error }),
  );
  let state = await Promise.race([ready, later(outageMs)]);
  let health = await enrollment.health();
  if (state === 'late' && !isAnythingDown(health)) {
    state = await Promise.race([ready, later(longestStartMs)]);
    health = await enrollment.health();
  }
  const { stores, problem, redis, redisWrites, users, redemptions, connections } = health;
  if (stores === 'memory')
    throw new CommandError(
      'this configuration keeps everything in memory, in the process of the app: no other process can reach it. Set "redis"',
      exitCodes.configuration,
    );
  if (state === 'ready') return null;
  const tablesDown = [users, redemptions, connections].includes('down');
  if (redis === 'up' && redisWrites === 'up' && tablesDown) return problem;
  if (typeof state === 'object') unusable(state.error);
  throw new CommandError(`the stores do not answer: ${problem ?? 'still starting'}`, exitCodes.away, {
    code: 'ERR_ENROLLMENT_STORE_AWAY',
  });
}

function isAnythingDown({ redis, redisWrites, users, redemptions, connections }: EnrollmentHealth): boolean {
  return [redis, redisWrites, users, redemptions, connections].includes('down');
}

/** Errors that a retry does not fix. */
function unusable(error: unknown): never {
  if (!isEnrollmentError(error)) throw error;
  throw new CommandError(error.message, exitCodes.configuration, { code: error.code, issues: error.issues });
}

function later(milliseconds: number): Promise<'late'> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, 'late').unref();
  });
}
