import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { EventSink } from '../ports/events.js';

interface StoreOnceParts {
  readonly authenticators: Authenticators;
  readonly ephemeralStore: EphemeralStore;
  readonly events: EventSink;
}

/** Longer than a plan lives, in seconds. */
const rememberedSeconds = 25 * 60 * 60;

/**
 * Stores the authenticator that a plan set up. A second click finds it stored; once it was removed, no repetition of
 * the form adds it again. False: it is not stored.
 */
export async function storeOnce(parts: StoreOnceParts, one: Authenticator): Promise<boolean> {
  const { authenticators, ephemeralStore, events } = parts;
  const key = `authenticator:${one.id}`;
  const isThere = async (): Promise<boolean> => (await authenticators.list(one.userId)).some(({ id }) => id === one.id);
  if ((await ephemeralStore.peek(key)) !== null) return isThere();
  try {
    await authenticators.add(one);
  } catch (error) {
    if (!(await isThere())) throw error;
    return true;
  }
  // Last: what was not stored may be stored by the next try.
  await ephemeralStore.set(key, 'stored', rememberedSeconds);
  events({ type: 'authenticator.added', user: one.userId, authenticator: one.type });
  return true;
}
