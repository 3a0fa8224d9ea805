import type { Awaitable } from '../base/awaitable.js';
import type { RedirectTarget } from '../base/target.js';
import type { Secret } from '../base/secret.js';
import type { Services } from '../ports/services.js';
import type { Context } from './context.js';
import type { Flow } from './flow.js';

/** The data of a link, from the entry-link cookie. */
export interface FlowEntryLink {
  readonly next?: RedirectTarget;
  readonly code?: Secret;
  /** An address or name that the page of a sign-in may prefill. It proves nothing. */
  readonly loginHint?: string;
  /** The second secret of a mailed invitation's link. */
  readonly proof?: Secret;
  /** The flow whose page the link opened; left out: this one. */
  readonly opened?: string;
  /** The token of a link that came by email. */
  readonly mail?: Secret;
  /** The token of a link that `enrollment.flowLink` issued for this flow. */
  readonly link?: Secret;
  /** The ticket of a link that was opened for this flow. */
  readonly ticket?: Secret;
  /** The slug of the flow that redirected here; left out: none did. */
  readonly redirectedFrom?: string;
}

/** The facts about a request before any decision: plain and frozen. */
export interface RequestFacts {
  /** True only for a POST whose step signature was valid: silent stages with side effects run only then. */
  readonly act: boolean;
  /** The id of the signed-in user. */
  readonly user?: string;
  /** When the signed-in user authenticated, in milliseconds since 1970. Left out or `null`: not known. */
  readonly authenticatedAt?: number | null;
  /** The id of this browser's session in lists of the user's sessions. Left out or `null`: not known. */
  readonly session?: string | null;
  /** True where that session counts only for its client. Left out or `null`: not known. */
  readonly isSessionBound?: boolean | null;
  /** False where the user's session was ended since the request began. Left out: not known. */
  readonly isStillSignedIn?: () => Promise<boolean>;
  /** The client, for throttling: the option `clientKey(req)`, by default the IP address (IPv6: its /64). */
  readonly address: string;
  /** What the client says that it is, at most 200 characters; `null`: nothing. Left out: not known. */
  readonly userAgent?: string | null;
  /** The visitor's tenant; `undefined`: the app has no tenants. */
  readonly tenant?: string | null | undefined;
  /** The tag of the language that the visitor reads. */
  readonly locale: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly entryLink: FlowEntryLink;
  /**
   * The latest second factor that this user proved in this browser, as far as it remembers one. It is no proof of who
   * the visitor is. Left out: nothing is remembered.
   */
  readonly rememberedFactor?: (userId: string) => RememberedFactor | null;
}

export interface RememberedFactor {
  /** `SecondFactors.markOf` */
  readonly mark: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a stage or policy can see. */
export interface StageContext {
  readonly facts: RequestFacts;
  readonly flow: Flow;
  /** The id of the enrollment: one account is written under it, and one person's attempts are counted under it. */
  readonly enrollmentId: string;
  /** The stage binding's key. */
  readonly step: string;
  /** Tells one state of the plan from its other ones: two clicks of one page have the same. Left out: there is one. */
  readonly planState?: string;
  /** Tells this request's form from another one: two clicks with the same answers have the same. Left out: there is one. */
  readonly formMark?: () => string;
  readonly context: Readonly<Context>;
  readonly services: Services;
  /**
   * True where the page that is drawn again says that the password is saved, and for its form without a password: the
   * saved one becomes the plan's `password_hash` once the stage has completed. Never true when a page is opened anew.
   * Left out: false.
   */
  readonly savedPassword?: boolean;
  /**
   * The user that this request, or an earlier one of the plan, has evidence for: a password, a source's answer, the
   * account; when it was given, in milliseconds since 1970; and its epoch, for `SessionsService.hasEnded`. Left out or
   * `null`: there is none.
   */
  readonly authenticated?: { readonly user: string; readonly at: number; readonly epoch: number } | null;
  /**
   * True where the user has a second factor by now that an earlier step asked for and did without. For stages with side
   * effects, to be asked in the moment of a write. Left out: no step has asked.
   */
  readonly lacksProof?: () => Awaitable<boolean>;
  /**
   * True where the later step of this key is in the plan and its policies pass now: for the policies of a binding that
   * are evaluated again. Left out: it is not known. @throws where they give no verdict
   */
  readonly stepApplies?: (step: string) => Awaitable<boolean>;
  /** Aborted when the policy's timeout has passed. */
  readonly signal: AbortSignal;
}
