import type { JsonObject } from '../base/json.js';
import type { FieldErrors, Message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { FormSources } from '../flow/content-security-policy.js';
import type { Flow } from '../flow/flow.js';
import type { PlanToken } from '../flow/plan.js';
import type { FactorToRemember, SignInEffect, SourceOffer, StageLink } from '../flow/stage.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { RefusedTicket, TicketInPlan } from '../ports/ticket-gate.js';
import type { HandOver } from './hand-over.js';
import type { SignInEvidence } from './sign-in-evidence.js';

/** A page with a form, or its JSON. */
export interface StageReply {
  readonly type: 'stage';
  readonly status: 200 | 422 | 429 | 503;
  /** What the form's signature covers. */
  readonly step: string;
  readonly revision: number;
  readonly stage: string;
  /** The stage's own title; `null`: the flow's. */
  readonly title: Message | null;
  /** One sentence below the title; `null`: none of the stage's own. */
  readonly intro: Message | null;
  /** True for the first page of the flow, which has the flow's intro. */
  readonly isFirst: boolean;
  /** The ticket whose words are the page's title; left out: it has its own. */
  readonly ticket?: TicketInPlan;
  /** The name of who invited, on pages after the one that accepted the code. */
  readonly inviter: string | null;
  readonly component: string;
  readonly offersSources: SourceOffer | null;
  readonly contentSecurityPolicy: FormSources | null;
  readonly view: string;
  readonly challenge: JsonObject;
  readonly errors: FieldErrors;
  /** The sealed hash, where the page says that the password is saved: the form must send it back. */
  readonly savedPassword: string | null;
  /** The typed values that the page shows again. */
  readonly typed: Readonly<Record<string, string | readonly string[]>>;
  /** The field that gets the focus, where none has an error; `null`: none. */
  readonly focus: string | null;
  /** What happened before this page; `null`: what a redirect left. */
  readonly notice: Message | null;
  readonly messages: readonly Message[];
  readonly reference: string | null;
  readonly retryAfterSeconds: number | null;
  /** The button's label; `null`: the default label. */
  readonly submit: Message | null;
  /** True where the button ends or removes something for good. */
  readonly destructive: boolean;
  readonly links: readonly StageLink[];
  /** False once an account was written: canceling would undo nothing. */
  readonly cancellable: boolean;
  /** The identity that a source returned earlier in this plan. */
  readonly identity: PendingIdentity | null;
  /** True where an account that was created beforehand waits for this person. */
  readonly accountWaits: boolean;
  /** True where no stage of this flow can verify ownership of the account: the user signs in elsewhere and returns. */
  readonly provedElsewhere: boolean;
  /** Set where the plan continues under a new token. */
  readonly token: PlanToken | null;
  /** When the plan of this page expires, in milliseconds since 1970; 0: nothing is stored, or it is not known. */
  readonly expiresAt: number;
  /** When the reservation of its seat ends, in milliseconds since 1970; `null`: it has none. */
  readonly reservedUntil: number | null;
  /** Where the button discards something for good: the label of the link that keeps it; `null`: it discards nothing. */
  readonly keep: Message | null;
}

/** A sign-in, with the evidence that allows it. */
export interface GrantedSignIn extends SignInEffect {
  readonly evidence: SignInEvidence;
  /** When it was given, in milliseconds since 1970. */
  readonly authenticatedAt: number;
  /** The epoch of that evidence. */
  readonly epoch: number;
  /** `UserProfile.passwordChangedAt` at that time, where the evidence is of an earlier request; left out: unknown. */
  readonly password?: number | null | undefined;
  /** Where the user's other sessions end: the epoch of that end, under which this sign-in goes on. */
  readonly endEpoch?: number;
  /** The id of the session that this one replaces: where the visitor has a later one, nothing is done. */
  readonly renews?: string;
}

interface EndedSessions {
  readonly user: string;
  readonly at: number;
  readonly epoch: number;
  readonly evidenceOnly: boolean;
  readonly endsOwnSession: boolean;
  readonly keepsId: boolean;
}

export interface RedirectReply {
  readonly type: 'redirect';
  readonly to: RedirectTarget;
  /** True when the flow is over. */
  readonly done: boolean;
  /** Shown on the next page; one of a fixed list of messages. */
  readonly notice: Message | null;
  readonly signIn: GrantedSignIn | null;
  readonly signOut: boolean;
  /**
   * The user whose other sessions end, when that was, in milliseconds since 1970, and the epoch from which on evidence
   * counts again; `null`: none. `evidenceOnly`: the sessions stay; `endsOwnSession`: this browser's ends as well;
   * `keepsId`: it keeps its id.
   */
  readonly endSessions: EndedSessions | null;
  /** When the signed-in user has authenticated again, in milliseconds since 1970; `null`: not in this request. */
  readonly reauthenticated: number | null;
  /** A second factor that this request proved, for this browser to remember. */
  readonly remember: FactorToRemember | null;
  /** Set where the plan continues under a new token. */
  readonly token: PlanToken | null;
  /** True when the browser needs a new plan token: its plan is over or cannot be read. */
  readonly freshToken: boolean;
  /** Set where the flow ended for another one. */
  readonly handOver: HandOver | null;
}

/**
 * What a refusal is about, where its page has its own title or links. `signed_in`, `signed_out`: the flow is for
 * visitors who are not, or who are. `not_redirected`: the flow is reached through another one only. `not_linked`: it is
 * reached by a link that the server issued, and there is none that is valid. `link_expired`: this browser opened one, and its page was open for too long. `other_account`: the link is for another
 * account than the signed-in one, `account` of the reply. `source_needed`: the flow is reached from a
 * source only, and no source has returned an identity. `source_failed`: a visitor returned from a source without being
 * signed in. `forged_form`, `no_cookies`: the request is at fault, not the flow.
 */
export type RefusalReason = (typeof refusalReasons)[number];

export const refusalReasons = [
  'signed_in',
  'signed_out',
  'not_redirected',
  'not_linked',
  'link_expired',
  'other_account',
  'source_needed',
  'source_failed',
  'forged_form',
  'no_cookies',
] as const;

export const refusalStatuses = [400, 403, 404, 413, 415, 429, 500, 503] as const;

export interface RefusalReply {
  readonly type: 'refusal';
  readonly status: (typeof refusalStatuses)[number];
  readonly flow: Flow | null;
  /** `null`: the page follows from the status and the flow. */
  readonly reason: RefusalReason | null;
  /** Where the reason is `other_account`: the id of the account that the link is for. */
  readonly account?: string;
  readonly messages: readonly Message[];
  readonly reference: string | null;
  readonly retryAfterSeconds: number | null;
  /** Suggested next steps, before the general links. */
  readonly links: readonly StageLink[];
  /** The target of the plan that ended, if its visitor had asked for one. */
  readonly next: RedirectTarget | null;
  /** Set where a ticket is refused: it has a page of its own. */
  readonly ticket: RefusedTicket | null;
}

/** The account exists, but its user was not signed in. It must not be created a second time. */
export interface EnrolledReply {
  readonly type: 'enrolled';
  /**
   * `null`: the user can sign in now. `repeated`: the same, but another form of this enrollment had other answers, and
   * may be the one that was written. `inactive`: the account is switched off. `gone`: it was removed since. `refused`: a
   * step after the write refused.
   */
  readonly problem: 'repeated' | 'inactive' | 'gone' | 'refused' | null;
  /** The id of the account, where it is known; `http/` checks whether it is still there, and active. */
  readonly user: string | null;
  /** The messages of the refusal, where there was one. */
  readonly messages: readonly Message[];
  readonly reference: string | null;
  /** True when the browser needs a new plan token: its plan is over. */
  readonly freshToken: boolean;
}

/** The result of a request, as data. Only `http/` writes to a response. */
export type Reply = StageReply | RedirectReply | EnrolledReply | RefusalReply;

export function redirectTo(
  to: RedirectTarget,
  details: Partial<Omit<RedirectReply, 'type' | 'to'>> = {},
): RedirectReply {
  return {
    type: 'redirect',
    to,
    done: false,
    notice: null,
    signIn: null,
    signOut: false,
    endSessions: null,
    reauthenticated: null,
    remember: null,
    freshToken: false,
    token: null,
    handOver: null,
    ...details,
  };
}

export function enrolled(details: Partial<Omit<EnrolledReply, 'type'>> = {}): EnrolledReply {
  return { type: 'enrolled', problem: null, user: null, messages: [], reference: null, freshToken: false, ...details };
}

export function refusal(
  status: RefusalReply['status'],
  messages: readonly Message[],
  details: Partial<Omit<RefusalReply, 'type' | 'status' | 'messages'>> = {},
): RefusalReply {
  return {
    type: 'refusal',
    status,
    messages,
    flow: null,
    reason: null,
    reference: null,
    retryAfterSeconds: null,
    links: [],
    next: null,
    ticket: null,
    ...details,
  };
}
