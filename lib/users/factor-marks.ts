import { isEnrollmentError } from '../base/error.js';
import type { Keyring } from '../base/keyring.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Profiles } from '../ports/profiles.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { SecondFactors } from '../ports/second-factors.js';

/** What a browser remembers of a second factor: the authenticator's id, signed together with the user's password. */
export function createFactorMarks(parts: {
  readonly authenticators: Authenticators;
  readonly profiles: Pick<Profiles, 'passwordHashes'>;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
  readonly keyring: Keyring;
}): Pick<SecondFactors, 'markOf' | 'isMark'> {
  const { authenticators, profiles, rehashed, keyring } = parts;

  /** A password that changes ends what a browser remembers. */
  async function passwordsOf(userId: string): Promise<readonly string[]> {
    try {
      const [hash] = await profiles.passwordHashes(userId, 0);
      return hash === undefined ? [''] : await rehashed.digestsOf(userId, hash);
    } catch (error) {
      if (isEnrollmentError(error) && error.status !== 503) return [''];
      throw error;
    }
  }

  /** The mark of the present password first. */
  async function markTexts(userId: string, authenticator: string): Promise<readonly string[]> {
    const passwords = await passwordsOf(userId);
    return passwords.map((password) => JSON.stringify(['mark', userId, authenticator, password]));
  }

  return {
    async markOf(userId, authenticator) {
      const [text = ''] = await markTexts(userId, authenticator);
      return `${authenticator}.${keyring.sign('second-factor', text)}`;
    },

    async isMark(userId, mark, types) {
      const [id = '', mac = ''] = mark.split('.');
      const one = (await authenticators.list(userId)).find((row) => row.id === id);
      if (one === undefined || !types.includes(one.type)) return false;
      return (await markTexts(userId, id)).some((text) => keyring.verify('second-factor', text, mac));
    },
  };
}
