import { compare } from 'bcrypt';
import { argon2Passwords, type Passwords } from '../../lib/index.js';

/**
 * For a table whose hashes are bcrypt's: they verify as they always did, and every new hash is argon2id. They count as
 * outdated, so that whoever signs in with one gets a new one.
 */
export function bcryptUntilNextSignIn(next: Passwords = argon2Passwords()): Passwords {
  return {
    hash: (password) => next.hash(password),
    verify: (hash, password) => (isBcrypt(hash) ? fits(hash, password.reveal()) : next.verify(hash, password)),
    outdated: (hash) => isBcrypt(hash) || next.outdated(hash),
  };
}

const isBcrypt = (hash: string): boolean => /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash);

async function fits(hash: string, typed: string): Promise<boolean> {
  if (typed === '' || Buffer.byteLength(typed) > 1024) return false;
  // PHP writes `$2y$` for the very same thing.
  const known = hash.replace(/^\$2y/, '$2b');
  if (await compare(typed, known)) return true;
  // argon2Passwords() takes what is typed in Unicode's composed form; the app that made this hash took it as it came.
  const composed = typed.normalize('NFC');
  return composed !== typed && compare(composed, known);
}
