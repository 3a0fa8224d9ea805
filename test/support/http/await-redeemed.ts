import type { InvitationSummary } from '../../../lib/index.js';
import { waitUntil } from '../wait-until.js';
import type { TestApp } from './test-app.js';

/** The invitation once this many accounts are counted; answers do not wait for the count. */
export function summaryOnceRedeemed(
  redeemed: number,
  { enrollment }: { readonly enrollment: Pick<TestApp['enrollment'], 'invitations'> },
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
