import type { UserRecords } from './forget-user.js';

/**
 * Removes the authenticators and connections that a user got at `at` or later. A connection whose time is not known
 * stays. Repeatable.
 */
export async function forgetSince(
  { authenticators, connections }: Pick<UserRecords, 'authenticators' | 'connections'>,
  userId: string,
  at: number,
): Promise<void> {
  for (const { id, createdAt } of (await authenticators?.list(userId)) ?? [])
    if (createdAt >= at) await authenticators?.remove(userId, id);
  if (connections?.list === undefined || connections.unlink === undefined) return;
  for (const { source, issuer, subject, linkedAt } of await connections.list(userId))
    if (linkedAt !== null && linkedAt >= at) await connections.unlink(userId, { source, issuer, subject });
}
