import { createSuppressionList } from '../../../lib/mail/suppression-list.js';
import { createMemoryMailSuppressions } from '../../../lib/stores/memory/mail-suppressions.js';
import { defaultRateLimits } from '../../../lib/options/rate-limits.js';
import { createKeyring, type Keyring } from '../../../lib/base/keyring.js';
import { Secret } from '../../../lib/base/secret.js';
import { createInvitations, type Invitations, type InvitationsOptions } from '../../../lib/invitations/invitations.js';
import { createAttempts } from '../../../lib/rate-limits/limits.js';
import type { EphemeralStore } from '../../../lib/ports/ephemeral-store.js';
import type { EventName, EventSink } from '../../../lib/ports/events.js';
import type { CodeQuestion, GateVerdict } from '../../../lib/ports/invitation-gate.js';
import type { EmailInvitations } from '../../../lib/ports/invitation-input.js';
import type { MailQueue } from '../../../lib/ports/mail-queue.js';
import type { RateLimits } from '../../../lib/ports/rate-limits.js';
import type { InvitationStore } from '../../../lib/ports/invitation-store.js';
import type { Redeemed, RedeemOrder } from '../../../lib/ports/redeem.js';
import { createFreshInvitationMails, createInvitationMails } from '../../../lib/rate-limits/mail.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { createRedemptionTable, type RedemptionTable } from '../../../lib/stores/memory/redemptions.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';

export interface InvitationFixture {
  readonly invitations: Invitations;
  readonly store: InvitationStore;
  readonly table: RedemptionTable;
  readonly clock: FakeClock;
  readonly events: (readonly [EventName, object])[];
  readonly errors: string[];
  /** Sends a code to the gate. */
  ask(code: string, over?: Partial<CodeQuestion>): Promise<GateVerdict>;
  /** Validates the code and writes an account. */
  signUp(code: string, plan: string, over?: Partial<RedeemOrder<string>>): Promise<Redeemed<string>>;
}

export const aKeyring: Keyring = createKeyring(['the secret of the tests']);

/** Invitations over memory. */
export function invitationFixture(
  over: Omit<Partial<InvitationsOptions>, 'clock' | 'mailing'> & {
    readonly clock?: FakeClock;
    readonly queue?: MailQueue;
    readonly ephemeralStore?: EphemeralStore;
    readonly outstanding?: Partial<EmailInvitations['outstanding']>;
    readonly freshLinks?: boolean;
    readonly tellDeclined?: boolean;
    readonly mailLimits?: Partial<RateLimits['invitationMails']>;
  } = {},
): InvitationFixture {
  const clock = over.clock ?? fakeClock();
  const table = createRedemptionTable();
  const store = over.store ?? createMemoryInvitationStore({ clock });
  const rateLimiter = over.rateLimiter ?? createMemoryRateLimiter({ clock });
  const events: [EventName, object][] = [];
  const errors: string[] = [];
  const note: EventSink = ({ type, ...facts }) => void events.push([type, facts]);
  const invitations = createInvitations({
    store,
    redemptions: table,
    keyring: aKeyring,
    rateLimiter,
    attempts: createAttempts({ ...defaultRateLimits.codes, rateLimiter, events: note }),
    events: note,
    mailing: {
      onEarlier: 'end',
      outstanding: { perInviter: 100, perRecipient: null, perTenant: null, ...over.outstanding },
      freshLinks: over.freshLinks ?? true,
      tellDeclined: over.tellDeclined ?? true,
      queue: over.queue ?? null,
      unsubscribe: true,
      suppressions: createSuppressionList({
        store: createMemoryMailSuppressions(),
        keyring: aKeyring,
        clock,
        events: note,
      }),
      freshLimits: createFreshInvitationMails({ ...defaultRateLimits.mails, rateLimiter, events: note }),
      addressOf: async (id) => `${id}@inviters.example`,
      limits: createInvitationMails({
        ...defaultRateLimits.invitationMails,
        ...over.mailLimits,
        rateLimiter,
        events: note,
      }),
      ephemeralStore: over.ephemeralStore ?? createMemoryEphemeralStore({ clock }),
      locale: 'en',
      signInUrl: 'https://app.example/join/if/flow/sign-in/',
    },
    log: { info: () => undefined, warn: () => undefined, error: (_fields, text) => void errors.push(text) },
    site: { origin: 'https://app.example', mount: '/join', secure: true },
    defaultFlow: () => 'invite',
    ...over,
    clock,
  });

  const ask: InvitationFixture['ask'] = (code, question) =>
    invitations.gate.validate({
      code: new Secret(code),
      flow: 'invite',
      enrollmentId: 'a plan',
      address: '203.0.113.7',
      email: null,
      ...question,
    });

  return {
    invitations,
    store,
    table,
    clock,
    events,
    errors,
    ask,
    async signUp(code, plan, order) {
      const verdict = await ask(code, { enrollmentId: plan, address: plan });
      if (!verdict.ok) throw new Error(verdict.message.id);
      return invitations.redeem({
        enrollmentId: plan,
        flow: 'invite',
        invitation: verdict.invitation,
        email: null,
        write: async (redemption) => {
          table.insert(redemption.row(`user of ${plan}`));
          return `user of ${plan}`;
        },
        idOf: (user) => user,
        taken: async () => null,
        ...order,
      });
    },
  };
}
