import type * as Argon2 from '@node-rs/argon2';
import { EnrollmentError } from '../base/error.js';
import type { Passwords } from '../ports/passwords.js';
import { argon2Settings, type Argon2Options } from './argon2-settings.js';
import { createSemaphore } from './semaphore.js';

const longestBytes = 1024;

/**
 * Hashes passwords with argon2id and OWASP's parameters, off the main thread and with limited concurrency.
 *
 * Passwords are always normalized to Unicode's NFC form (RFC 8265, 4.2.2: OpaqueString), so that `é` typed as one
 * character or as two verifies the same. NFC and not NFKC, which would make `²` and `2`, or `ﬁ` and `fi`, the same
 * password. Nothing is trimmed, truncated or folded; control characters and NUL count.
 *
 * `verify` is false, without hashing, for an empty or too long password and for a hash that is not an argon2 hash.
 * @throws ERR_ENROLLMENT_CONFIG for wrong options
 * @throws ERR_ENROLLMENT_PASSWORD (from `hash`) for an empty password or one over 1,024 bytes: prompts check before
 * @throws ERR_ENROLLMENT_STORE_AWAY (503, from `hash` and `verify`) when too many wait already
 */
export function argon2Passwords(options: Argon2Options = {}): Passwords {
  const settings = argon2Settings(options);
  const semaphore = createSemaphore(settings.atOnce, settings.waiting);
  // The package's default algorithm is argon2id; its enum cannot be named under `isolatedModules`, so a test verifies
  // the default.
  const cost = { memoryCost: settings.memoryKiB, timeCost: settings.passes, parallelism: settings.lanes };

  return Object.freeze<Passwords>({
    async hash(password) {
      const typed = password.reveal();
      const problem = problemOf(typed);
      if (problem !== null) throw new EnrollmentError('ERR_ENROLLMENT_PASSWORD', problem);
      const { hash } = await argon2();
      return semaphore.pass(() => hash(typed.normalize('NFC'), cost));
    },
    async verify(hashed, password) {
      const typed = password.reveal();
      if (problemOf(typed) !== null || costOf(hashed) === null) return false;
      const { verify } = await argon2();
      return semaphore.pass(() => verify(hashed, typed.normalize('NFC')));
    },
    outdated(hashed) {
      const made = costOf(hashed);
      if (made === null || !hashed.startsWith('$argon2id$v=19$')) return true;
      // Lanes are not compared: fewer lanes do not reduce an attacker's cost.
      return made.memoryCost < settings.memoryKiB || made.timeCost < settings.passes;
    },
  });
}

function problemOf(typed: string): string | null {
  // The package would hash an empty password like any other.
  if (typed === '') return 'an empty password is not hashed';
  return Buffer.byteLength(typed) > longestBytes ? `a password has at most ${longestBytes} bytes` : null;
}

/** Loaded at the first password: an app that hashes none does not load the native library. */
const argon2 = (): Promise<Pick<typeof Argon2, 'hash' | 'verify'>> => import('@node-rs/argon2');

/** The parameters in a PHC string, or null if it is not an argon2 hash. */
function costOf(hashed: string): { memoryCost: number; timeCost: number } | null {
  const [, memory, time] = phc.exec(hashed) ?? [];
  return memory === undefined || time === undefined ? null : { memoryCost: Number(memory), timeCost: Number(time) };
}

/** `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`: https://github.com/P-H-C/phc-string-format */
const phc = /^\$argon2(?:id|i|d)\$v=\d{1,3}\$m=(\d{1,10}),t=(\d{1,10}),p=\d{1,8}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;
