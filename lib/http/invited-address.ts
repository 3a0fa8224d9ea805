import { canonicalEmail } from '../base/canonical.js';
import { maskEmail } from '../base/mask.js';
import type { Visit } from './visit.js';

/**
 * The address of the mailed invitation that this browser opened, masked, where it is not the signed-in user's own;
 * `null`: it is, or is not known.
 */
export async function invitedAddress({ web, user, entryLink }: Visit): Promise<string | null> {
  const { code, proof } = entryLink;
  if (code === undefined || proof === undefined) return null;
  const { invitations, profiles } = web.context.services;
  const [invited, profile] = await Promise.all([
    invitations.addressOf({ code, proof }),
    user === null ? null : profiles.find(user),
  ]);
  if (invited === null || canonicalEmail(profile?.email ?? '') === invited) return null;
  return maskEmail(invited);
}
