import type { JsonObject } from '../base/json.js';
import type { RedirectTarget } from '../base/target.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { InvitationRef } from '../ports/invitation-gate.js';
import type { InvitationRule } from '../ports/identities.js';

/** What a plan knows. Open: a stage or policy that writes another key declares it here by module augmentation. */
export interface PlanContext {
  /** Accepted answers, nested by dotted key. Never passwords, never codes. */
  readonly prompt_data: JsonObject;
  readonly password_hash: string;
  /** The id of the user the flow is about. */
  readonly pending_user: string;
  /** The account identifier that the visitor typed; not proved yet. */
  readonly pending_user_identifier: string;
  /** True when the person wants to stay signed in when the browser is closed. */
  readonly remember_me: boolean;
  readonly invitation: InvitationRef;
  /** Fields that an invitation fixed: `{ email: 'ann@example.com' }`. */
  readonly fixed_data: JsonObject;
  /** The identity that a source returned. The entry into the flow writes it; stages never do. */
  readonly identity: PendingIdentity;
  readonly is_sso: boolean;
  /** The source's slug. */
  readonly source: string;
  /** What the provider said of the person, as far as it is kept. Never its tokens. */
  readonly oauth_userinfo: JsonObject;
  /** What the source's rule said when it recognised the person; the write asks anew. */
  readonly invitation_rule: InvitationRule;
  /** The id of the account to connect the identity to, once its owner has agreed. */
  readonly connect_to: string;
  /** The id of an account that was made beforehand and waits for its owner, who was recognised; `null`: there is none. */
  readonly account_to_claim: string | null;
  /** True when the signed-in user has authenticated within the last ten minutes. */
  readonly signed_in_recently: boolean;
  /** Where to go at the end. */
  readonly redirect: RedirectTarget;
}

export type Context = Partial<PlanContext>;
export type ContextKey = keyof PlanContext;
export type Patch<W extends ContextKey = ContextKey> = Partial<Pick<PlanContext, W>>;
