import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { TicketInPlan } from '../ports/ticket-gate.js';
import type { SentCode } from '../ports/mail-codes.js';
import type { AcceptedInvitationRef } from '../ports/invitation-gate.js';
import type { InvitationRule } from '../ports/identities.js';

/**
 * The context of a plan. It is open: a stage or policy that writes another key declares it here by module augmentation.
 */
export interface PlanContext {
  /** Accepted answers, nested by dotted key. Never passwords, never codes. */
  readonly prompt_data: JsonObject;
  readonly password_hash: string;
  /** The id of the user the flow is about. */
  readonly pending_user: string;
  /** The id of the user who proved a second factor in this plan. */
  readonly second_factor: string;
  /** How the user signed in first, as authentik names it: `password`, `auth_webauthn_pwl` (a passkey) or `auth_mfa`. */
  readonly auth_method: string;
  /** How the user wants to prove it: `webauthn` or `code`. */
  readonly selected_challenge: string;
  /** The account identifier that the visitor typed; not proved yet. */
  readonly pending_user_identifier: string;
  /** The code that the email stage sent; its digests only. */
  readonly email_code: SentCode;
  /** The address that a code of this plan, or the link of a mailed invitation, proved, in its canonical form. */
  readonly email_verified: string;
  /** A digest of the account's password hash when a code proved who its user is; `''`: it has no password. */
  readonly password_seen: string;
  /** True when the user wants to stay signed in after the browser is closed. */
  readonly remember_me: boolean;
  /** The invitation whose code was accepted, with its data. Never the code. */
  readonly invitation: AcceptedInvitationRef;
  /** The name of who issued that invitation, for the pages after its code; `null`: none. */
  readonly inviter_name: string | null;
  /** Fields that an invitation fixed: `{ email: 'ann@example.com' }`. */
  readonly fixed_data: JsonObject;
  /** The identity that a source returned. The start of the flow writes it; stages never do. */
  readonly identity: PendingIdentity;
  readonly is_sso: boolean;
  /** The source's slug. */
  readonly source: string;
  /** What the provider returned about the person, as far as it is kept. Never its tokens. */
  readonly oauth_userinfo: JsonObject;
  /** The key of the source stage that accepted the identity. The callback of its source writes it; stages never do. */
  readonly source_stage: string;
  /** The id of the account that its identity was connected to then. Absent: any identity was accepted. */
  readonly source_stage_user: string;
  /** The source's rule when it recognized the person; the write evaluates the rule again. */
  readonly invitation_rule: InvitationRule;
  /** The id of the account to connect the identity to, once its owner has confirmed. */
  readonly connect_to: string;
  /**
   * The slug of the flow that creates an account of one's own, where the account of `connect_to` has an address that it
   * never proved, and the source vouches for it. The start of the flow writes it.
   */
  readonly enroll_instead: string;
  /** The id of an account that was created beforehand and waits for its recognized owner; `null`: there is none. */
  readonly account_to_claim: string | null;
  /** True when the signed-in user has authenticated within the last ten minutes. */
  readonly signed_in_recently: boolean;
  /** The captcha that was solved: its stage binding, and its score where it has one. Never the answer. */
  readonly captcha: {
    readonly stage: string;
    readonly type: string;
    readonly score: number | null;
    /** False where the provider was unavailable, and the captcha accepts that. */
    readonly verified: boolean;
  };
  /** Where to go at the end. */
  readonly redirect: RedirectTarget;
  /** The slug of the flow that led to this one. The start of the flow writes it; stages never do. */
  readonly is_redirected: string;
  /** True where a link that the server issued began the plan. The start of the flow writes it; stages never do. */
  readonly is_restored: boolean;
  /** The ticket that opened the flow: no secret and no address. The start of the flow writes it; stages never do. */
  readonly ticket: TicketInPlan;
  /**
   * Overrides the target of a redirect stage: a path, an address of its `allowedOrigins`, or `ak-flow://<slug>` for one
   * of its `allowedFlows`.
   */
  readonly redirect_stage_target: string;
  /** Overrides the message of a deny stage. */
  readonly deny_message: string | Message;
}

export type Context = Partial<PlanContext>;
export type ContextKey = keyof PlanContext;
export type Patch<W extends ContextKey = ContextKey> = Partial<Pick<PlanContext, W>>;
