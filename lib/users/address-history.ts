import { digest128 } from '../base/ids.js';
import { isJsonObject, type JsonObject } from '../base/json.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { SignInSnapshot } from './sign-in-snapshot.js';

/** A change of an account's address, while it can be undone. */
export interface RecordedChange extends JsonObject {
  readonly id: string;
  /** The former address, canonical. */
  readonly from: string;
  /** A digest of the new one. */
  readonly to: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** True once the mail to the former address was ordered; before, the change may not have been written. */
  readonly told: boolean;
  /** The ids of the links that undo it. None: the link of the change `coveredBy` does. */
  readonly links: readonly string[];
  readonly coveredBy: string | null;
  /** The enrollment that undid it; `null`: none did. */
  readonly undoneBy: string | null;
  /** When its links end, where a later change has extended them, in milliseconds since 1970; see `linkEnd`. */
  readonly until?: number;
  readonly before: SignInSnapshot;
  /** The enrollment that last began to undo it, and the mark of the password then; absent: none has. */
  readonly begun?: { readonly by: string; readonly password: string | null };
}

/** A week: people do not read the mail of an address that they left every day. */
export const undoSeconds = 7 * 86_400;
/** The plan that took a link lives a day at most. */
export const afterLinkSeconds = 25 * 3600;
const historySeconds = undoSeconds + afterLinkSeconds;
/** More than a person changes within the life of a link. The first ones stay: a stranger's are among the last. */
const [mostFirst, mostLast] = [25, 25];

/** When the links of a change end, in milliseconds since 1970. */
export function linkEnd({ at, until }: RecordedChange): number {
  return until ?? at + undoSeconds * 1000;
}

interface HistoryParts {
  readonly ephemeralStore: EphemeralStore;
  /** Ends links by their ids. */
  readonly endLinks: (ids: readonly string[], cause?: 'used') => Promise<void>;
  readonly log: Pick<EnrollmentLogger, 'warn'>;
}

/**
 * The changes of an account's address, the earliest first. Their order, not a server's clock, tells which ones came
 * after another. For callers that have the account's `AccountLock`.
 */
export interface AddressHistory {
  read(userId: string): Promise<readonly RecordedChange[]>;
  write(userId: string, changes: readonly RecordedChange[]): Promise<void>;
  /** Ends the links of changes. Without its record a link does nothing: one that stays makes an offer that is refused. */
  endLinks(userId: string, over: readonly RecordedChange[], cause?: 'used'): Promise<void>;
  /** Removes changes with their links. */
  cut(
    userId: string,
    changes: { readonly kept: readonly RecordedChange[]; readonly over: readonly RecordedChange[] },
  ): Promise<void>;
  /** Removes all that is kept. Repeatable. */
  forget(userId: string): Promise<void>;
}

export function createAddressHistory({ ephemeralStore, endLinks, log }: HistoryParts): AddressHistory {
  const read = (userId: string): Promise<readonly RecordedChange[]> => readHistory(ephemeralStore, userId);
  const history: AddressHistory = {
    read,
    async write(userId, changes) {
      const kept =
        changes.length > mostFirst + mostLast ? [...changes.slice(0, mostFirst), ...changes.slice(-mostLast)] : changes;
      await ephemeralStore.set(keyOf(userId), JSON.stringify(kept), historySeconds);
    },
    async endLinks(user, over, cause) {
      const ids = over.flatMap(({ links }) => links);
      await endLinks(ids, cause).catch((error: unknown) => {
        log.warn({ err: error, user }, 'the links of address changes that are over could not be ended');
      });
    },
    async cut(user, { kept, over }) {
      await history.write(user, kept).catch((error: unknown) => {
        log.warn({ err: error, user }, 'address changes that are over could not be removed');
      });
      await history.endLinks(user, over);
    },
    async forget(userId) {
      await endLinks((await read(userId)).flatMap(({ links }) => links));
      await ephemeralStore.take(keyOf(userId));
    },
  };
  return Object.freeze(history);
}

async function readHistory(ephemeralStore: EphemeralStore, userId: string): Promise<readonly RecordedChange[]> {
  const stored: unknown = JSON.parse((await ephemeralStore.peek(keyOf(userId))) ?? '[]');
  return Array.isArray(stored) ? stored.filter(isRecordedChange) : [];
}

const keyOf = (userId: string): string => `address-changes:${digest128(userId)}`;

function isRecordedChange(value: unknown): value is RecordedChange {
  return (
    isJsonObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['from'] === 'string' &&
    typeof value['to'] === 'string' &&
    isTextList(value['links']) &&
    (value['undoneBy'] === null || typeof value['undoneBy'] === 'string') &&
    isJsonObject(value['before'])
  );
}

const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');
