import { canonicalEmail } from '../base/canonical.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { StageContext } from '../flow/facts.js';
import type { UserProfile } from '../ports/user-store.js';

/**
 * Before an account gets another address: the notice to the former one, which the function that is returned sends, where
 * no link that undoes the change is sent there: the app lacks the flow, or the account never proved the address.
 * `before`: the account as it was.
 */
export async function prepareFormerAddress(
  { services, flow, facts, enrollmentId }: StageContext,
  before: UserProfile,
  to: string,
): Promise<() => void> {
  const { id: user } = before;
  const former = canonicalEmail(before.email ?? '');
  const isOffered = services.addressUndo !== undefined && former !== null && !isUnprovedAddress(before);
  const prepare = services.mailNotices?.prepareNotice;
  if (isOffered || prepare === undefined || flow.designation === 'enrollment') return () => undefined;
  const change = { key: JSON.stringify([enrollmentId, user, former, to]), check: { type: 'address', user } } as const;
  return prepare('address_changed', user, { flow: flow.slug, locale: facts.locale, before }, change);
}
