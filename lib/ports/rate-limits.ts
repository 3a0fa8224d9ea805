/** A number of points within a window, which starts with the first one. */
export interface RateLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

/**
 * Every limit on what visitors may try. Above a limit, the response is 429 with `Retry-After`, unless stated otherwise.
 */
export interface RateLimits {
  readonly codes: {
    /**
     * Wrong codes per client.
     * @defaultValue 10 in 10 minutes
     */
    readonly perClient: RateLimit;
    /**
     * Wrong codes per plan or attempt.
     * @defaultValue 20 in 60 minutes
     */
    readonly perPlan: RateLimit;
    /**
     * Wrong codes of all clients. Above it: `invitation.throttled` is emitted, and no code is refused.
     * @defaultValue 1,000 in 10 minutes
     */
    readonly overall: RateLimit;
  };
  readonly passwords: {
    /**
     * Wrong passwords per username or email address. An address from which the user signed in before has its own count.
     * @defaultValue 10 in 15 minutes
     */
    readonly perSubject: RateLimit;
    /**
     * Wrong passwords per client.
     * @defaultValue 30 in 15 minutes
     */
    readonly perClient: RateLimit;
    /**
     * Wrong passwords of all clients. Above it: `login.throttled` is emitted, and no password is refused.
     * @defaultValue 1,000 in 15 minutes
     */
    readonly overall: RateLimit;
  };
  readonly secondFactors: {
    /**
     * Wrong codes of a second factor per user. Only people who know the password can try one.
     * @defaultValue 10 in 15 minutes
     */
    readonly perUser: RateLimit;
    /**
     * The same per client.
     * @defaultValue 30 in 15 minutes
     */
    readonly perClient: RateLimit;
    /**
     * The same per plan.
     * @defaultValue 10 in 60 minutes
     */
    readonly perPlan: RateLimit;
  };
  readonly mails: {
    /**
     * Mails to one address from all clients that its user has not signed in from within the last 30 days, the first
     * ones too. Second and later mails of a client are at most a third of them, of all clients together. Above it no
     * mail is sent, and the page is the same.
     * @defaultValue 9 in 60 minutes
     */
    readonly perAddress: RateLimit;
    /**
     * Mails to one address that one client causes, whether it is known or not. Above it no mail is sent, and the page
     * is the same.
     * @defaultValue 3 in 60 minutes
     */
    readonly perAddressAndClient: RateLimit;
    /**
     * Mails that a client causes.
     * @defaultValue 30 in 60 minutes
     */
    readonly perClient: RateLimit;
    /**
     * The same per plan.
     * @defaultValue 6 in 60 minutes
     */
    readonly perPlan: RateLimit;
  };
  readonly invitationMails: {
    /**
     * Mailed invitations to one address of a tenant, with those that are sent again: of all inviters together, and apart
     * from them of administrators. Above it: ERR_ENROLLMENT_INVITATION_LIMIT.
     * @defaultValue 5 in 24 hours
     */
    readonly perRecipient: RateLimit;
    /**
     * Mails of one inviter. Administrators have no such limit.
     * @defaultValue 50 in 24 hours
     */
    readonly perInviter: RateLimit;
    /**
     * Mails of one tenant, or of an app without tenants.
     * @defaultValue 10,000 in 24 hours
     */
    readonly perTenant: RateLimit;
  };
  readonly mailCodes: {
    /**
     * Wrong codes from mails per client.
     * @defaultValue 30 in 15 minutes
     */
    readonly perClient: RateLimit;
    /**
     * The same per plan.
     * @defaultValue 10 in 60 minutes
     */
    readonly perPlan: RateLimit;
  };
  readonly availability: {
    /**
     * Forms that looked up whether a username or email address is free, or had a password hashed to save it, and were
     * shown again, per plan. Above it: 429, whether it is free or not, and no password is saved.
     * @defaultValue 20 in 60 minutes
     */
    readonly perPlan: RateLimit;
    /**
     * The same per client. An office behind one address may send many at once.
     * @defaultValue 150 in 60 minutes
     */
    readonly perClient: RateLimit;
  };
  readonly newPlans: {
    /**
     * Flows that a client started, with a first accepted form, and did not finish. Above it: 429, and nothing is
     * stored.
     * @defaultValue 300 in 10 minutes
     */
    readonly perClient: RateLimit;
  };
}
