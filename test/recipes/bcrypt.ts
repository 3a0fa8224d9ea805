import { compare } from 'bcrypt';
import { argon2Passwords, type Passwords } from '../../lib/index.js';

/**
 * For a table with bcrypt hashes. They verify and count as outdated, so each is replaced when its owner signs in. New
 * hashes are argon2id.
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
  // PHP writes `$2y$` for the same algorithm.
  const known = hash.replace(/^\$2y/, '$2b');
  if (await compare(typed, known)) return true;
  // argon2Passwords() normalizes to Unicode's composed form; the app that made this hash did not.
  const composed = typed.normalize('NFC');
  return composed !== typed && compare(composed, known);
}
