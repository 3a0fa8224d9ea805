import { digest128 } from '../../base/ids.js';

/** The keys of one invitation. They share a hash tag, so that one script can use all of them on a cluster. */
interface InvitationKeys {
  /** HASH: the record and the highest seat ever allotted in order. */
  readonly record: string;
  /** HASH seat → its owner. */
  readonly seats: string;
  /** HASH plan → seat. */
  readonly plans: string;
  /** ZSET of claimed seats, by the end of their leases. */
  readonly open: string;
  /** ZSET of released seats, by number. */
  readonly free: string;
  /** ZSET of reserved seats, by the end of the reservation; all of them are in `open` too. */
  readonly holds: string;
  /** HASH person → plan, for invitations of one seat per person. */
  readonly persons: string;
  /** LIST of JSON, the newest last: a stream needs ten times as much memory for a few entries. */
  readonly ledger: string;
  /** STRING: marks a completed call for a minute: a call that the client sends again is not executed again. */
  call(token: string): string;
}

/** The keys of the outbox, all in one slot. */
interface OutboxKeys {
  /** HASH id → kind and payload. */
  readonly items: string;
  /** ZSETs of waiting ids, by due time; for an item that is being delivered, by the end of its lease. */
  readonly due: {
    readonly enrolled: string;
    readonly accepted: string;
    readonly webhook: string;
    readonly mail: string;
  };
  /** HASH id → number of attempts. */
  readonly attempts: string;
  /** HASH id → the token of its worker. */
  readonly tokens: string;
  /** ZSET of ids that were given up, by time. */
  readonly dead: string;
  /** HASH id → why it was given up. */
  readonly errors: string;
  /** ZSET of ids that were delivered recently, by time. */
  readonly done: string;
  /** STRING: marks a completed call for a minute. */
  call(token: string): string;
}

/** The keys of what became of mails, all in one slot. */
interface MailKeys {
  /** HASH key → the record. */
  readonly records: string;
  /** ZSET of keys by creation. */
  readonly order: string;
  /** ZSET of the keys of mails that ended, by time. */
  readonly ended: string;
  /** STRING: the last `place` that was assigned. */
  readonly sequence: string;
}

/** The keys of the stored flows, all in one slot. */
interface FlowKeys {
  /** STRING: the number of the newest version. */
  readonly newest: string;
  /** HASH version → JSON: who made it and when. */
  readonly entries: string;
  /** HASH version → JSON of its files. */
  readonly files: string;
}

/** The keys of the waitlist, all in one slot. */
interface WaitlistKeys {
  /** HASH id → the entry. */
  readonly entries: string;
  /** STRING: the last `place` that was assigned. */
  readonly sequence: string;
  /** HASH invitation → entry. */
  readonly invitations: string;
  /** STRING: marks a completed call for a minute. */
  call(token: string): string;
  /** ZSET of ids by `place`. Omitted tenant: all tenants; `null`: entries without one. */
  index(state: string, tenant?: string | null): string;
}

