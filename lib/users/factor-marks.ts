import { isEnrollmentError } from '../base/error.js';
import type { Keyring } from '../base/keyring.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Profiles } from '../ports/profiles.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { SecondFactors } from '../ports/second-factors.js';

/** `verified mark`: of a stage that takes no passkey which does not verify its user. */
type MarkKind = 'mark' | 'verified mark';

/** What a browser remembers of a second factor: its kind and the authenticator's id, signed with the user's password. */
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
  async function markTexts(
    kinds: readonly MarkKind[],
    userId: string,
    authenticator: string,
  ): Promise<readonly string[]> {
    const passwords = await passwordsOf(userId);
    return passwords.flatMap((password) =>
      kinds.map((kind) => JSON.stringify([kind, userId, authenticator, password])),
    );
  }

  return {
    async markOf(userId, authenticator, { verifiesUser }) {
      const [text = ''] = await markTexts([verifiesUser ? 'verified mark' : 'mark'], userId, authenticator);
      return `${authenticator}.${keyring.sign('second-factor', text)}`;
    },

    async isMark(userId, mark, { types, verifiesUser }) {
      const [id = '', mac = ''] = mark.split('.');
      const one = (await authenticators.list(userId)).find((row) => row.id === id);
      if (one === undefined || !types.includes(one.type)) return false;
      const kinds: readonly MarkKind[] =
        verifiesUser && one.type === 'webauthn' ? ['verified mark'] : ['verified mark', 'mark'];
      return (await markTexts(kinds, userId, id)).some((text) => keyring.verify('second-factor', text, mac));
    },
  };
}
