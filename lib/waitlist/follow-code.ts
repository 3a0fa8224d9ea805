import type { WaitlistEntry, WaitlistStore } from '../ports/waitlist-store.js';
import { mostEarlier, move } from './entry.js';

/** The entry names the invitation that its person can use: `next` instead of `before`. `null`: it is gone. */
export async function followCode(
  store: WaitlistStore,
  id: string,
  { before, next }: { readonly before: string; readonly next: string },
): Promise<WaitlistEntry | null> {
  const moved = await move(store, id, ({ invitation, earlier }) =>
    invitation === before ? { invitation: next, earlier: [...earlier, before].slice(-mostEarlier) } : null,
  );
  return moved?.entry ?? null;
}
