import { createBackground } from '../base/background.js';
import type { EnrollmentClock } from '../base/clock.js';
import type { Keyring } from '../base/keyring.js';
import type { Site } from '../base/target.js';
import type { EventSink } from '../ports/events.js';
import type { FreshInvitations } from '../ports/fresh-invitations.js';
import type { InvitationDecline } from '../ports/invitation-decline.js';
import type { InvitationGate } from '../ports/invitation-gate.js';
import type { InvitationStore } from '../ports/invitation-store.js';
import type { Inviters, NameInviter } from '../ports/inviters.js';
import type { Attempts } from '../ports/limits.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { Redeem } from '../ports/redeem.js';
import type { Redemptions } from '../ports/redemptions.js';
import { createGate } from './access/gate.js';
import { createRefusalRecorder, type RefusalStyle } from './access/refusal.js';
import { countUnderDroppedSecrets, findLostInvitations, type LostInvitations } from './management/consistency.js';
import type { DataRules } from './management/data-rules.js';
import { createInvitationManager, type InvitationManager } from './management/invitation-manager.js';
import { absentMailing, type Mailing } from './mailing/mailing.js';
import { createInvitationDecline } from './mailing/decline.js';
import { createFreshInvitations } from './mailing/renew.js';
import { createWaitlistMails, type WaitlistMails } from './mailing/waitlist-mails.js';
import { createRedeem } from './redemption/redeem.js';
import { createLookUp } from './redemption/settle.js';

export interface InvitationsOptions {
  readonly store: InvitationStore;
  /** `null`: the app keeps no redemptions; a seat whose outcome is unknown then stays claimed forever. */
  readonly redemptions: Redemptions | null;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly attempts: Attempts;
  readonly rateLimiter: RateLimiter;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** Default `plain`. */
  readonly refusals?: RefusalStyle;
  readonly site: Site;
  /** The slugs of the app's flows; left out: an invitation may name any. */
  readonly flows?: () => readonly string[];
  /** The flow that links open when an invitation names none. */
  readonly defaultFlow: () => string | null;
  /** The app's own page that they open instead. */
  readonly signupUrl?: string | null;
  /** The app's rules for accounts that invite; default: every account may invite, without a limit. */
  readonly inviters?: Inviters | null;
  /** Names who invited, once a code is accepted; default: they are not named. */
  readonly nameInviter?: NameInviter | null;
  /** The app's rules for invitations' data. */
  readonly dataRules?: DataRules | undefined;
  /** What mailing invitations needs of the app; left out: nothing is mailed, and `send` fails. */
  readonly mailing?: Mailing;
  /** Whether an address has an account; `null`: unknown. */
  readonly isMember?: ((email: string) => Promise<boolean>) | null;
  /** Whether the app has no accounts yet; `null`: unknown. */
  readonly isEmpty?: (() => Promise<boolean>) | null;
  /**
   * How long a seat is claimed while an account is written, in seconds; default 60. Extended up to `renewals` times.
   */
  readonly leaseSeconds?: number;
  /** Default 10. */
  readonly renewals?: number;
  /** How long the user store may take to look up a redemption, in seconds; default 2. */
  readonly lookUpSeconds?: number;
}

/** Everything about invitations: `gate` and `redeem` for stages and guards, `manager` for administrators. */
export interface Invitations {
  readonly gate: InvitationGate;
  readonly redeem: Redeem;
  readonly manager: InvitationManager;
  readonly decline: InvitationDecline;
  /** `null`: the app sends no fresh links. */
  readonly fresh: FreshInvitations | null;
  /** What the waitlist mails. */
  readonly waitlistMails: WaitlistMails;
  /** How many open invitations have codes that no longer work, because their secret is gone. */
  underDroppedSecrets(): Promise<{ readonly open: number; readonly more: boolean }>;
  /**
   * How many of the latest accounts used invitations that the store does not know; `null` when that cannot be
   * determined.
   */
  lost(): Promise<LostInvitations | null>;
  /** Resolves when all background work has reached the store, or has failed and been logged. */
  idle(): Promise<void>;
}

export function createInvitations(options: InvitationsOptions): Invitations {
  const { store, redemptions, events, keyring, inviters = null, isMember = null, isEmpty = null } = options;
  const { nameInviter = null } = options;
  const settles = redemptions !== null;
  const terms = { seconds: options.leaseSeconds ?? 60, renewals: options.renewals ?? 10 };
  const background = createBackground(options.log);
  const lookUp = createLookUp(redemptions, options.lookUpSeconds ?? 2);
  const { refuse, flush } = createRefusalRecorder({ ...options, background, style: options.refusals ?? 'plain' });

  const managed = {
    ...options,
    // A reference can be explained as soon as this process has shown it to a visitor.
    store: { ...store, explain: (reference: string) => flush().then(() => store.explain(reference)) },
    inviters,
    nameInviter,
    mailing: options.mailing ?? absentMailing,
    isMember,
    isEmpty,
    lookUp,
    settles,
    terms,
  };

  return Object.freeze<Invitations>({
    gate: createGate({
      ...options,
      inviters,
      nameInviter,
      lookUp,
      background,
      refuse,
      uniform: options.refusals === 'uniform',
    }),
    redeem: createRedeem({
      store,
      lookUp,
      inviters,
      keyring,
      rateLimiter: options.rateLimiter,
      events,
      background,
      refuse,
      terms,
    }),
    manager: createInvitationManager(managed),
    decline: createInvitationDecline(managed),
    fresh: createFreshInvitations({ ...managed, background }),
    waitlistMails: createWaitlistMails(managed),
    lost: () => findLostInvitations(store, redemptions).catch(() => null),
    underDroppedSecrets: () => countUnderDroppedSecrets(store, keyring, settles),
    idle: () => flush().then(() => background.idle()),
  });
}