export interface RedisKeys {
  invitation(id: string): InvitationKeys;
  /** ZSETs of invitation ids, by creation. */
  readonly invitations: {
    readonly all: string;
    ofTenant(tenant: string): string;
    ofInviter(user: string): string;
    /** ZSET of `word id`, all of score 0: for searching words by prefix; `null`: all tenants. */
    words(tenant: string | null): string;
    /**
     * ZSET of mailed invitations that may still be used, by the end of their validity: those of a tenant, or of an
     * inviter or address in it. One slot for each tenant.
     */
    outstanding(tenant: string | null, kind: string, name: string): string;
    /** ZSET of those in such a count that end in favor of others, by the end of the reservations of these; in its slot. */
    leaving(outstanding: string): string;
  };
  /** The keys of one account, by a digest of its id; one slot. */
  account(digest: string): {
    /** STRING: the account's origin. */
    readonly origin: string;
    /** HASH invitation → the seat that the account took when it accepted the invitation. */
    readonly acceptances: string;
    /** STRING: its erasure, once it has begun. The id itself must not stay. */
    readonly erasure: string;
    /** HASH: what the user allowed applications. */
    readonly consents: string;
    /** HASH digest of a session's id → its record. */
    readonly sessions: string;
    /** ZSET of the same digests, by the end of the session. */
    readonly sessionOrder: string;
    /** STRING: the epoch at which the user's sessions were last ended. */
    readonly sessionsEnded: string;
  };
  readonly refusals: { readonly causes: string; readonly order: string; readonly counts: string };
  /** Items to deliver; one slot. */
  readonly outbox: OutboxKeys;
  /** What became of mails; one slot. */
  readonly mails: MailKeys;
  /** Versions of flows; one slot. */
  readonly flows: FlowKeys;
  /** HASH: the tenants whose invitations an address does not get, by a digest of the address. */
  suppression(address: string): string;
  /** ZSET of address and scope of all suppressions, by the time. */
  readonly suppressions: string;
  /** The waitlist; one slot. */
  readonly waitlist: WaitlistKeys;
  /** HASH: the tickets of a subject, as one text with its revision. */
  tickets(subject: string): string;
  /** ZSET of the apps that use this prefix, by the time they were last seen. */
  readonly apps: string;
  /** STRING: written to check whether writes are accepted. */
  probe(number: number): string;
  plan(id: string): string;
  limit(key: string): string;
  /** STRING: a single-use value. */
  once(key: string): string;
  /** STRING: the last epoch at which sessions of any user ended. */
  readonly sessionEpoch: string;
  /** The prefix of session keys. */
  readonly sessions: string;
}

/** The only code that makes names of Redis keys. Every name begins with `prefix`. */
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
      outstanding: (tenant: string | null, kind: string, name: string) =>
        `${prefix}{outstanding:${digest128(JSON.stringify(tenant))}}:${kind}${name === '' ? '' : `:${digest128(name)}`}`,
      leaving: (outstanding: string) => `${outstanding}:leaving`,
    },
    account: (digest: string) => ({
      origin: `${prefix}{user:${digest}}:origin`,
      acceptances: `${prefix}{user:${digest}}:acceptances`,
      erasure: `${prefix}{user:${digest}}:erasure`,
      consents: `${prefix}{user:${digest}}:consents`,
      sessions: `${prefix}{user:${digest}}:sessions`,
      sessionOrder: `${prefix}{user:${digest}}:sessions:order`,
      sessionsEnded: `${prefix}{user:${digest}}:sessions:ended`,
    }),
    refusals: {
      causes: `${prefix}{refusals}:causes`,
      order: `${prefix}{refusals}:order`,
      counts: `${prefix}{refusals}:counts`,
    },
    outbox: {
      items: `${prefix}{outbox}:items`,
      due: {
        enrolled: `${prefix}{outbox}:due:enrolled`,
        accepted: `${prefix}{outbox}:due:accepted`,
        webhook: `${prefix}{outbox}:due:webhook`,
        mail: `${prefix}{outbox}:due:mail`,
      },
      attempts: `${prefix}{outbox}:attempts`,
      tokens: `${prefix}{outbox}:tokens`,
      dead: `${prefix}{outbox}:dead`,
      errors: `${prefix}{outbox}:errors`,
      done: `${prefix}{outbox}:done`,
      call: (token: string) => `${prefix}{outbox}:call:${token}`,
    },
    mails: {
      records: `${prefix}{mails}:records`,
      order: `${prefix}{mails}:order`,
      ended: `${prefix}{mails}:ended`,
      sequence: `${prefix}{mails}:sequence`,
    },
    flows: {
      newest: `${prefix}{flows}:newest`,
      entries: `${prefix}{flows}:entries`,
      files: `${prefix}{flows}:files`,
    },
    suppression: (address: string) => `${prefix}suppressed:${address}`,
    suppressions: `${prefix}suppressions`,
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
    tickets: (subject: string) => `${prefix}tickets:${subject}`,
    sessionEpoch: `${prefix}session-epoch`,
    apps: `${prefix}apps`,
    probe: (number: number) => `${prefix}probe:${String(number)}`,
    plan: (id: string) => `${prefix}plan:${id}`,
    limit: (key: string) => `${prefix}limit:${key}`,
    once: (key: string) => `${prefix}once:${key}`,
    sessions: `${prefix}session:`,
  });
}
