import { digest128 } from '../base/ids.js';
import { isJsonObject, type JsonObject } from '../base/json.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
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
  /** True once the former address was told. */
  readonly told: boolean;
  /** The ids of the links that undo it. */
  readonly links: readonly string[];
  /** The enrollment that undid it; `null`: none did. */
  readonly undoneBy: string | null;
  readonly before: SignInSnapshot;
}

/** More than a person changes within the life of a link. The first ones stay: a stranger's are among the last. */
const [mostFirst, mostLast] = [25, 25];

/**
 * The changes of an account's address, the earliest first. Their order, not a server's clock, tells which ones came
 * after another. For callers that have the account's `AccountLock`.
 */
export function createAddressHistory(ephemeralStore: EphemeralStore, seconds: number) {
  return Object.freeze({
    async read(userId: string): Promise<readonly RecordedChange[]> {
      const stored: unknown = JSON.parse((await ephemeralStore.peek(keyOf(userId))) ?? '[]');
      return Array.isArray(stored) ? stored.filter(isRecordedChange) : [];
    },
    async write(userId: string, changes: readonly RecordedChange[]): Promise<void> {
      const kept =
        changes.length > mostFirst + mostLast ? [...changes.slice(0, mostFirst), ...changes.slice(-mostLast)] : changes;
      await ephemeralStore.set(keyOf(userId), JSON.stringify(kept), seconds);
    },
  });
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
