import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import { CommandError, exitCodes, usage } from './terminal.js';

/** How many characters tables on a terminal show; enough to distinguish millions of ids. */
export const shown = 12;

/**
 * The id for what was typed: a whole id, the prefix of one as tables on a terminal show it, or an invitation's code.
 * @throws CommandError for a beginning of several ids, and for a code with a typo
 */
export async function idOf(manager: InvitationManager, typed: string): Promise<string> {
  const beginning = typed.trim().toLowerCase();
  if (!/^[0-9a-f]{6,31}$/.test(beginning))
    return /^[0-9a-f]{32}$/.test(beginning) ? beginning : await idOfCode(manager, typed);
  const { items } = await manager.list({ search: beginning, limit: 100 });
  const ids = items.map(({ id }) => id).filter((id) => id.startsWith(beginning));
  const [only] = ids;
  if (only === undefined) return idOfCode(manager, typed);
  if (ids.length === 1) return only;
  throw new CommandError(
    `several invitations have an id that begins with ${beginning}: write more of it`,
    exitCodes.failed,
  );
}

async function idOfCode(manager: InvitationManager, typed: string): Promise<string> {
  const found = await manager.explain(typed);
  if (found?.cause === 'typo') throw usage('this code has a typo: one of its letters or digits is wrong');
  // A reference of a refusal has a time; it names no invitation to change.
  // Nor does an address: it may have several invitations.
  const isOne = found !== null && found.at === null && found.address === undefined;
  return isOne && found.invitation !== null ? found.invitation.id : typed;
}
