import type { Keyring } from '../base/keyring.js';
import type { Flow } from '../flow/flow.js';
import { inputIssues, refuseIssues } from '../invitations/management/input.js';
import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import { dataRulesOf } from '../options/data-rules.js';
import type { EventSink } from '../ports/events.js';
import type { UserStore } from '../ports/user-store.js';
import type { WaitlistIntake } from '../ports/waitlist-store.js';
import type { Stores } from '../stores/stores.js';
import type { InvitationMaker } from '../waitlist/parts.js';
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
    readonly invitations: InvitationManager;
    readonly users: UserStore<User> | null;
  },
): { readonly waitlist: Waitlist; readonly intake: WaitlistIntake } {
  const { stores, keyring, events, invitations, users } = parts;
  const { clock, logger: log, sendInvitation } = config;
  const { intake, ...waitlist } = createWaitlist({
    store: stores.waitlist,
    invitations: makerOf(config, invitations, stores),
    rateLimiter: stores.rateLimiter,
    keyring,
    clock,
    events,
    log,
    send: sendInvitation,
    hasAccount: async (email) => users !== null && (await users.findByLogin('email', email)) !== null,
    locale: defaultLocaleOf(config),
  });
  return { waitlist: Object.freeze(waitlist), intake };
}

/**
 * True where the waitlist can be used: with `sendInvitation`, or with a flow that adds to it. Only then are conversions
 * recorded.
 */
export function hasWaitlist<User, Data>({ flows, sendInvitation }: EnrollmentConfig<User, Data>): boolean {
  return sendInvitation !== null || flows.some(asksForInvitations);
}

function asksForInvitations({ bindings }: Flow): boolean {
  return bindings.some(({ stage }) => !stage.asking && stage.joinsWaitlist);
}

function makerOf<User, Data>(
  { site, invitationData }: EnrollmentConfig<User, Data>,
  { create, revoke }: InvitationManager,
  { invitations: store }: Stores,
): InvitationMaker {
  const rules = dataRulesOf(invitationData);
  return {
    check: (order) => {
      const ownCode = 'customCode' in order ? ['"customCode" cannot be given: everybody gets a code of their own'] : [];
      refuseIssues([...inputIssues(order, site, rules), ...ownCode]);
    },
    create,
    revoke,
    snapshot: async (ids) =>
      (await store.read(ids)).map((one) => one && { expires: one.record.expires, redeemed: one.redeemed }),
  };
}
