import { canonicalEmail } from '../base/canonical.js';
import type { EnrollmentClock } from '../base/clock.js';
import { digest128 } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import { maskEmail } from '../base/mask.js';
import type { EventSink } from '../ports/events.js';
import type { MailRecipient, MailSuppression, MailSuppressions, SuppressionList } from '../ports/mail-suppressions.js';
import { openUnsubscribeToken } from './unsubscribe-token.js';

/**
 * Addresses that get no more invitations by email. Of an address a keyed digest is stored: one under the newest secret,
 * found under each.
 */
export function createSuppressionList({
  store,
  keyring,
  clock,
  events,
}: {
  readonly store: MailSuppressions;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
}): SuppressionList {
  const digestsOf = (email: string): readonly string[] => {
    const address = canonicalEmail(email);
    return address === null ? [] : keyring.signAll('mail', JSON.stringify(['suppressed address', address]));
  };
  const find = (email: string, scope: string): Promise<MailSuppression | null> => store.find(digestsOf(email), scope);

  async function add(
    email: string,
    scope: string,
    { by, invitation }: Pick<MailSuppression, 'by'> & { readonly invitation: string | null },
  ): Promise<boolean> {
    const [digest] = digestsOf(email);
    // An earlier one may be stored under an older secret.
    if (digest === undefined || (await find(email, scope)) !== null) return false;
    if (!(await store.add(digest, scope, { at: clock.now(), by }))) return false;
    events({ type: 'mail.suppressed', invitation, by });
    return true;
  }

  return Object.freeze<SuppressionList>({
    find: (who) => find(who.email, scopeOf(who)),
    count: () => store.count(),
    suppress: (who) => add(who.email, scopeOf(who), { by: 'app', invitation: null }),
    async allow(who, by) {
      const removed = await store.remove(digestsOf(who.email), scopeOf(who));
      if (removed) events({ type: 'mail.allowed', by });
      return removed;
    },
    async erase({ email, tenant }) {
      await store.remove(digestsOf(email), tenant === undefined ? null : scopeOf({ tenant }));
    },
    async open(token) {
      const opened = await openUnsubscribeToken(keyring, token, clock.now());
      if (opened === null) return null;
      const isStopped = (await find(opened.to, opened.scope)) !== null;
      return { hint: maskEmail(opened.to), isStopped };
    },
    async unsubscribe(token) {
      const opened = await openUnsubscribeToken(keyring, token, clock.now());
      if (opened === null) return null;
      const { to, scope, invitation } = opened;
      await add(to, scope, { by: 'recipient', invitation });
      return { hint: maskEmail(to), isStopped: true };
    },
  });
}

/** The name of a tenant may be long, and need not be readable in the store. */
export function scopeOf({ tenant = null }: Pick<MailRecipient, 'tenant'>): string {
  return digest128(JSON.stringify(['tenant', tenant]));
}
