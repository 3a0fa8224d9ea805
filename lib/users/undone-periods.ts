import { digest128 } from '../base/ids.js';
import { isJsonObject } from '../base/json.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';

interface Period {
  /** When the change was made that was undone, and when it was undone, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** More than a person undoes within the life of a link. */
const mostPeriods = 50;

/**
 * The times between a change that was undone and the undoing. Changes of these times were a stranger's: their links, at
 * a stranger's mailbox, undo nothing.
 */
export function createUndonePeriods(ephemeralStore: EphemeralStore, seconds: number) {
  async function periodsOf(userId: string): Promise<readonly Period[]> {
    const stored: unknown = JSON.parse((await ephemeralStore.peek(keyOf(userId))) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isPeriod) : [];
  }

  return Object.freeze({
    /** True where a change that was made before `at` has been undone after it. */
    async covers(userId: string, at: number): Promise<boolean> {
      return (await periodsOf(userId)).some(({ from, until }) => from < at && at <= until);
    },
    /** One call for a user at a time. */
    async add(userId: string, period: Period): Promise<void> {
      const periods = [period, ...(await periodsOf(userId))].slice(0, mostPeriods);
      await ephemeralStore.set(keyOf(userId), JSON.stringify(periods), seconds);
    },
  });
}

const keyOf = (userId: string): string => `address-undone:${digest128(userId)}`;

function isPeriod(value: unknown): value is Period {
  return isJsonObject(value) && typeof value['from'] === 'number' && typeof value['until'] === 'number';
}
