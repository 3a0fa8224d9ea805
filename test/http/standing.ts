import type { InvitationSummary } from '../../lib/index.js';
import { waitUntil } from '../services/wait-until.js';
import type { Club } from './club.js';

/** The invitation once so many accounts are counted: nobody's answer waits for the counting. */
export function standingWith(
  redeemed: number,
  { enrollment }: { readonly enrollment: Pick<Club['enrollment'], 'invitations'> },
  id: string,
): Promise<InvitationSummary> {
  let latest: InvitationSummary | undefined;
  return waitUntil(
    async () => {
      latest = (await enrollment.invitations.list({ limit: 1000 })).items.find((one) => one.id === id);
      return latest?.redeemed === redeemed ? latest : undefined;
    },
    () => `${redeemed} accounts were to be counted: ${JSON.stringify(latest)}`,
    3000,
  );
}
