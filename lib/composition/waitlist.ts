import type { Keyring } from '../base/keyring.js';
import type { Flow } from '../flow/flow.js';
import { flowIssues } from '../invitations/management/create.js';
import { hasEnded } from '../invitations/mailing/newest.js';
import { inputIssues, refuseIssues } from '../invitations/management/input.js';
import { fromNow } from '../invitations/management/instants.js';
import { invitationOfMail, mailIdOf } from '../invitations/mailing/order-mail.js';
import type { Invitations } from '../invitations/invitations.js';
import { mailKey } from '../mail/mail-states.js';
import { dataRulesOf } from '../options/data-rules.js';
import type { EventSink } from '../ports/events.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { UserStore } from '../ports/user-store.js';
import type { WaitlistIntake } from '../ports/waitlist-store.js';
import type { Stores } from '../stores/stores.js';
import type { InvitationRecord } from '../ports/invitation-store.js';
import type { MailedInvitationInput } from '../ports/invitation-input.js';
import type { InvitationMailer, InvitationMails, InvitationMaker, InvitationOrder } from '../waitlist/parts.js';
import { createWaitlist, type Waitlist } from '../waitlist/waitlist.js';
import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages/languages.js';

/** Composes the waitlist: for administrators, and for the stage that adds people to it. */
export function composeWaitlist<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly events: EventSink;
    readonly invitations: Invitations;
    readonly users: UserStore<User> | null;
    /** `null`: the app mails nothing. */
    readonly suppressions: SuppressionList | null;
  },
): { readonly waitlist: Waitlist; readonly intake: WaitlistIntake } {
  const { stores, keyring, events, invitations, users } = parts;
  const { clock, logger: log, sendInvitation } = config;
  const { intake, ...waitlist } = createWaitlist({
    store: stores.waitlist,
    invitations: makerOf(config, invitations, stores),
    mailer: mailerOf(config, invitations),
    mails: mails(config) ? composeInvitationMails(stores) : null,
    rateLimiter: stores.rateLimiter,
    keyring,
    clock,
    events,
    log,
    send: sendInvitation,
    suppressions: parts.suppressions,
    hasAccount: async (email) => users !== null && (await users.findByLogin('email', email)) !== null,
    locale: defaultLocaleOf(config),
  });
  return { waitlist: Object.freeze(waitlist), intake };
}

/**
 * True where the waitlist can be used: with `sendInvitation` or a mailer, or with a flow that adds to it. Only then are conversions
 * recorded.
 */
export function hasWaitlist<User, Data>({
  flows,
  flowFiles,
  sendInvitation,
  mailer,
}: EnrollmentConfig<User, Data>): boolean {
  // A stored flow may add to it later.
  if (flowFiles?.stored === true) return true;
  return sendInvitation !== null || mailer !== null || flows.some(asksForInvitations);
}

function asksForInvitations({ bindings }: Flow): boolean {
  return bindings.some(({ stage }) => !stage.asking && stage.joinsWaitlist);
}

/** True where the kit mails the invitations. */
function mails<User, Data>({ mailer, sendInvitation }: EnrollmentConfig<User, Data>): boolean {
  return mailer !== null && sendInvitation === null;
}

function mailerOf<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { waitlistMails }: Invitations,
): InvitationMailer | null {
  if (!mails(config)) return null;
  return {
    create: (order, locale, settings) => waitlistMails.create(inputOf(order, locale), settings),
    order: waitlistMails.order,
    keepEarlier: waitlistMails.keepEarlier,
  };
}

/** An order as the input of a mailed invitation; its check reports what does not fit one. */
function inputOf({ uses: _uses, expires, ...order }: InvitationOrder, locale: string): MailedInvitationInput {
  const never: object = expires === null ? { expires } : {};
  return { ...order, ...(expires === undefined || expires === null ? {} : { expires }), ...never, locale };
}

/** What becomes of the mails of invitations. */
export function composeInvitationMails({
  invitations: store,
  mails: records,
}: Pick<Stores, 'invitations' | 'mails'>): InvitationMails {
  const recordOf = async (invitation: string): Promise<InvitationRecord | null> => {
    const [found = null] = await store.read([invitation]);
    return found?.record ?? null;
  };
  return {
    invitationOf: invitationOfMail,
    isMailed: async (invitation) => ((await recordOf(invitation))?.mail?.ordered ?? 0) > 0,
    async newestOf(invitation) {
      // The first one is counted once it is stored.
      const ordered = Math.max(1, (await recordOf(invitation))?.mail?.ordered ?? 0);
      const [mail = null] = await records.read([mailKey(mailIdOf(invitation, ordered))]);
      return mail === null ? null : { id: mail.id, state: mail.state, at: mail.changedAt };
    },
    replacedOf: async (invitation) => (await recordOf(invitation))?.replaces ?? null,
    async replacementOf(invitation) {
      const next = (await recordOf(invitation))?.replacedBy ?? null;
      return next !== null && (await recordOf(next)) !== null ? next : null;
    },
  };
}

function makerOf<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { manager: { create, revoke }, waitlistMails }: Invitations,
  { invitations: store }: Stores,
): InvitationMaker {
  const { site, invitationData, redemptions, clock } = config;
  const parts = { store, settles: redemptions !== null };
  const rules = dataRulesOf(invitationData);
  return {
    check: (given) => {
      const order = fromNow(given, clock.now());
      const ownCode = 'customCode' in order ? ['"customCode" cannot be given: everybody gets a code of their own'] : [];
      refuseIssues([
        ...inputIssues(order, site, rules),
        ...flowIssues({ flows: () => config.flows.map(({ slug }) => slug) }, order),
        ...ownCode,
      ]);
      if (mails(config)) waitlistMails.check(inputOf(order, 'en'));
    },
    create,
    revoke,
    restore: (id) => waitlistMails.takeBackRevocation(id),
    snapshot: async (ids) => {
      const found = await store.read(ids);
      return Promise.all(
        found.map(
          async (one) =>
            one && {
              expires: one.record.expires,
              redeemed: one.redeemed,
              claimed: one.claimed - one.lapsed,
              hasEnded: await hasEnded(parts, one),
            },
        ),
      );
    },
  };
}
