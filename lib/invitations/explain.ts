import type { Keyring } from '../base/keyring.js';
import type { InvitationStore } from '../ports/invitation-store.js';
import { invitationIds } from './invitation-id.js';
import { summaryOf, type InvitationSummary } from './summary.js';
import { readTyped } from './typed-code.js';

/** The truth behind a refusal, for support. */
export interface Explanation {
  /** The true cause at the time, or the state now when a code was asked about. */
  readonly cause: string;
  /** When it was refused, in milliseconds since 1970; `null` when a code was asked about. */
  readonly at: number | null;
  /** The invitation as it is now, where there is one. */
  readonly invitation: InvitationSummary | null;
}

/**
 * Resolves a reference that a visitor reads out, or a code. Only the last 100 refusals are kept.
 * Nothing is counted or throttled: it is for administrators.
 */
export async function explainRefusal(
  {
    store,
    keyring,
    settles,
  }: { readonly store: InvitationStore; readonly keyring: Keyring; readonly settles: boolean },
  referenceOrCode: string,
): Promise<Explanation | null> {
  const refusal = await store.explain(referenceOrCode.trim().toUpperCase());
  if (refusal !== null) {
    const [standing = null] = refusal.id === null ? [] : await store.read([refusal.id]);
    return { cause: refusal.cause, at: refusal.at, invitation: standing && summaryOf(standing, settles) };
  }
  const typed = readTyped(referenceOrCode);
  if (typed.is !== 'code') return typed.is === 'typo' ? { cause: 'typo', at: null, invitation: null } : null;
  const found = await store.read(invitationIds(keyring, typed.code));
  const standing = found.find((one) => one !== null);
  if (!standing) return null;
  const summary = summaryOf(standing, settles);
  return { cause: summary.state, at: null, invitation: summary };
}
