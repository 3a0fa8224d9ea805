import { isEnrollmentError } from '../base/error.js';
import type { Keyring } from '../base/keyring.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Profiles } from '../ports/profiles.js';
import type { SecondFactors } from '../ports/second-factors.js';

/** What a browser remembers of a second factor: the authenticator's id, signed together with the user's password. */
export function createFactorMarks(parts: {
  readonly authenticators: Authenticators;
  readonly profiles: Pick<Profiles, 'passwordHashes'>;
  readonly keyring: Keyring;
}): Pick<SecondFactors, 'markOf' | 'isMark'> {
  const { authenticators, profiles, keyring } = parts;

  /** A password that changes ends what a browser remembers. */
  async function passwordOf(userId: string): Promise<string> {
    try {
      return (await profiles.passwordHashes(userId, 0))[0] ?? '';
    } catch (error) {
      if (isEnrollmentError(error) && error.status !== 503) return '';
      throw error;
    }
  }

  async function markText(userId: string, authenticator: string): Promise<string> {
    return JSON.stringify(['mark', userId, authenticator, await passwordOf(userId)]);
  }

  return {
    async markOf(userId, authenticator) {
      return `${authenticator}.${keyring.sign('second-factor', await markText(userId, authenticator))}`;
    },

    async isMark(userId, mark, types) {
      const [id = '', mac = ''] = mark.split('.');
      const one = (await authenticators.list(userId)).find((row) => row.id === id);
      if (one === undefined || !types.includes(one.type)) return false;
      return keyring.verify('second-factor', await markText(userId, id), mac);
    },
  };
}
