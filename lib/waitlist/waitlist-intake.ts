import { digest128 } from '../base/ids.js';
import type { WaitlistIntake } from '../ports/waitlist-store.js';
import { ask } from './ask.js';
import { entryIds } from './entry.js';
import type { WaitlistParts } from './parts.js';

/** The waitlist for stages: requests of strangers, rate limited. */
export function createWaitlistIntake(
  parts: Pick<
    WaitlistParts,
    'store' | 'invitations' | 'keyring' | 'clock' | 'events' | 'locale' | 'rateLimiter' | 'suppressions'
  >,
): WaitlistIntake {
  const { rateLimiter, keyring } = parts;
  return Object.freeze<WaitlistIntake>({
    async count(client, { points, windowSeconds }) {
      const { taken, endsInSeconds } = await rateLimiter.consume(`waitlist:client:${digest128(client)}`, windowSeconds);
      return taken > points ? { over: true, retryAfterSeconds: endsInSeconds } : { over: false };
    },
    async ask({ perAddress, tenant, ...request }) {
      const [id = ''] = entryIds(keyring, request.email, tenant);
      const key = `waitlist:address:${id}`;
      const { taken } = await rateLimiter.consume(key, perAddress.windowSeconds);
      // The address was already on the list; an answer that says so would reveal that to a stranger.
      if (taken > perAddress.points) return;
      try {
        await ask(parts, tenant === null ? request : { ...request, tenant });
      } catch (error) {
        await rateLimiter.reward(key, perAddress.windowSeconds).catch(() => undefined);
        throw error;
      }
    },
  });
}
