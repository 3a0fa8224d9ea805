/** A limit: so many points within a window that starts with the first one. */
export interface RateLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

/** Every limit on what visitors may try. What is left out has its default. */
export interface RateLimits {
  /** Wrong codes. */
  readonly codes?: {
    /** Per client address; default 10 in 10 minutes. */
    readonly perClient?: RateLimit;
    /** Per plan; default 20 in an hour. */
    readonly perPlan?: RateLimit;
    /** Of all clients together; default 1,000 in 10 minutes. Emits `invitation.throttled` and refuses no request. */
    readonly overall?: RateLimit;
  };
  /** Wrong passwords. */
  readonly passwords?: {
    /** Per username or email address; default 10 in 15 minutes. An address that signed in before has a count of its own. */
    readonly perSubject?: RateLimit;
    /** Per client address; default 30 in 15 minutes. */
    readonly perClient?: RateLimit;
    /** Of all clients together; default 1,000 in 15 minutes. Emits `login.throttled` and refuses no request. */
    readonly overall?: RateLimit;
  };
  /** Forms that ask whether a username or email address is free and are shown again. */
  readonly availability?: {
    /** Per plan; default 20 in an hour. */
    readonly perPlan?: RateLimit;
    /** Per client address; default 150 in an hour: an office behind one address may send many at once. */
    readonly perClient?: RateLimit;
  };
  /** Flows that are begun and not finished. */
  readonly newPlans?: {
    /** Per client address; default 300 in 10 minutes: a school may be behind one address. */
    readonly perClient?: RateLimit;
  };
}
