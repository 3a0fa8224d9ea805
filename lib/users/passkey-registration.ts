import { randomId } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import { writeWhileProved } from '../base/write-while-proved.js';
import type { AccountLock } from '../ports/account-lock.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { EventSink } from '../ports/events.js';
import type { PasskeyRegistrationRules, PasskeyUser } from '../ports/passkeys.js';
import type { Profiles } from '../ports/profiles.js';
import type { FactorProof } from './factor-limit.js';
import { credentialOf, type PasskeyAnswer } from './passkey-answer.js';
import { closeChallenge, newChallenge, useChallenge } from './passkey-challenge.js';
import { claimAuthenticator } from './late-authenticators.js';
import { descriptorsOf, dialogTimeout, optionsJson } from './passkey-options.js';
import { passkeyData, passkeyId, passkeyIn, passkeysIn, soleFactorOf } from './passkey-record.js';

interface PasskeyRegistrationParts {
  readonly authenticators: Authenticators;
  readonly profiles: Profiles;
  readonly keyring: Keyring;
  readonly ephemeralStore: EphemeralStore;
  readonly events: EventSink;
  readonly accountLock: AccountLock;
  /** The app's name in the browser's dialog. */
  readonly issuer: string;
  readonly rpID: string;
  readonly expected: { readonly expectedOrigin: string; readonly expectedRPID: string };
}

interface RegistrationAnswer {
  readonly answer: PasskeyAnswer;
  /** Of the whole answer. */
  readonly digest: string;
}

interface PasskeyRegistration {
  /** See `Passkeys.registration`. */
  options(user: PasskeyUser, rules: PasskeyRegistrationRules): Promise<JsonObject | null>;
  /**
   * Stores the passkey of an answer to a challenge of this plan, once. `null`: it is not right. `ended` as in
   * `SecondFactorSetUp`.
   */
  verify(
    user: PasskeyUser,
    given: RegistrationAnswer,
    rules: PasskeyRegistrationRules,
  ): Promise<FactorProof | 'ended' | null>;
}

/** The ceremony that adds a passkey to an account (WebAuthn, 7.1). */
export function createPasskeyRegistration(parts: PasskeyRegistrationParts): PasskeyRegistration {
  const { authenticators, profiles, keyring, ephemeralStore, events, accountLock, issuer, rpID, expected } = parts;

  /** The same for all passkeys of a user, so that an authenticator keeps one for the site. */
  function handleOf(userId: string, own: readonly Authenticator[]): string {
    const [known] = own.flatMap((one) => passkeyIn(one) ?? []);
    return known?.handle ?? keyring.sign('passkey', JSON.stringify(['user', userId]), 32);
  }

  async function add(one: Authenticator, digest: string): Promise<'added' | 'there' | 'taken'> {
    const { id, userId } = one;
    try {
      await authenticators.add(one);
      return 'added';
    } catch (error) {
      // A credential that a user has already, this one or another.
      const there = await authenticators.find(id);
      if (there === null) throw error;
      // The other of two clicks has added it.
      return there.userId === userId && there.data['last_answer'] === digest ? 'there' : 'taken';
    }
  }

  async function addWhileProved(
    one: Authenticator,
    digest: string,
    { holds = () => Promise.resolve(true), announce }: Pick<PasskeyUser, 'holds' | 'announce'>,
  ): Promise<FactorProof | 'ended' | null> {
    const { id, userId } = one;
    let written: Awaited<ReturnType<typeof add>> = 'taken';
    let tell: (() => void) | undefined;
    const outcome = await accountLock(userId, async (held) => {
      const proved = await writeWhileProved({
        holds,
        async write() {
          tell = await announce?.(id);
          await held.confirm();
          return (written = await add(one, digest));
        },
        takeBack: async () => written !== 'taken' && authenticators.remove(userId, id),
      });
      if (proved !== 'ended' && proved !== 'taken') await claimAuthenticator(ephemeralStore, id);
      return proved;
    });
    if (outcome === 'ended') return outcome;
    if (outcome === 'taken') return null;
    if (outcome === 'added') events({ type: 'authenticator.added', user: userId, authenticator: 'webauthn' });
    tell?.();
    return { userId, authenticator: id };
  }

  return Object.freeze<PasskeyRegistration>({
    async options(user, { userVerification, hints, residentKey, attachment, most }) {
      const { userId } = user;
      const [own, profile] = await Promise.all([passkeysIn(authenticators, userId), profiles.find(userId)]);
      if (own.length >= most) return null;
      const { generateRegistrationOptions } = await import('@simplewebauthn/server');
      const userName = profile?.username ?? profile?.email ?? userId;
      const options = await generateRegistrationOptions({
        rpID,
        rpName: issuer,
        userName,
        userDisplayName: profile?.name ?? userName,
        userID: Buffer.from(handleOf(userId, own), 'base64url'),
        challenge: newChallenge(keyring, { ceremony: 'register', plan: user, userId }),
        timeout: dialogTimeout,
        attestationType: 'none',
        excludeCredentials: descriptorsOf(own),
        authenticatorSelection: {
          userVerification,
          residentKey,
          ...(attachment === null ? {} : { authenticatorAttachment: attachment }),
        },
      });
      return optionsJson({ ...options, hints });
    },

    async verify(user, { answer, digest }, { userVerification, most }) {
      const { userId, now } = user;
      const own = await passkeysIn(authenticators, userId);
      const id = passkeyId(answer.id);
      const isOwn = (one: Authenticator | null): boolean => one?.userId === userId;
      const isActive = (await profiles.find(userId))?.active === true;
      if (own.filter((one) => one.id !== id).length >= most || !isActive) return null;
      const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
      const { clientDataJSON, attestationObject } = answer.texts;
      const verified = await verifyRegistrationResponse({
        ...expected,
        expectedChallenge: answer.challenge,
        requireUserVerification: userVerification === 'required',
        response: {
          ...credentialOf(answer),
          response: { clientDataJSON, attestationObject, transports: [...answer.transports] },
        },
      }).catch(() => null);
      if (verified?.verified !== true) return null;
      const answered = { challenge: answer.challenge, digest, now };
      const use = await useChallenge(ephemeralStore, answered);
      if (use === 'refused') return null;
      // What was added once and removed since is not added again.
      if (use === 'closed') return isOwn(await authenticators.find(id)) ? { userId, authenticator: id } : null;
      const { credential, credentialDeviceType, credentialBackedUp, aaguid, userVerified } = verified.registrationInfo;
      if (credential.id !== answer.id) return null;
      const record = {
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: answer.transports,
        handle: handleOf(userId, own),
      };
      const more = {
        last_answer: digest,
        aaguid,
        device_type: credentialDeviceType,
        backed_up: credentialBackedUp,
        ...soleFactorOf({ userVerified, discoverable: answer.discoverable }),
      };
      const name = own.length === 0 ? 'Passkey' : `Passkey ${String(own.length + 1)}`;
      const times = { createdAt: now, lastUsedAt: null, version: randomId() };
      const passkey = { id, userId, type: 'webauthn', name, ...times, data: passkeyData(record, more) } as const;
      const added = await addWhileProved(passkey, digest, user);
      if (added !== null && added !== 'ended') await closeChallenge(ephemeralStore, answered);
      return added;
    },
  });
}
