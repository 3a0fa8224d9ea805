/** The keys of one invitation. They share a hash tag, so that one script may touch all of them on a cluster. */
interface InvitationKeys {
  /** HASH: the record and the highest seat ever allotted in order. */
  readonly record: string;
  /** HASH seat → who has it. */
  readonly seats: string;
  /** HASH plan → seat. */
  readonly plans: string;
  /** ZSET of claimed seats, by the end of their lease. */
  readonly open: string;
  /** ZSET of seats that were given back, by number. */
  readonly free: string;
  /** ZSET of seats on hold, by the hold's end; all of them are in `open` too. */
  readonly holds: string;
  /** HASH person → plan, for invitations of one seat per person. */
  readonly persons: string;
  /** LIST of JSON, the newest last: a stream takes ten times as much for a few entries. */
  readonly ledger: string;
  /** STRING: a call that has been carried out, for a minute: sent again by the client, it is not carried out again. */
  call(token: string): string;
}

/** The keys of the outbox, all in one slot. */
interface OutboxKeys {
  /** HASH id → kind and payload. */
  readonly items: string;
  /** ZSETs of ids that wait, by when they fall due; of one that is being delivered, by the end of its lease. */
  readonly due: { readonly enrolled: string; readonly webhook: string };
  /** HASH id → how often it was taken. */
  readonly attempts: string;
  /** HASH id → who has it. */
  readonly tokens: string;
  /** ZSET of ids that were given up, by when. */
  readonly dead: string;
  /** HASH id → why it was given up. */
  readonly errors: string;
  /** ZSET of ids that were delivered lately, by when. */
  readonly done: string;
  /** STRING: a call that has been carried out, for a minute. */
  call(token: string): string;
}

/** The keys of the waitlist, all in one slot. */
interface WaitlistKeys {
  /** HASH id → the entry. */
  readonly entries: string;
  /** STRING: the last place that was given. */
  readonly sequence: string;
  /** HASH invitation → entry. */
  readonly invitations: string;
  /** STRING: a call that has been carried out, for a minute. */
  call(token: string): string;
  /** ZSET of ids by place. Left out: of all tenants; `null`: of those without one. */
  index(state: string, tenant?: string | null): string;
}

export interface RedisKeys {
  invitation(id: string): InvitationKeys;
  /** ZSETs of invitation ids, by creation. */
  readonly invitations: {
    readonly all: string;
    ofTenant(tenant: string): string;
    ofInviter(user: string): string;
    /** ZSET of `word id`, all of score 0: for finding words by their beginning; `null`: of all tenants. */
    words(tenant: string | null): string;
  };
  /** The keys of one account, by a digest of its id; one slot. */
  account(digest: string): {
    /** STRING: how it came in. */
    readonly origin: string;
    /** STRING: its erasure, once it has begun. The id itself must not stay. */
    readonly erasure: string;
  };
  readonly refusals: { readonly causes: string; readonly order: string; readonly counts: string };
  /** Items that have to be delivered; one slot. */
  readonly outbox: OutboxKeys;
  /** Who waits for an invitation; one slot. */
  readonly waitlist: WaitlistKeys;
  /** ZSET of the apps that use this prefix, by when they were last seen. */
  readonly apps: string;
  /** STRING: written to find out whether writes are taken. */
  probe(number: number): string;
  plan(id: string): string;
  limit(key: string): string;
  /** STRING: a value that is handed out once. */
  once(key: string): string;
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
        seats: `${tagged}seats`,
        plans: `${tagged}plans`,
        open: `${tagged}open`,
        free: `${tagged}free`,
        holds: `${tagged}holds`,
        persons: `${tagged}persons`,
        ledger: `${tagged}ledger`,
        call: (token: string) => `${tagged}call:${token}`,
      };
    },
    invitations: {
      all: `${prefix}invitations`,
      ofTenant: (tenant: string) => `${prefix}invitations:tenant:${tenant}`,
      ofInviter: (user: string) => `${prefix}invitations:inviter:${user}`,
      words: (tenant: string | null) =>
        tenant === null ? `${prefix}invitations:words` : `${prefix}invitations:words:${tenant}`,
    },
    account: (digest: string) => ({
      origin: `${prefix}{user:${digest}}:origin`,
      erasure: `${prefix}{user:${digest}}:erasure`,
    }),
    refusals: {
      causes: `${prefix}{refusals}:causes`,
      order: `${prefix}{refusals}:order`,
      counts: `${prefix}{refusals}:counts`,
    },
    outbox: {
      items: `${prefix}{outbox}:items`,
      due: { enrolled: `${prefix}{outbox}:due:enrolled`, webhook: `${prefix}{outbox}:due:webhook` },
      attempts: `${prefix}{outbox}:attempts`,
      tokens: `${prefix}{outbox}:tokens`,
      dead: `${prefix}{outbox}:dead`,
      errors: `${prefix}{outbox}:errors`,
      done: `${prefix}{outbox}:done`,
      call: (token: string) => `${prefix}{outbox}:call:${token}`,
    },
    waitlist: {
      entries: `${prefix}{waitlist}:entries`,
      sequence: `${prefix}{waitlist}:sequence`,
      invitations: `${prefix}{waitlist}:invitations`,
      call: (token: string) => `${prefix}{waitlist}:call:${token}`,
      index: (state: string, tenant?: string | null) =>
        tenant === undefined
          ? `${prefix}{waitlist}:${state}`
          : `${prefix}{waitlist}:${state}:${tenant === null ? 'none' : `of:${tenant}`}`,
    },
    apps: `${prefix}apps`,
    probe: (number: number) => `${prefix}probe:${String(number)}`,
    plan: (id: string) => `${prefix}plan:${id}`,
    limit: (key: string) => `${prefix}limit:${key}`,
    once: (key: string) => `${prefix}once:${key}`,
    sessions: `${prefix}session:`,
  });
}
