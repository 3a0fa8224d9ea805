import type { FieldErrors, Message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { ContextKey, Patch } from './context.js';

/** Something only `http/` can do, asked for by a stage and done once, after the plan is saved. The last one asked for counts. */
export type Effect = SignInEffect | SignOutEffect;

export interface SignInEffect {
  readonly signIn: string;
  readonly rememberSeconds: number | null;
  /** Set where a source says who it is; default by the flow's designation. */
  readonly method?: 'sso';
}

interface SignOutEffect {
  readonly signOut: true;
}

/**
 * What a stage has found out in this very request about who is asking: it wrote the account, verified the password, or
 * verified the person in a way of its own. Without evidence, no user is signed in.
 */
export interface StageEvidence {
  readonly type: 'account_written' | 'password_verified' | 'stage_verified';
  /** The user's id. */
  readonly user: string;
}

/** What came of a stage. */
export type StageOutcome<W extends ContextKey = ContextKey> =
  | {
      readonly type: 'completed';
      readonly patch?: Patch<W>;
      readonly remove?: readonly W[];
      readonly effect?: Effect;
      readonly evidence?: StageEvidence;
    }
  /** The account of this enrollment was written by an earlier request. That never tells who is asking now. */
  | {
      readonly type: 'written_before';
      /** True where the account has a login name of those that were typed now. */
      readonly sameDetails: boolean;
      /** True when that request may still be on its way to its answer. */
      readonly recently: boolean;
    }
  /** Ask again. From a silent stage: by the last stage that asked for one of these fields. */
  | {
      readonly type: 'invalid';
      readonly errors: FieldErrors;
      readonly reference?: string;
      /** Set when too many attempts were made: the answer is 429. */
      readonly retryAfterSeconds?: number;
    }
  | { readonly type: 'denied'; readonly message: Message; readonly reference?: string }
  | { readonly type: 'redirected'; readonly to: RedirectTarget };
