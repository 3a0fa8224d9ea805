import { digest128, randomId } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import { message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { Site } from '../base/target.js';
import type { AccountLock } from '../ports/account-lock.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { Passkeys } from '../ports/passkeys.js';
import { createFactorLimit, type FactorLimitParts, type FactorProof } from './factor-limit.js';
import { credentialOf, readPasskeyAnswer, type PasskeyAnswer } from './passkey-answer.js';
import { isChallenge, newChallenge, useChallenge, type ChallengePurpose } from './passkey-challenge.js';
import { descriptorsOf, dialogTimeout, optionsJson } from './passkey-options.js';
import { passkeyData, passkeyId, passkeyIn, passkeysIn, usedWithoutName } from './passkey-record.js';
import { createPasskeyRegistration } from './passkey-registration.js';

interface PasskeysParts extends FactorLimitParts {
  readonly authenticators: Authenticators;
  readonly keyring: Keyring;
  readonly ephemeralStore: EphemeralStore;
  readonly accountLock: AccountLock;
  /** The only source of the relying party's id and origin. */
  readonly site: Pick<Site, 'origin'>;
  /** The app's name in the browser's dialog. */
  readonly issuer: string;
}

/** The row may change between reading and writing it, when the passkey is used in another browser. */
const tries = 5;
/** An answer to a challenge of this plan. */
interface Accepted {
  readonly answer: PasskeyAnswer;
  /** Of the whole answer: the same for the second of two clicks. */
  readonly digest: string;
  readonly purpose: ChallengePurpose;
}

/** Passkeys over the app's store. Needs the package `@simplewebauthn/server`, which the first page loads. */
export function createPasskeys(parts: PasskeysParts): Passkeys {
  const { authenticators, profiles, keyring, ephemeralStore, site, events } = parts;
  const limit = createFactorLimit(parts);
  const rpID = new URL(site.origin).hostname;
  const expected = { expectedOrigin: site.origin, expectedRPID: rpID };

  const registration = createPasskeyRegistration({ ...parts, rpID, expected });

  async function isActive(userId: string): Promise<boolean> {
    return (await profiles.find(userId))?.active === true;
  }

  const passkeysOf = (userId: string): Promise<readonly Authenticator[]> => passkeysIn(authenticators, userId);

  function accepted(response: Secret, purpose: ChallengePurpose): Accepted | null {
    const answer = readPasskeyAnswer(response.reveal());
    if (answer === null || !isChallenge(keyring, answer.challenge, purpose)) return null;
    return { answer, digest: digest128(response.reveal()), purpose };
  }

  /** The proof of an answer that the passkey of this row signed. */
  async function used(
    given: Authenticator,
    { answer, digest, purpose }: Accepted,
    requireUserVerification: boolean,
  ): Promise<FactorProof | null> {
    const { id, userId } = given;
    const passkey = passkeyIn(given);
    if (passkey === null || (answer.userHandle !== null && answer.userHandle !== passkey.handle)) return null;
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const { clientDataJSON, authenticatorData, signature } = answer.texts;
    const verified = await verifyAuthenticationResponse({
      ...expected,
      expectedChallenge: answer.challenge,
      requireUserVerification,
      // The counter is compared below, with the row that is written.
      credential: {
        id: passkey.credentialId,
        publicKey: Buffer.from(passkey.publicKey, 'base64url'),
        counter: 0,
        transports: [...passkey.transports],
      },
      response: { ...credentialOf(answer), response: { clientDataJSON, authenticatorData, signature } },
    }).catch(() => null);
    if (verified?.verified !== true || !(await isActive(userId))) return null;
    const { newCounter } = verified.authenticationInfo;
    // WebAuthn, 6.1.1: two authenticators with one key. Those that do not count always say 0.
    const isBehind = ({ counter }: { readonly counter: number }): boolean =>
      newCounter <= counter && (newCounter > 0 || counter > 0);
    const { challenge } = answer;
    const now = purpose.plan.now;
    if ((await useChallenge(ephemeralStore, { challenge, digest, now })) === 'refused') return null;
    let one: Authenticator | undefined = given;
    for (let tried = 0; tried < tries; tried += 1) {
      const present = one === undefined ? null : passkeyIn(one);
      if (one === undefined || present === null) return null;
      if (isBehind(present)) {
        // The other of two clicks has written it.
        if (one.data['last_answer'] === digest) return { userId, authenticator: id };
        events({ type: 'authenticator.counter_regressed', user: userId, authenticator: id });
        return null;
      }
      const data = passkeyData(
        { ...present, counter: newCounter },
        { ...one.data, last_answer: digest, ...(purpose.ceremony === 'identify' ? usedWithoutName : {}) },
      );
      const changed = { ...one, version: randomId(), lastUsedAt: purpose.plan.now, data };
      if (await authenticators.update(one.version, changed)) return { userId, authenticator: id };
      one = (await passkeysOf(userId)).find((row) => row.id === id);
    }
    return null;
  }

  return Object.freeze<Passkeys>({
    registration: registration.options,

    async register(user, response, rules) {
      let hasEnded = false;
      const refusal = { cause: 'second_factor', message: message('authenticator.webauthn.failed') } as const;
      const registered = await limit(user, refusal, async () => {
        const answer = accepted(response, { ceremony: 'register', plan: user, userId: user.userId });
        const proof = answer === null ? null : await registration.verify(user, answer, rules);
        hasEnded = proof === 'ended';
        // The answer was right: it counts as no failure.
        return proof === 'ended' ? { userId: user.userId, authenticator: '' } : proof;
      });
      return hasEnded ? { type: 'ended' } : registered;
    },

    async request(plan, { userVerification, hints }) {
      const userId = 'userId' in plan ? plan.userId : null;
      const ceremony = userId === null ? 'identify' : 'check';
      const [{ generateAuthenticationOptions }, own] = await Promise.all([
        import('@simplewebauthn/server'),
        userId === null ? [] : passkeysOf(userId),
      ]);
      const options = await generateAuthenticationOptions({
        rpID,
        challenge: newChallenge(keyring, { ceremony, plan, userId }),
        timeout: dialogTimeout,
        userVerification: userId === null ? 'required' : userVerification,
        allowCredentials: descriptorsOf(own),
      });
      return optionsJson({ ...options, hints });
    },

    check: (user, response, { userVerification }) =>
      limit(user, { cause: 'second_factor', message: message('users.wrong_passkey') }, async () => {
        const answer = accepted(response, { ceremony: 'check', plan: user, userId: user.userId });
        if (answer === null) return null;
        const id = passkeyId(answer.answer.id);
        // Only among the user's own: a passkey of another user is none.
        const one = (await passkeysOf(user.userId)).find((row) => row.id === id);
        return one === undefined ? null : used(one, answer, userVerification === 'required');
      }),

    identify: (plan, response) =>
      limit(
        { userId: null, enrollmentId: plan.enrollmentId, address: plan.address },
        { cause: 'passkey', message: message('users.wrong_passkey') },
        async () => {
          const answer = accepted(response, { ceremony: 'identify', plan, userId: null });
          // WebAuthn, 7.2, step 6: without a user, the authenticator must say who it is.
          if (answer === null || answer.answer.userHandle === null) return null;
          const one = await authenticators.find(passkeyId(answer.answer.id));
          return one === null ? null : used(one, answer, true);
        },
      ),
  });
}
