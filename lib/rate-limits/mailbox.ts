import type { AddressedMail } from '../ports/limits.js';
import type { RateLimits } from '../ports/rate-limits.js';
import { counterOf, type Counting, type Passed } from './limits.js';

/** The part of an address's mails that may be a client's second and later ones, of all clients together. */
const repeatedPart = 1 / 3;

/**
 * Counts a mail to one address, and returns the limits that it passes. The allowance of an address is shared: further
 * mails of clients that had one are at most a third of it, so that a few strangers leave something for the owner at a
 * client that is new. A client that the owner signed in from has its own allowance.
 *
 * A mail that is not sent counts for nothing but its client's own limit: what is asked for in vain uses up nothing of
 * the others' allowance, and the next one of that client is still its first.
 */
export function createMailboxLimits(
  counting: Counting,
  { perAddress, perAddressAndClient }: Pick<RateLimits['mails'], 'perAddress' | 'perAddressAndClient'>,
): (mail: AddressedMail) => Promise<readonly Passed[]> {
  const repeats = { ...perAddress, points: Math.floor(perAddress.points * repeatedPart) };

  return async ({ digest, client, isKnown }) => {
    const pair = counterOf('mails', 'pair', perAddressAndClient, JSON.stringify([digest, client]));
    const { passed, taken } = await counting.count(pair);
    if (passed.length > 0 || isKnown) return passed;
    // One after the other: a limit that is not reached must not be counted.
    const counters = [
      ...(taken > 1 ? [counterOf('mails', 'repeats', repeats, digest)] : []),
      counterOf('mails', 'address', perAddress, digest),
    ];
    const counted = [pair];
    for (const counter of counters) {
      const over = await counting.consume([counter]);
      if (over.length > 0) {
        await counting.reward(counted);
        return over;
      }
      counted.push(counter);
    }
    return [];
  };
}
