import type { InvitationRecord } from './invitation-store.js';

/** How many invitations in how many days; the days begin with the first invitation. */
interface InviterQuota {
  readonly count: number;
  readonly days: number;
}

/** The parts of an invitation that an inviter would grant. */
type GrantedInvitations = Pick<InvitationRecord, 'data' | 'max' | 'tenant' | 'flow'>;

/** What `displayName` knows of an accepted invitation. */
type NamedInvitation = Pick<InvitationRecord, 'id' | 'label' | 'inviter' | 'creator' | 'data' | 'tenant'>;

/** What an app allows its accounts to invite, and how it names them; the option `inviters`. */
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
  /**
   * Who invited, for the person whose code was just accepted: the pages after the code say "{inviter} invited you to
   * {brand}". `inviter` is the account that issued the invitation; null where none did, and without `users`. The name is text: control characters become
   * blanks, and it is cut to 80 characters. Nothing, an error, or no answer within two seconds: the pages name no one.
   * Default: none.
   */
  readonly displayName?: (
    inviter: User | null,
    invitation: NamedInvitation,
  ) => string | null | undefined | Promise<string | null | undefined>;
}

/** The name of who issued an invitation, fit for a page; null where there is none. Never rejects. */
export type NameInviter = (invitation: InvitationRecord) => Promise<string | null>;

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
