import type { InvitationRecord } from './invitation-store.js';

/** How many invitations in how many days; the days begin with the first invitation. */
interface InviterQuota {
  readonly count: number;
  readonly days: number;
}

/** The parts of an invitation that an inviter would grant. */
type GrantedInvitations = Pick<InvitationRecord, 'data' | 'max' | 'tenant' | 'flow'>;

/** What an app allows its accounts to invite; the option `inviters`. */
export interface InviterRules<User> {
  /**
   * Whether an account may create this invitation; default: every active one. Called when an invitation is created, and
   * again when its code is typed and when the account is written. Compare `data` with the inviter's own rights: an
   * inviter should not grant a role that they do not have.
   */
  readonly may?: (inviter: User, gift: GrantedInvitations) => boolean | Promise<boolean>;
  /**
   * How many invitations each account may create; default: any number. `null` from a function: any number for this one.
   */
  readonly quota?: InviterQuota | ((inviter: User) => InviterQuota | null | Promise<InviterQuota | null>);
}

/** Facts about accounts that invite others, by their ids. */
export interface Inviters {
  /**
   * Whether the account may create this invitation. Called when an invitation is created and again when it is used: an
   * invitation is refused when its inviter has lost the right, or grants rights that they may not grant.
   */
  may(inviter: string, gift: GrantedInvitations): Promise<boolean>;
  /** `null`: any number. */
  quota(inviter: string): Promise<InviterQuota | null>;
}
