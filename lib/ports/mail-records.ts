import type { MailStatus } from './mail-queue.js';

/** What became of one mail, as stored. It has neither its address nor its content. `hint` is empty once the person was erased. */
export interface MailRecord extends MailStatus {
  /** A digest of the id. It is part of the Message-ID, so that a bounce is found by it. */
  readonly key: string;
  /** A keyed digest of its address; `null` once the person was erased, and in records of earlier versions. */
  readonly recipient: string | null;
  /** 1 for a new record; each change adds one. */
  readonly revision: number;
  /** Differs for every write, so that a write is recognized when its answer was lost. */
  readonly token: string;
}

/**
 * Stores what became of mails. Records of mails that ended (every state but `queued` and `sending`) are kept for 30 days,
 * the newest 50,000 of them; records of others are never removed.
 */
export interface MailRecords {
  /** Stores a new record; false where there is one with its key. */
  create(record: MailRecord): Promise<boolean>;
  /** Replaces the record of the revision before this one; false where it has another revision, or is gone. */
  replace(record: MailRecord): Promise<boolean>;
  read(keys: readonly string[]): Promise<readonly (MailRecord | null)[]>;
  /**
   * Records in the order of their creation, the newest first. `place` grows with each record; `before` continues after
   * the last one of a page.
   */
  list(query: {
    readonly before: number | null;
    readonly limit: number;
  }): Promise<readonly { readonly place: number; readonly record: MailRecord }[]>;
}
