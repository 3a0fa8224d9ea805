import type { FieldErrors, Message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { GeoBinding, NetworkBinding } from '../ports/client-binding.js';
import type { RefusedTicket } from '../ports/ticket-gate.js';
import type { ContextKey, Patch } from './context.js';

/**
 * Something that only `http/` can do: a stage requests it, and it is done once, after the plan is saved. The last
 * request counts.
 */
export type Effect = SignInEffect | SignOutEffect;

export interface SignInEffect {
  readonly signIn: string;
  readonly rememberSeconds: number | null;
  /** Set where a source or a link identifies the user; the default depends on the flow's designation. */
  readonly method?: 'sso' | 'ticket';
  /** True ends the user's other sessions first. Left out: false. */
  readonly endOtherSessions?: boolean;
  /** See `SignInDetails`. */
  readonly networkBinding?: NetworkBinding;
  readonly geoBinding?: GeoBinding;
}

interface SignOutEffect {
  readonly signOut: true;
}

/**
 * A stage's evidence, from this very request, for who the visitor is: it wrote the account, verified the password, or
 * verified the person in its own way. Without evidence, no user is signed in.
 */
export interface StageEvidence {
  readonly type: 'account_written' | 'password_verified' | 'stage_verified';
  /** The user's id. */
  readonly user: string;
}

/** A second factor that the browser is to remember: it is then not asked for again, for so long. */
export interface FactorToRemember {
  readonly user: string;
  /** `SecondFactors.markOf` */
  readonly mark: string;
  readonly seconds: number;
}

/** The outcome of a stage. */
export type StageOutcome<W extends ContextKey = ContextKey> =
  | {
      readonly type: 'completed';
      readonly patch?: Patch<W>;
      readonly remove?: readonly W[];
      readonly effect?: Effect;
      readonly evidence?: StageEvidence;
      /**
       * The id of a user whose sessions end, except that of this browser: after a change of the password, or where the
       * user wishes it. Plans that hold earlier evidence for this user sign in no more.
       */
      readonly endSessions?: string;
      /** True: with `endSessions`, this browser's session keeps its id: no secret has changed. Left out: false. */
      readonly keepsSessionId?: boolean;
      /** True: with `endSessions`, this browser's session ends as well. Left out: false. */
      readonly endsOwnSession?: boolean;
      /**
       * The id of a user one of whose means to be recognized by has gone: a connection, an authenticator, an address.
       * Their sessions stay; evidence from before signs in no more, but for this plan's own.
       */
      readonly endEvidence?: string;
      readonly remember?: FactorToRemember;
      /** A notice of the kit, which the next page shows once: what the stage has done. */
      readonly notice?: Message;
      /** The id of a user whose account this request has deleted: emitted as an event. */
      readonly deleted?: string;
    }
  /**
   * The account of this enrollment was written by an earlier request. That is no evidence of who the visitor is now.
   */
  | {
      readonly type: 'written_before';
      /** Its id, where it is known. */
      readonly user?: string;
      /** True where the account has one of the login names that were typed now. */
      readonly sameDetails: boolean;
      /** True where other answers were sent before, which may be those of the account. Left out: false. */
      readonly isOtherForm?: boolean;
      /** True when that request may still be running. */
      readonly recently: boolean;
    }
  /** Asks again. From a silent stage: through the last stage that asked for one of these fields. */
  | {
      readonly type: 'invalid';
      readonly errors: FieldErrors;
      readonly reference?: string;
      /** Set after too many attempts: the response is 429. */
      readonly retryAfterSeconds?: number;
    }
  | {
      readonly type: 'denied';
      readonly message: Message;
      readonly reference?: string;
      /** True: the flow does not start over, whatever `invalidResponseAction` says: that would change nothing. */
      readonly isFinal?: boolean;
      /** Set where a ticket is refused: it has a page of its own. */
      readonly ticket?: RefusedTicket;
    }
  /** Leaves for `to`; the plan waits at this stage. `notice`: a notice of the kit, which the next page shows once. */
  | { readonly type: 'redirected'; readonly to: RedirectTarget; readonly patch?: Patch<W>; readonly notice?: Message }
  /**
   * Ends the flow, and redirects to `to`. Where that is a flow, `keepContext` lets it begin with what this plan knows:
   * true, or the app's own keys to keep as well. What is proved is kept only for a user that there is evidence of.
   */
  | {
      readonly type: 'ended';
      readonly to: RedirectTarget;
      readonly keepContext: boolean | readonly ContextKey[];
    };
