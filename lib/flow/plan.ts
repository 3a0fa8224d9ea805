import type { Message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { GeoBinding, NetworkBinding } from '../ports/client-binding.js';
import type { Context } from './context.js';

export interface Step {
  /** The stage binding's key. */
  readonly key: string;
  readonly state: 'ahead' | 'passed' | 'skipped';
}

/** The flows that ran before this one and handed their user over to it. */
export interface EarlierFlows {
  /** The first of them: a visitor who lacks a proof starts over there. */
  readonly begin: string;
  /** Their steps that asked the user for a second factor and were passed: it may be set up while this flow waits. */
  readonly asked: readonly { readonly flow: string; readonly step: string }[];
}

/** One person's progress through a flow. Pure data; steps are never removed, the cursor moves. */
export interface Plan {
  readonly v: 1;
  readonly id: string;
  /**
   * The id under which the plan's only account is written. It stays when the plan gets a new token, and with it a new
   * id.
   */
  readonly enrollmentId: string;
  /** The id of the account that was written in this plan. */
  readonly account?: string;
  /**
   * The id of the user for which an earlier request of this plan had evidence: a password, a source's answer, the
   * account.
   */
  readonly proved?: string;
  /** When it had, in milliseconds since 1970. */
  readonly provedAt?: number;
  /** The epoch of that evidence; see `SessionRegistry`. */
  readonly provedEpoch?: number;
  /** `UserProfile.passwordChangedAt` at that time; left out: the store was not asked. */
  readonly provedPassword?: number | null | undefined;
  /**
   * The id of the user whose plan it is: who was signed in when it began, or when one of its answers was accepted. It is
   * of no use to another one.
   */
  readonly owner?: string;
  /** Left out: the plan was not begun by another flow. */
  readonly earlier?: EarlierFlows;
  /** The form that identified the person: the one for which the plan got its token. */
  readonly toldBy?: IdentifyingForm;
  readonly flow: string;
  readonly build: string;
  /** Index of the current step; `steps.length` when the flow is done. */
  readonly at: number;
  readonly steps: readonly Step[];
  /** The context the plan was started with; a restart returns to it. */
  readonly origin: Context;
  readonly context: Context;
  readonly restarts: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** When the stored plan expires, in milliseconds since 1970; 0: it was never stored. */
  readonly expiresAt: number;
}

/** A step's form, as a keyed hash of all its fields. */
export interface IdentifyingForm {
  readonly step: string;
  readonly form: string;
}

/** The cookie that owns a plan. The text itself is never stored: the plan's id is its hash. */
export interface PlanToken {
  readonly text: string;
  readonly planId: string;
  readonly enrollmentId: string;
}

/** The refusal that was shown to the person. */
export interface RefusedReceipt {
  readonly messages: readonly Message[];
  readonly reference: string | null;
}

/** A session that got a new id at the end of a plan. */
export interface RenewedSession {
  readonly user: string;
  /** The id that it had in lists of sessions. */
  readonly session: string;
  /** When that was, in milliseconds since 1970, and its epoch; see `SessionRegistry`. */
  readonly at: number;
  readonly epoch: number;
  /** `UserProfile.passwordChangedAt` since then. */
  readonly password: number | null;
}

/** The account that the last form of a plan, or of a token, has written. */
export interface WrittenAccount {
  readonly user: string;
  /** A keyed hash of the form's fields without the secret ones. */
  readonly names: string;
}

/** What remains of a finished plan, or of an exchanged token, so that a repeated last click gets the same result. */
export interface CompletionReceipt {
  readonly v: 1;
  readonly done: true;
  readonly id: string;
  readonly flow: string;
  /** The build of that flow: under another one, the receipt signs in no user. Left out: of an earlier release. */
  readonly build?: string;
  /** The last step that was answered: its signature is the only one that may sign in again. */
  readonly step: string;
  /** A keyed hash of all fields of that answer. A receipt without one answers no form. */
  readonly form?: string;
  /** True where the plan continues under another token, which this answer created. */
  readonly continues?: true;
  /** True where that answer wrote an account, and the plan continues. */
  readonly wrote?: true;
  /** Set where that answer wrote an account: the same names with another password lead to a page that says so. */
  readonly written?: WrittenAccount;
  /** Set where the plan was refused after its account was written; the receipt never signs in then. */
  readonly refused?: RefusedReceipt;
  readonly to: RedirectTarget;
  /** What the page says that it led to. */
  readonly notice?: Message;
  /** Set where `to` is a flow that this one ended for: whether it began with a plan of its own. */
  readonly handedOver?: 'linked' | 'begun';
  /** The target that the other flow redirects to at its end. */
  readonly next?: RedirectTarget;
  readonly user?: string;
  /** Set where the flow signed out its user: a keyed digest of their id. Only the same form is answered then. */
  readonly signedOut?: string;
  /** Set where the user's session got a new id: exactly the same form gets a session, too. */
  readonly renewed?: RenewedSession;
  /** When the user authenticated, in milliseconds since 1970; left out: when the plan was finished. */
  readonly authenticatedAt?: number;
  /** The epoch of that evidence; see `SessionRegistry`. */
  readonly epoch?: number;
  /** `UserProfile.passwordChangedAt` at that time; left out: the store was not asked. */
  readonly password?: number | null | undefined;
  readonly rememberSeconds: number | null;
  /** Set where the sign-in is bound to the browser's network, or to its place. */
  readonly networkBinding?: Exclude<NetworkBinding, 'none'>;
  readonly geoBinding?: Exclude<GeoBinding, 'none'>;
  readonly finishedAt: number;
}

export const planLimits = Object.freeze({
  /** UTF-8 bytes of a stored plan. */
  bytes: 16 * 1024,
  /** From each save, in seconds. */
  idleSeconds: 60 * 60,
  /** From the start, in seconds. */
  totalSeconds: 24 * 60 * 60,
  restarts: 5,
  /** How long after the end a repeated last click signs in again, in seconds. */
  receiptSeconds: 120,
});
