/** The client, the name, or both, whose behavior at sign-in is counted. */
export interface ReputationSubject {
  /** `RequestFacts.address`. */
  readonly address?: string;
  /** A canonical username or address, or what was typed where it is neither. */
  readonly name?: string;
}

/** Scores of clients and names: one point less for each failed sign-in, one more for each successful one. */
export interface Reputation {
  /** Adds 1 or -1 to the scores of the subject. Does nothing until a policy reads scores. Never rejects. */
  record(subject: ReputationSubject, change: 1 | -1): Promise<void>;
  /** The sum of the subject's scores within the last day. */
  score(subject: ReputationSubject): Promise<number>;
  /** Begins to record: called where a policy that reads scores is configured. */
  activate(): void;
}
