import { nameOf, type WaitlistDecision } from './approve.js';
import { move } from './move.js';
import type { WaitlistParts } from './parts.js';
import { rowByRow, type RowOutcome, type WaitlistReport } from './report.js';
import { select, type Selection } from './select.js';
import { mayRefuse } from './transitions.js';

/**
 * Refuses waiting entries. Sends no message; a refused person who asks again stays refused.
 * @throws ERR_ENROLLMENT_WAITLIST (400)
 */
export async function refuse(
  parts: WaitlistParts,
  selection: Selection,
  { by }: WaitlistDecision,
): Promise<WaitlistReport> {
  return rowByRow(await select(parts, selection), async (id): Promise<RowOutcome> => {
    const moved = await move(parts.store, id, (entry) =>
      mayRefuse(entry) ? { state: 'refused', decidedAt: parts.clock.now(), by: nameOf(by) } : null,
    );
    if (moved === null) return { outcome: 'unknown', entry: null };
    if (!moved.changed) return { outcome: 'already', entry: moved.entry };
    parts.events({ type: 'waitlist.refused', id, by: moved.entry.by });
    return { outcome: 'refused', entry: moved.entry };
  });
}
