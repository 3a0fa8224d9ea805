import type { Keyring } from '../../base/keyring.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import { summaryOf, type InvitationSummary } from '../access/invitation-state.js';
import { invitationIds } from '../codes/canonical-code.js';
import { readTyped } from '../codes/typed-code.js';
import type { Reach } from './find.js';

/** The true cause of a refusal, for support. */
export interface InvitationExplanation {
  /** The true cause at the time, or the state now when a code was asked about. */
  readonly cause: string;
  /** When it was refused, in milliseconds since 1970; `null` when a code was asked about. */
  readonly at: number | null;
  /** The invitation in its current state, if there is one. */
  readonly invitation: InvitationSummary | null;
}

/**
 * Explains a reference that a visitor reports, or a code. Only the last 100 refusals are kept.
 * Nothing is counted or limited: it is for administrators.
 */
export async function explainRefusal(
  { store, tenant, keyring, settles }: Reach & { readonly keyring: Keyring; readonly settles: boolean },
  referenceOrCode: string,
): Promise<InvitationExplanation | null> {
  const refusal = await store.explain(referenceOrCode.trim().toUpperCase());
  if (refusal !== null) {
    const [snapshot = null] = refusal.id === null ? [] : await store.read([refusal.id]);
    return { cause: refusal.cause, at: refusal.at, invitation: summaryIn(snapshot) };
  }
  const typed = readTyped(referenceOrCode);
  if (typed.type !== 'code') return typed.type === 'typo' ? { cause: 'typo', at: null, invitation: null } : null;
  const found = await store.read([typed.code, ...typed.others].flatMap((one) => invitationIds(keyring, one)));
  const summary = summaryIn(found.find((one) => one !== null) ?? null);
  return summary === null ? null : { cause: summary.state, at: null, invitation: summary };

  // Another tenant's invitation counts as none.
  function summaryIn(snapshot: InvitationSnapshot | null): InvitationSummary | null {
    if (snapshot === null || (tenant !== undefined && snapshot.record.tenant !== tenant)) return null;
    return summaryOf(snapshot, settles);
  }
}
