import type { AccountLock, HeldAccount } from '../ports/account-lock.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EventSink } from '../ports/events.js';
import type { SecondFactors } from '../ports/second-factors.js';
import { isSoleFactor } from './passkey-record.js';
import type { SignInMethods } from './sign-in-methods.js';

interface RemovalParts {
  readonly authenticators: Authenticators;
  readonly accountLock: AccountLock;
  /** What an authenticator proved before it is removed signs in no more. */
  readonly endEvidence: (userId: string) => Promise<void>;
  readonly events: EventSink;
  /** `null`: no flow signs in by a passkey alone. */
  readonly methods: SignInMethods | null;
}

/** Removes an authenticator of a user, and recovery codes that would be left alone; see `SecondFactors.remove`. */
export async function removeAuthenticator(
  { authenticators, accountLock, endEvidence, events, methods }: RemovalParts,
  one: Authenticator,
  { holds, announce }: Parameters<SecondFactors['remove']>[2],
): Promise<'removed' | 'last' | 'busy' | 'ended'> {
  const { userId, id } = one;
  let sendNotice: (() => void) | undefined;

  /** Recovery codes stand in for an authenticator: alone, each sign-in would use one up. */
  async function removeLoneCodes(held: HeldAccount): Promise<void> {
    const rest = (await authenticators.list(userId)).filter((other) => other.id !== id);
    if (rest.some(({ type }) => type !== 'recovery_codes')) return;
    for (const { id: codes, type } of rest) {
      await held.confirm();
      await authenticators.remove(userId, codes);
      events({ type: 'authenticator.removed', user: userId, authenticator: type });
    }
  }

  async function remove(held: HeldAccount): Promise<'removed' | 'ended'> {
    if (!(await holds())) return 'ended';
    sendNotice = await announce?.(id);
    // Before: where the process stops in between. After: what was proved in between.
    await endEvidence(userId);
    await removeLoneCodes(held);
    await held.confirm();
    await authenticators.remove(userId, id);
    // Of two removals at once, each saw the authenticator of the other.
    await removeLoneCodes(held);
    await endEvidence(userId);
    return 'removed';
  }

  const outcome =
    isSoleFactor(one) && methods !== null
      ? await methods.removeUnlessLast(userId, { authenticator: id }, remove)
      : await accountLock(userId, remove);
  if (outcome !== 'removed') return outcome;
  events({ type: 'authenticator.removed', user: userId, authenticator: one.type });
  sendNotice?.();
  return outcome;
}
