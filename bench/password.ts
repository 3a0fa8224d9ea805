import { createHash, randomBytes } from 'node:crypto';
import { hash as argon2id } from '@node-rs/argon2';
import type { Setting } from './setting.js';

/**
 * How both servers hash. `sha256` is no password hash: it stands in for one to show the rest, because the hash takes 12
 * of the 13 ms of a real signup. `argon2id` is the real one, with OWASP's parameters.
 */
export function passwordHasher(kind: Setting['hash']): (password: string) => Promise<string> {
  if (kind === 'argon2id') return (password) => argon2id(password);
  return async (password) => {
    const salt = randomBytes(16).toString('base64url');
    return `sha256$${salt}$${createHash('sha256').update(salt).update(password).digest('base64url')}`;
  };
}
