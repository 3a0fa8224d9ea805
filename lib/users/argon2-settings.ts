import { availableParallelism } from 'node:os';
import { EnrollmentError } from '../base/error.js';
import { nameIssues, type SettingNames } from '../base/setting-names.js';
import { refuseSettings } from '../base/settings.js';

export interface Argon2Options {
  /** Memory of one hash in KiB; default 19,456 (19 MiB). */
  readonly memoryKiB?: number;
  /** Passes over the memory; default 2. */
  readonly passes?: number;
  /** Threads of one hash; default 1. */
  readonly lanes?: number;
  /**
   * How many hashes run at the same time. Default: the number of CPUs, but always one less than Node's worker threads
   * (4, or `UV_THREADPOOL_SIZE`), so that file access and host name lookups need not wait for hashes.
   */
  readonly atOnce?: number;
  /**
   * How many more may be queued, each for 1.5 seconds at most; default 1,000. Beyond that, `hash` and `verify` fail
   * with 503.
   */
  readonly waiting?: number;
}

const names: SettingNames<Argon2Options> = { memoryKiB: true, passes: true, lanes: true, atOnce: true, waiting: true };

/**
 * Fills in the defaults: OWASP's first recommendation for argon2id (Password Storage Cheat Sheet).
 * @throws ERR_ENROLLMENT_CONFIG with every wrong option
 */
export function argon2Settings(options: Argon2Options): Required<Argon2Options> {
  refuseSettings('argon2Passwords', options, nameIssues(options, names));
  const settings = {
    memoryKiB: options.memoryKiB ?? 19_456,
    passes: options.passes ?? 2,
    lanes: options.lanes ?? 1,
    atOnce: options.atOnce ?? Math.max(1, Math.min(availableParallelism(), nodesThreads() - 1)),
    waiting: options.waiting ?? 1000,
  };
  const issues = [
    // RFC 9106, 3.1: at least 8 KiB for each lane.
    ...outside('memoryKiB', settings.memoryKiB, 8 * settings.lanes, 2 ** 32 - 1),
    ...outside('passes', settings.passes, 1, 2 ** 32 - 1),
    ...outside('lanes', settings.lanes, 1, 255),
    ...outside('atOnce', settings.atOnce, 1, 1024),
    ...outside('waiting', settings.waiting, 0, 1_000_000),
  ];
  if (issues.length > 0)
    throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', `argon2Passwords: ${issues.join('; ')}`, { issues });
  return Object.freeze(settings);
}

function outside(name: string, value: number, least: number, most: number): string[] {
  return Number.isInteger(value) && value >= least && value <= most
    ? []
    : [`${name} is a whole number from ${least} to ${most}`];
}

/** The size of libuv's thread pool, which hashes, file access and host name lookups share. */
function nodesThreads(): number {
  const set = Number(process.env['UV_THREADPOOL_SIZE']);
  return Number.isInteger(set) && set > 0 ? set : 4;
}
