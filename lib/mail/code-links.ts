import { digest128 } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';

/** Where the store says whose the link of a mailed code is, until the code is used, replaced or canceled. */
export function linkKey(digest: string): string {
  return `mail-link:${digest}`;
}

export function linkOwner(flow: string, enrollmentId: string): string {
  return `${flow} ${digest128(enrollmentId)}`;
}

export async function endLink(ephemeralStore: Pick<EphemeralStore, 'take'>, digest: string): Promise<void> {
  await ephemeralStore.take(linkKey(digest));
}
