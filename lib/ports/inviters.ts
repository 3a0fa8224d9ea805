import type { InvitationRecord } from './invitation-store.js';

/** So many invitations in so many days; the days begin with the first one. */
interface InviterQuota {
  readonly count: number;
  readonly days: number;
}

/** What an invitation would give. */
type GrantedInvitations = Pick<InvitationRecord, 'data' | 'max' | 'tenant' | 'flow'>;

/** What an app lets its accounts invite; the option `inviters`. */
export interface InviterRules<User> {
  /**
   * Whether an account may invite like this; default: every active one. Asked when an invitation is made, and again when
   * its code is typed and when the account is written. Compare `data` with what the inviter has: an inviter should not
   * grant a role that they do not have.
   */
  readonly may?: (inviter: User, gift: GrantedInvitations) => boolean | Promise<boolean>;
  /** How many each may make; default: any number. `null` from a function: any number for this one. */
  readonly quota?: InviterQuota | ((inviter: User) => InviterQuota | null | Promise<InviterQuota | null>);
}

/** What is known about accounts that invite others, by their ids. */
export interface Inviters {
  /**
   * Whether the account may invite like this. Asked when an invitation is made and again when it is used: an invitation
   * is refused when its inviter has lost the right, or grants what is not theirs to grant.
   */
  may(inviter: string, gift: GrantedInvitations): Promise<boolean>;
  /** `null`: any number. */
  quota(inviter: string): Promise<InviterQuota | null>;
}
