import type { WaitlistEntry, WaitlistStore, WaitlistQuery, WaitlistState } from '../../ports/waitlist-store.js';

/** The waitlist in this process: for development and tests. The reference behavior for the other stores. */
export function createMemoryWaitlistStore(): WaitlistStore {
  // A map keeps its insertion order, which is the order of the waitlist.
  const entries = new Map<string, WaitlistEntry>();
  const ofInvitations = new Map<string, string>();
  let lastPlace = 0;

  const isPresent = ({ id, version }: WaitlistEntry): boolean => entries.get(id)?.version === version;
  const fitting = ({ tenant }: Pick<WaitlistQuery, 'tenant'>): WaitlistEntry[] =>
    [...entries.values()].filter((entry) => tenant === undefined || entry.tenant === tenant);

  return Object.freeze<WaitlistStore>({
    async add(given, ids) {
      const there = ids.map((id) => entries.get(id)).find((found) => found !== undefined);
      if (there !== undefined) return { added: false, entry: there };
      const entry = { ...given, place: (lastPlace += 1) };
      entries.set(entry.id, entry);
      return { added: true, entry };
    },
    read: async (ids) => ids.map((id) => entries.get(id) ?? null),
    byInvitation: async (id) => entries.get(ofInvitations.get(id) ?? '') ?? null,
    list: async ({ state, tenant, limit, after = 0 }) =>
      fitting(tenant === undefined ? {} : { tenant })
        .filter((entry) => entry.place > after && (state === undefined || entry.state === state))
        .slice(0, limit),
    async count(query) {
      const counts: Record<WaitlistState, number> = {
        waiting: 0,
        approved: 0,
        sent: 0,
        failed: 0,
        refused: 0,
        joined: 0,
      };
      for (const { state } of fitting(query)) counts[state] += 1;
      return counts;
    },
    async change(next, present) {
      if (!isPresent(present)) return false;
      const { id, place, email, tenant } = present;
      entries.set(id, { ...next, id, place, email, tenant, version: present.version + 1 });
      if (next.invitation !== null) ofInvitations.set(next.invitation, id);
      return true;
    },
    async remove(present) {
      if (!isPresent(present)) return false;
      entries.delete(present.id);
      for (const [invitation, id] of ofInvitations) if (id === present.id) ofInvitations.delete(invitation);
      return true;
    },
  });
}
