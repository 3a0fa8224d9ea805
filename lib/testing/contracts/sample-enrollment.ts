import { randomId } from '../../base/ids.js';
import type { JsonObject } from '../../base/json.js';
import type { ExternalIdentity } from '../../ports/connections.js';
import type { Redemption } from '../../ports/redemptions.js';
import type { NewAccount } from '../../ports/user-store.js';

/** An account with unused names, so that a contract can run over a store that has other accounts. */
export function sampleAccount(over: Partial<NewAccount> = {}): NewAccount {
  const name = `user-${randomId().slice(0, 13)}`;
  return {
    username: name,
    email: `${name}@example.com`,
    name: 'Ann Example',
    passwordHash: 'a-hash',
    data: {},
    ...over,
  };
}

/** An identity that no other account has. */
export function sampleIdentity(): ExternalIdentity {
  return { source: 'acme', issuer: 'https://id.acme.example', subject: `ab-${randomId()}-yz` };
}

/** A redemption of seat 1 of an invitation that no other case uses. */
export function sampleRedemption(over: { readonly key?: string; readonly enrollmentId?: string } = {}): Redemption {
  const invitation = randomId();
  const key = over.key ?? `${invitation}:1`;
  const enrollmentId = over.enrollmentId ?? randomId();
  const data: JsonObject = {};
  return {
    key,
    enrollmentId,
    invitation: { id: invitation, label: 'sample', email: null, data },
    row: (userId) => ({
      redemption_key: key,
      enrollment_id: enrollmentId,
      invitation_id: invitation,
      user_id: String(userId),
    }),
  };
}
