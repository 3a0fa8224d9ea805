import { setTimeout as delay } from 'node:timers/promises';
import { keepRenewed, type Background, type RenewalTerms } from '../base/background.js';
import { storeAway } from '../base/error.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { RefusedTicket, TicketInPlan, TicketRefusal, TicketUse } from '../ports/ticket-gate.js';
import type { TicketEnd } from '../ports/ticket-store.js';
import {
  accountOf,
  changeOf,
  readTicket,
  refusedTicket,
  unknownTicket,
  type FindParts,
  type TicketAccount,
} from './find-ticket.js';
import { isWritten, settleClaim } from './settle-ticket.js';
import { contentOf, type TicketContent } from './ticket-content.js';

export interface UseParts<User> extends FindParts<User> {
  readonly log: EnrollmentLogger;
  readonly background: Background;
  /** The lease of a claim. Default 15 seconds, renewed every third of it, up to five minutes. */
  readonly lease?: RenewalTerms;
}

/** The write that a ticket allows. */
interface TicketWrite {
  /** The enrollment id. */
  readonly plan: string;
  /** Tells later whether this write happened; see `isWritten`. */
  readonly mark: string;
  /** The change of the account; a cause where it was not made. */
  write(account: TicketAccount, content: TicketContent): Promise<'written' | Exclude<TicketRefusal, 'unknown'>>;
}

const usualLease: RenewalTerms = { seconds: 15, renewals: 57 };
const mostRounds = 12;
/** How long the second of two users of one ticket waits for the first, in milliseconds. */
const busyTimeoutMs = 1500;
const pauseMs = 50;
/** A use of the same plan so long ago may still be waiting for its reply to be stored, in milliseconds. */
const recentMs = 10_000;

/**
 * Uses a ticket under the protocol of redemptions, with one seat: claim, write, commit. A claim whose process died is
 * settled by its mark: the user store tells what was written.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503), and what the write throws when nothing was written
 */
export async function useTicket<User>(
  parts: UseParts<User>,
  ticket: TicketInPlan,
  write: TicketWrite,
): Promise<TicketUse> {
  const { store } = parts;
  const { subject, id } = ticket;
  const { plan, mark } = write;
  const until = Date.now() + busyTimeoutMs;
  const otherMarks: string[] = [];
  for (let round = 0; round < mostRounds;) {
    const { seconds: leaseSeconds } = parts.lease ?? usualLease;
    const answer = await store.claim({ subject, id, plan, leaseSeconds, mark });
    switch (answer.type) {
      case 'claimed':
        return writeClaimed(parts, ticket, write, { token: answer.token, otherMarks });
      case 'used': {
        const snapshot = await readTicket(parts, [ticket]);
        const agoMs = snapshot === null ? recentMs : snapshot.now - answer.at;
        return answer.own
          ? { type: 'used_before', recently: agoMs < recentMs }
          : { type: 'refused', refused: await refusalOf(parts, ticket, 'used') };
      }
      case 'settle':
        if (answer.plan === plan) otherMarks.push(answer.mark);
        await settleClaim(parts, ticket, answer);
        round += 1;
        break;
      case 'refused':
        if (answer.cause !== 'busy' || Date.now() >= until)
          return { type: 'refused', refused: await refusalOf(parts, ticket, answer.cause) };
        await delay(pauseMs);
    }
  }
  throw storeAway('the store of tickets', new Error('earlier claims could not be settled'));
}

interface OwnClaim {
  readonly token: string;
  /** Of other forms of this plan, which may still be running. */
  readonly otherMarks: readonly string[];
}

async function writeClaimed<User>(
  parts: UseParts<User>,
  ticket: TicketInPlan,
  write: TicketWrite,
  { token, otherMarks }: OwnClaim,
): Promise<TicketUse> {
  const { store, log } = parts;
  const { subject, id, purpose } = ticket;
  const [snapshot, account] = await Promise.all([readTicket(parts, [ticket]), accountOf(parts, ticket)]);
  const content = snapshot === null ? null : contentOf(snapshot.record.content);
  if (snapshot === null || content === null) return { type: 'refused', refused: unknownTicket };
  const claim = { token };
  const refuse = async (cause: TicketRefusal): Promise<TicketUse> => {
    await store.release(subject, id, claim.token);
    if (isEnd(cause)) await store.end(subject, cause, { ids: [id] });
    return { type: 'refused', refused: refusedTicket(parts, snapshot, cause) };
  };
  // The other of two clicks, with the same mark, has written it.
  const isDone = account?.profile.active === true && isWritten(parts, ticket, write.mark, account);
  const changed = isDone ? null : changeOf(parts, purpose, content, account);
  if (account === null || changed !== null) return refuse(changed ?? 'deactivated');
  const before = account.passwordHash !== null;
  try {
    const written = isDone
      ? 'written'
      : await renewed(parts, ticket, write, claim, () => write.write(account, content));
    if (written !== 'written') {
      const now = otherMarks.length === 0 ? null : await accountOf(parts, ticket);
      if (now === null || !otherMarks.some((mark) => isWritten(parts, ticket, mark, now))) return await refuse(written);
      await store.commit(subject, id, write.plan);
      return { type: 'used_before', recently: true };
    }
  } catch (error) {
    const now = await accountOf(parts, ticket);
    if (now === null || !isWritten(parts, ticket, write.mark, now)) {
      await store.release(subject, id, claim.token);
      throw error;
    }
  }
  try {
    await store.commit(subject, id, write.plan);
  } catch (error) {
    // The password is set: the next use settles the claim by its mark.
    log.error({ err: error, ticket: `${subject}.${id}` }, 'a ticket was used, but not marked as used');
  }
  return { type: 'done', before };
}

/** Extends the lease while the write runs: each time the claim has another token. */
async function renewed<User, T>(
  { store, background, lease = usualLease }: UseParts<User>,
  { subject, id }: TicketInPlan,
  { plan, mark }: TicketWrite,
  claim: { token: string },
  work: () => Promise<T>,
): Promise<T> {
  async function renew(): Promise<void> {
    const answer = await store.claim({ subject, id, plan, leaseSeconds: lease.seconds, mark });
    if (answer.type === 'claimed') claim.token = answer.token;
  }
  const stop = keepRenewed(lease, () => {
    background.run('lengthening the lease of a ticket', renew());
  });
  try {
    return await work();
  } finally {
    stop();
  }
}

async function refusalOf<User>(
  parts: UseParts<User>,
  ticket: TicketInPlan,
  cause: TicketRefusal,
): Promise<RefusedTicket> {
  const snapshot = await readTicket(parts, [ticket]);
  return snapshot === null ? unknownTicket : refusedTicket(parts, snapshot, cause);
}

function isEnd(cause: TicketRefusal): cause is TicketEnd {
  return cause === 'deactivated' || cause === 'address_changed' || cause === 'password_changed';
}
