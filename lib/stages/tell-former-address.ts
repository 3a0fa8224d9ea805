import type { StageContext } from '../flow/facts.js';
import type { UserProfile } from '../ports/user-store.js';
import { tellOwner } from './tell-owner.js';

/**
 * Tells the former address of an account that it has another one, with a link that undoes the change where the app has
 * the flow for it. `before`: the account as it was.
 */
export async function tellFormerAddress(at: StageContext, before: UserProfile): Promise<void> {
  const { services, facts, flow } = at;
  if (services.addressUndo === undefined) tellOwner(at, 'address_changed', before.id, { before });
  else await services.addressUndo.offer({ before, at: facts.now, flow: flow.slug, locale: facts.locale });
}
