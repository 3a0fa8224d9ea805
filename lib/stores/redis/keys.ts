/** The keys of one invitation. They share a hash tag, so that one script may touch all of them on a cluster. */
export interface InvitationKeys {
  /** HASH: the record and the highest place ever allotted in order. */
  readonly record: string;
  /** HASH place → who has it. */
  readonly places: string;
  /** HASH plan → place. */
  readonly plans: string;
  /** ZSET of claimed places, by the end of their lease. */
  readonly open: string;
  /** ZSET of places that were given back, by number. */
  readonly free: string;
  /** STREAM. */
  readonly ledger: string;
}

export interface RedisKeys {
  invitation(id: string): InvitationKeys;
  /** ZSET of all invitation ids, by creation. */
  readonly invitations: string;
  readonly refusals: { readonly causes: string; readonly order: string; readonly counts: string };
  plan(id: string): string;
  limit(key: string): string;
  /** What the keys of sessions begin with. */
  readonly sessions: string;
}

/** The one place where names of Redis keys are made. Every name begins with `prefix`. */
export function createKeys(prefix: string): RedisKeys {
  return Object.freeze({
    invitation(id: string): InvitationKeys {
      const tagged = `${prefix}{inv:${id}}:`;
      return {
        record: `${tagged}record`,
        places: `${tagged}places`,
        plans: `${tagged}plans`,
        open: `${tagged}open`,
        free: `${tagged}free`,
        ledger: `${tagged}ledger`,
      };
    },
    invitations: `${prefix}invitations`,
    refusals: {
      causes: `${prefix}{refusals}:causes`,
      order: `${prefix}{refusals}:order`,
      counts: `${prefix}{refusals}:counts`,
    },
    plan: (id: string) => `${prefix}plan:${id}`,
    limit: (key: string) => `${prefix}limit:${key}`,
    sessions: `${prefix}session:`,
  });
}
