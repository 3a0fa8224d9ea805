import type { Background } from '../base/background.js';
import { canonicalEmail } from '../base/canonical.js';
import type { Keyring } from '../base/keyring.js';
import { unsubscribeParameter, unsubscribePath } from '../http/links.js';
import { invitationOfMail } from '../invitations/mailing/order-mail.js';
import { scopeOf } from '../mail/suppression-list.js';
import { sealUnsubscribeToken } from '../mail/unsubscribe-token.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { EventSink } from '../ports/events.js';
import type { MailOrder } from '../ports/mail-queue.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { Stores } from '../stores/stores.js';

/** The address at which the recipient of an invitation stops further ones; `null`: the app's pages have none. */
export function composeUnsubscribeUrl<User, Data>(
  config: EnrollmentConfig<User, Data>,
  keyring: Keyring,
): (mail: Pick<MailOrder, 'id' | 'to' | 'tenant'>) => Promise<string | null> {
  const { site, clock } = config;
  if (!hasUnsubscribePage(config)) return () => Promise.resolve(null);
  return async ({ id, to, tenant }) => {
    const mail = { to, scope: scopeOf({ tenant }), invitation: invitationOfMail(id) };
    const token = await sealUnsubscribeToken(keyring, mail, clock.now());
    return `${site.origin}${site.mount}${unsubscribePath}?${unsubscribeParameter}=${token}`;
  };
}

/** Without flows, the app has no use for the kit's router. */
export function hasUnsubscribePage<User, Data>({
  emailInvitations,
  flows,
  flowFiles,
}: EnrollmentConfig<User, Data>): boolean {
  return emailInvitations.unsubscribe && (flows.length > 0 || flowFiles?.stored === true);
}

/** A person who signs up with an invitation gets mails again. Runs detached: a sign-up does not wait for it. */
export function allowAfterSignUp(
  events: EventSink,
  {
    invitations,
    suppressions,
    background,
  }: {
    readonly invitations: Stores['invitations'];
    readonly suppressions: SuppressionList;
    readonly background: Background;
  },
): EventSink {
  async function allow(id: string): Promise<void> {
    const [snapshot = null] = await invitations.read([id]);
    const email = canonicalEmail(snapshot?.record.bound ?? '');
    if (snapshot !== null && email !== null)
      await suppressions.allow({ email, tenant: snapshot.record.tenant }, 'sign_up');
  }
  return (event) => {
    events(event);
    if (event.type === 'invitation.redeemed')
      background.run('allowing mails to a new account', allow(event.id), { fields: { invitation: event.id } });
  };
}
