import { canonicalEmail } from '../base/canonical.js';
import type { JsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import { mailKinds, mailSubjectOf } from '../base/mail-kinds.js';
import { maskEmail } from '../base/mask.js';
import { identifierProblem } from '../base/text-problem.js';
import type { MailOrder } from '../ports/mail-queue.js';
import { recipientDigest } from './erase-mails.js';
import type { MailFacts } from './mail-states.js';
import { sealMail } from './sealed-mail.js';

/**
 * What the outbox keeps of a mail: its facts, and sealed, what it is drawn from.
 * @throws TypeError for an address or a name that a header field cannot have
 */
export async function payloadOf(
  order: MailOrder,
  { keyring, now }: { readonly keyring: Keyring; readonly now: number },
): Promise<{ readonly facts: MailFacts; readonly payload: JsonObject }> {
  refuseUnsafe(order);
  const { id, to, content, about, tenant, inviter, expiresAt, binding = null } = order;
  const facts: MailFacts = {
    id,
    kind: content.kind,
    about,
    tenant,
    inviter,
    hint: maskEmail(to),
    recipient: recipientDigest(keyring, to),
    queuedAt: now,
  };
  const payload: JsonObject = {
    ...facts,
    about: about === null ? null : { ...about },
    flow: content.flow,
    locale: content.locale,
    expiresAt,
    sealed: await sealMail(keyring, { to, content, binding }, now),
  };
  return { facts, payload };
}

/** `null`: they cannot be read. */
export function factsOf(payload: JsonObject): MailFacts | null {
  const { id, about, tenant, inviter, hint, recipient, queuedAt } = payload;
  const kind = mailKinds.find((one) => one === payload['kind']);
  if (kind === undefined || typeof id !== 'string' || typeof hint !== 'string' || typeof queuedAt !== 'number')
    return null;
  return {
    id,
    kind,
    about: mailSubjectOf(about),
    tenant: textOrNull(tenant),
    inviter: textOrNull(inviter),
    hint,
    recipient: textOrNull(recipient),
    queuedAt,
  };
}

export const hasExpired = ({ expiresAt }: JsonObject, now: number): boolean =>
  typeof expiresAt === 'number' && now >= expiresAt;

/** Names and addresses become header fields and lines of a mail. */
function refuseUnsafe({ id, to, content: { letter } }: MailOrder): void {
  const texts = [id, letter?.app ?? '', letter?.inviter ?? '', ...Object.values(letter?.values ?? {})];
  if (canonicalEmail(to) !== to || identifierProblem(to) !== null)
    throw new TypeError('a mail needs one address in its canonical form');
  const problem = texts.map(identifierProblem).find((one) => one !== null);
  if (problem !== undefined) throw new TypeError(`a name or a value of a mail ${problem}`);
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
