import type { EnrollmentClock } from '../../base/clock.js';
import type { TicketList } from '../tickets/ticket-list.js';
import type { TicketLists } from '../tickets/ticket-store.js';

interface Kept {
  readonly list: TicketList;
  readonly revision: number;
  readonly expires: number;
}

const fewSubjects = 1000;

/** The tickets in this process's memory. */
export function createMemoryTicketLists({ clock }: { readonly clock: EnrollmentClock }): TicketLists {
  const subjects = new Map<string, Kept>();
  let sweepAt = fewSubjects;

  const present = (subject: string): Kept | undefined => {
    const kept = subjects.get(subject);
    return kept !== undefined && kept.expires > clock.now() ? kept : undefined;
  };

  function sweep(): void {
    for (const [subject, { expires }] of subjects) if (expires <= clock.now()) subjects.delete(subject);
    sweepAt = Math.max(fewSubjects, subjects.size * 2);
  }

  return Object.freeze<TicketLists>({
    async read(subject) {
      const { list = [], revision = 0 } = present(subject) ?? {};
      return { list, revision, now: clock.now() };
    },
    async replace(subject, revision, list, expires) {
      if ((present(subject)?.revision ?? 0) !== revision) return false;
      if (subjects.size >= sweepAt) sweep();
      subjects.set(subject, { list, revision: revision + 1, expires });
      return true;
    },
    async remove(subject) {
      subjects.delete(subject);
    },
  });
}
