import { canonicalEmail } from '../../base/canonical.js';
import { latestUsable } from '../mailing/outstanding.js';
import type { CreatedInvitation, CreateParts } from './create.js';
import type { InvitationActor, InvitationInput } from '../../ports/invitation-input.js';

/** The result of one row; `row` counts from 1. */
export type BulkRow = { readonly row: number } & (
  | ({ readonly type: 'created' } & CreatedInvitation)
  /** Would be created: the result of a preview. */
  | { readonly type: 'fine' }
  | { readonly type: 'invalid'; readonly issues: readonly string[] }
  /** An earlier row has the same address or custom code. */
  | { readonly type: 'duplicate'; readonly of: number }
  /** An open invitation is bound to the address. */
  | { readonly type: 'invited'; readonly id: string }
  /** The address has an account. */
  | { readonly type: 'member' }
  /** `failed`: a store did not answer. The invitation may exist anyway; its code is then lost. */
  | { readonly type: 'refused'; readonly code: string; readonly text: string }
  | { readonly type: 'failed'; readonly code: string; readonly text: string }
);

export interface BulkSettings extends InvitationActor {
  /** True: nothing is created; the rows report what would be. */
  readonly preview?: boolean;
  /** True: addresses that have an open invitation or an account get another one. */
  readonly again?: boolean;
  /** Called after every few hundred rows. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface BulkParts extends CreateParts {
  readonly settles: boolean;
  /** Whether an address has an account; `null`: unknown. */
  readonly isMember: ((email: string) => Promise<boolean>) | null;
}

/** One row before it is created. */
interface BulkCandidate {
  readonly row: number;
  readonly input: Pick<InvitationInput, 'email' | 'customCode' | 'tenant'>;
  readonly issues: readonly string[];
}

/** Why a row cannot be created; `null` when it can. `firsts` has the addresses and custom codes of earlier rows. */
export async function obstacleOf(
  parts: BulkParts,
  { row, input, issues }: BulkCandidate,
  firsts: Map<string, number>,
  { again = false }: BulkSettings,
): Promise<Exclude<BulkRow, { readonly type: 'created' }> | null> {
  if (issues.length > 0) return { row, type: 'invalid', issues };
  const email = typeof input.email === 'string' ? canonicalEmail(input.email) : null;
  const name = input.customCode === undefined ? email : `custom code ${input.customCode.toUpperCase()}`;
  if (name === null) return null;
  const first = firsts.get(name);
  if (first !== undefined) return { row, type: 'duplicate', of: first };
  firsts.set(name, row);
  if (email === null || again) return null;
  const open = await latestUsable(parts, { bound: email, tenant: input.tenant ?? null });
  if (open !== null) return { row, type: 'invited', id: open.id };
  return (await parts.isMember?.(email)) === true ? { row, type: 'member' } : null;
}
