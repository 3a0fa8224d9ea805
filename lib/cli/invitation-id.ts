import type { InvitationDesk } from '../invitations/desk.js';
import { CommandError, exitCodes } from './terminal.js';

const whole = 32;
/** How many characters tables on a terminal show; enough to tell millions apart. */
export const shown = 12;

/** The id that somebody typed, who may have left its end away as tables on a terminal do. */
export async function idOf(desk: InvitationDesk, typed: string): Promise<string> {
  const beginning = typed.trim().toLowerCase();
  if (!/^[0-9a-f]{6,31}$/.test(beginning)) return beginning.length === whole ? beginning : typed;
  const { items } = await desk.list({ search: beginning, limit: 100 });
  const ids = items.map(({ id }) => id).filter((id) => id.startsWith(beginning));
  const [only] = ids;
  if (only === undefined) return typed;
  if (ids.length === 1) return only;
  throw new CommandError(
    `several invitations have an id that begins with ${beginning}: write more of it`,
    exitCodes.failed,
  );
}
