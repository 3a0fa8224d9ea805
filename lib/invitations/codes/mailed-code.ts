import type { Keyring } from '../../base/keyring.js';
import { symbols } from '../../base/crockford.js';
import type { Secret } from '../../base/secret.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { codeFrom } from './generated-code.js';

/** The parameter of a mailed link that has its second secret. */
export const proofParameter = 'mail';

/**
 * The code of a mailed invitation, without hyphens. It is derived from the record's seed by a keyed hash: a reader of
 * the store learns no code, and the kit can mail it again.
 */
export function mailedCode(keyring: Keyring, seed: string): string {
  const mac = Buffer.from(keyring.sign('invitation-mail', JSON.stringify(['code', seed])), 'base64url');
  return codeFrom([...mac].map((byte) => byte % symbols.length));
}

/** The same for a stored record; `null` where it was not mailed, or its secret is no longer configured. */
export function mailedCodeOf(keyring: Keyring, { keyId, mail }: InvitationRecord): string | null {
  return mail === null || !keyring.ids.includes(keyId) ? null : mailedCode(keyring.under(keyId), mail.seed);
}

/**
 * The second secret of a mailed link, 128 bits: only mails to the bound address have it. It ends with the invitation's
 * code, and once the invitation is bound to another address.
 */
export function mailProof(keyring: Keyring, record: Pick<InvitationRecord, 'id' | 'bound'>): string {
  return keyring.sign('invitation-mail', proofText(record));
}

/** The address that a link's second secret proves; `null`: it is not this invitation's. */
export function provedAddress(keyring: Keyring, record: InvitationRecord, proof: Secret): string | null {
  const { bound, mail } = record;
  if (mail === null || bound === null || bound.startsWith('@')) return null;
  return keyring.verify('invitation-mail', proofText(record), proof.reveal()) ? bound : null;
}

function proofText({ id, bound }: Pick<InvitationRecord, 'id' | 'bound'>): string {
  return JSON.stringify(['proof', id, bound]);
}
