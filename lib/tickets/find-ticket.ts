import { canonicalEmail } from '../base/canonical.js';
import type { Keyring } from '../base/keyring.js';
import type { FoundTicket, RefusedTicket, TicketInPlan, TicketRefusal } from '../ports/ticket-gate.js';
import type { TicketPurpose, TicketSnapshot, TicketStore } from '../ports/ticket-store.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { UserProfile, UserStore } from '../ports/user-store.js';
import { targetOf, withResult, type ResultUrls } from './result-url.js';
import { contentOf, type TicketContent } from './ticket-content.js';
import { isMarkOf, type TicketRef } from './ticket-keys.js';
import { stateOf } from './ticket-state.js';

export interface FindParts<User> {
  readonly store: TicketStore;
  readonly users: UserStore<User>;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
  readonly keyring: Keyring;
  readonly rules: ResultUrls;
  /** True where the kit can send mails. */
  readonly sendsMails: boolean;
}

/** The account of a ticket, as it is now. */
export interface TicketAccount {
  readonly profile: UserProfile;
  /** In its canonical form; `null`: it has none. */
  readonly address: string | null;
  readonly passwordHash: string | null;
  /** Digests of this hash and of earlier ones of the same password; `[null]`: it has none. */
  readonly passwords: readonly (string | null)[];
}

/** Tickets that a change of the account's password ends. */
const boundToPassword: ReadonlySet<TicketPurpose> = new Set(['invite', 'recovery', 'change-email']);
const renewableCauses: ReadonlySet<TicketRefusal> = new Set(['expired', 'superseded']);
const renewablePurposes: ReadonlySet<TicketPurpose> = new Set(['invite', 'recovery', 'verify-email']);

export const unknownTicket: RefusedTicket = Object.freeze({
  cause: 'unknown',
  purpose: null,
  app: null,
  result: null,
  renewable: false,
});

/** The first of some tickets that exists. */
export async function readTicket(
  { store }: Pick<FindParts<unknown>, 'store'>,
  refs: readonly TicketRef[],
): Promise<TicketSnapshot | null> {
  for (const { subject, id } of refs) {
    const snapshot = await store.read(subject, id);
    if (snapshot !== null) return snapshot;
  }
  return null;
}

/**
 * What a stored ticket allows now. `plan`: the enrollment that presents it, and that may have used it itself. `mailed`:
 * it came by the kit's own mail.
 */
export async function examineTicket<User>(
  parts: FindParts<User>,
  snapshot: TicketSnapshot,
  flow: { readonly slug: string; readonly tickets: readonly TicketPurpose[] } | null,
  { plan, mailed }: { readonly plan: string | null; readonly mailed: boolean },
): Promise<FoundTicket> {
  const { record, state } = snapshot;
  const content = contentOf(record.content);
  const isOfFlow = flow === null || (content?.flow === flow.slug && flow.tickets.includes(record.purpose));
  if (content === null || !isOfFlow) return { type: 'refused', refused: unknownTicket };
  // A copy of a link that the kit mailed proves no address, nor does a link that was declared to be for none.
  if (record.purpose.endsWith('-email') && (!content.verifies || (content.by_kit && !mailed)))
    return { type: 'refused', refused: unknownTicket };
  const open: FoundTicket = { type: 'open', ticket: inPlan(parts, record, content, mailed) };
  // The second of two clicks: the stage answers it as the first one was.
  if (state.type === 'used' && state.plan === plan) return open;
  const cause = causeOf(snapshot);
  if (cause !== null) return { type: 'refused', refused: refusedTicket(parts, snapshot, cause) };
  const changed = changeOf(parts, record.purpose, content, await accountOf(parts, content));
  if (changed === null) return open;
  // A write that began may have made the change; using the ticket finds out.
  if (state.type === 'claimed' && changed !== 'deactivated') {
    if (plan !== null) return open;
    return { type: 'refused', refused: refusedTicket(parts, snapshot, 'used') };
  }
  return { type: 'refused', refused: refusedTicket(parts, snapshot, changed) };
}

/** A refusal with where its browser may go on. */
export function refusedTicket<User>(
  { rules, sendsMails }: FindParts<User>,
  { record: { purpose, content: stored } }: TicketSnapshot,
  cause: TicketRefusal,
): RefusedTicket {
  const content = contentOf(stored);
  const target = targetOf(rules, content);
  // Of any other link the kit does not know which mailbox it was for.
  const isMailed = content?.by_kit === true || content?.verifies === true;
  return {
    cause,
    purpose,
    app: content?.app ?? null,
    result: target === null ? null : withResult(target, { success: false, status: cause, email: null }),
    renewable: sendsMails && isMailed && renewableCauses.has(cause) && renewablePurposes.has(purpose),
  };
}

/** The account that a ticket is for; `null`: it is gone. */
export async function accountOf<User>(
  { users, rehashed }: Pick<FindParts<User>, 'users' | 'rehashed'>,
  { user: id }: Pick<TicketContent, 'user'>,
): Promise<TicketAccount | null> {
  const user = await users.findById(id);
  if (user === null) return null;
  const profile = users.toProfile(user);
  const { email } = profile;
  const passwordHash = (await users.passwordHash?.(user)) ?? null;
  return {
    profile,
    address: email === null || email === undefined ? null : canonicalEmail(email),
    passwordHash,
    passwords: passwordHash === null ? [null] : await rehashed.digestsOf(id, passwordHash),
  };
}

/** What has changed at the account since the ticket was created, so that it counts no more; `null`: nothing has. */
export function changeOf(
  { keyring }: Pick<FindParts<unknown>, 'keyring'>,
  purpose: TicketPurpose,
  { user, address, password }: TicketContent,
  account: TicketAccount | null,
): 'deactivated' | 'address_changed' | 'password_changed' | null {
  if (account?.profile.active !== true) return 'deactivated';
  if (!isMarkOf(keyring, address, 'address', user, account.address)) return 'address_changed';
  const isBound = boundToPassword.has(purpose);
  return isBound && !isPasswordOf(keyring, password, user, account) ? 'password_changed' : null;
}

/** True where the mark is of the password that the account has. */
export function isPasswordOf(keyring: Keyring, mark: string, user: string, { passwords }: TicketAccount): boolean {
  return passwords.some((digest) => isMarkOf(keyring, mark, 'password', user, digest));
}

/** Why a ticket is refused by its own state; `null`: it is open. */
function causeOf(snapshot: TicketSnapshot): Exclude<TicketRefusal, 'busy' | 'unknown'> | null {
  const state = stateOf(snapshot);
  return state === 'open' ? null : state;
}

function inPlan<User>(
  { rules }: FindParts<User>,
  { subject, id, purpose }: TicketSnapshot['record'],
  content: TicketContent,
  mailed: boolean,
): TicketInPlan {
  const { user, app, signs_in } = content;
  const target = targetOf(rules, content);
  const leadsTo = target !== null && 'origin' in target ? target.origin : null;
  return { subject, id, purpose, user, app, signs_in: signs_in !== false, mailed, leads_to: leadsTo };
}
