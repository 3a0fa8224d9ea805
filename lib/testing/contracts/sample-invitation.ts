import { randomId } from '../../base/ids.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';

/** A record that no other case uses. */
export function sampleInvitation(over: Partial<InvitationRecord> = {}): InvitationRecord {
  return {
    id: randomId().replaceAll('-', ''),
    version: 1,
    keyId: '0a1b2c3d',
    kind: 'generated',
    hint: 'ZXA',
    tenant: null,
    label: '',
    flow: null,
    max: 3,
    notBefore: null,
    expires: null,
    bound: null,
    data: {},
    redirect: null,
    note: '',
    creator: null,
    inviter: null,
    reservationSeconds: null,
    onePerPerson: false,
    mail: null,
    replaces: null,
    replacedBy: null,
    createdAt: 1_800_000_000_000,
    revokedAt: null,
    declinedAt: null,
    ...over,
  };
}
