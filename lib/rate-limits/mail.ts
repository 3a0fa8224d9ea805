import { digest128 } from '../base/ids.js';
import type {
  FreshInvitationMails,
  InvitationMails,
  InvitationMailing,
  MailAttempts,
  MailSends,
} from '../ports/limits.js';
import type { RateLimits } from '../ports/rate-limits.js';
import { createMailboxLimits } from './mailbox.js';
import { answerOf, counterOf, createCounting, reportThrottled, type Counter, type LimitParts } from './limits.js';

/** Counts every mail, the first of a plan too: a flow can be started again for free (authentik's trap T25). */
export function createMailSends({
  rateLimiter,
  events,
  perAddress,
  perAddressAndClient,
  perClient,
  perPlan,
}: RateLimits['mails'] & LimitParts): MailSends {
  const counting = createCounting(rateLimiter, reportThrottled(events, 'mail.throttled'));
  const consumeMailbox = createMailboxLimits(counting, { perAddress, perAddressAndClient });
  return Object.freeze<MailSends>({
    consume: async ({ address, enrollmentId }) =>
      answerOf(
        await counting.consume([
          counterOf('mails', 'client', perClient, address),
          counterOf('mails', 'plan', perPlan, enrollmentId),
        ]),
      ),
    consumeAddress: async (mail) => answerOf(await consumeMailbox(mail)),
  });
}

/**
 * Counts mailed invitations. What inviters send to an address counts apart from what administrators send to it: an
 * inviter must not use up the administrators' allowance.
 */
export function createInvitationMails({
  rateLimiter,
  events,
  perRecipient,
  perInviter,
  perTenant,
}: RateLimits['invitationMails'] & LimitParts): InvitationMails {
  const counting = createCounting(rateLimiter, reportThrottled(events, 'mail.throttled'));
  const name = (...parts: readonly (string | boolean | null)[]): string => digest128(JSON.stringify(parts));
  const countersOf = ({ recipient, inviter, tenant }: InvitationMailing): readonly Counter[] => [
    counterOf('invites', 'recipient', perRecipient, name(tenant, inviter === null, recipient)),
    ...(inviter === null ? [] : [counterOf('invites', 'inviter', perInviter, name(tenant, inviter))]),
    counterOf('invites', 'tenant', perTenant, name(tenant)),
  ];
  return Object.freeze<InvitationMails>({
    async consume(mailing) {
      const passed = await counting.consume(countersOf(mailing));
      const last = [...passed].sort((one, other) => other.endsInSeconds - one.endsInSeconds)[0];
      if (last === undefined) return { over: false };
      return { over: true, limit: limitOf(last.counter.name), retryAfterSeconds: last.endsInSeconds };
    },
    reward: (mailing) => counting.reward(countersOf(mailing)),
  });
}

function limitOf(counter: string): 'perRecipient' | 'perInviter' | 'perTenant' {
  if (counter === 'recipient') return 'perRecipient';
  return counter === 'inviter' ? 'perInviter' : 'perTenant';
}

/** How often one address is sent a fresh link. */
const freshLinks = Object.freeze({ points: 5, windowSeconds: 30 * 24 * 3600 });

/** Counts the fresh links of invitations: as other mails that strangers cause, and a few per address in a month. */
export function createFreshInvitationMails({
  rateLimiter,
  events,
  perAddress,
  perAddressAndClient,
}: Pick<RateLimits['mails'], 'perAddress' | 'perAddressAndClient'> & LimitParts): FreshInvitationMails {
  const counting = createCounting(rateLimiter, reportThrottled(events, 'mail.throttled'));
  const consumeMailbox = createMailboxLimits(counting, { perAddress, perAddressAndClient });
  const digestOf = ({ recipient, tenant }: Omit<InvitationMailing, 'inviter'>): string =>
    digest128(JSON.stringify(['invitation', tenant, recipient]));
  return Object.freeze<FreshInvitationMails>({
    async consume({ client, ...mailing }) {
      const digest = digestOf(mailing);
      const passed = await consumeMailbox({ digest, client, isKnown: false });
      if (passed.length > 0) return answerOf(passed);
      return answerOf(await counting.consume([counterOf('mails', 'fresh', freshLinks, digest)]));
    },
    reward: (mailing) => counting.reward([counterOf('mails', 'fresh', freshLinks, digestOf(mailing))]),
  });
}

/**
 * Counts wrong codes from mails per client and per plan. A code is right in its own plan only, and only where its mail
 * was sent: a count per account would let strangers lock its owner out.
 */
export function createMailAttempts({
  rateLimiter,
  events,
  perClient,
  perPlan,
}: RateLimits['mailCodes'] & LimitParts): MailAttempts {
  const counting = createCounting(rateLimiter, reportThrottled(events, 'login.throttled'));
  const countersOf: (attempt: Parameters<MailAttempts['consume']>[0]) => readonly Counter[] = ({
    address,
    enrollmentId,
  }) => [counterOf('mail-codes', 'client', perClient, address), counterOf('mail-codes', 'plan', perPlan, enrollmentId)];
  return Object.freeze<MailAttempts>({
    consume: async (attempt) => answerOf(await counting.consume(countersOf(attempt))),
    reward: (attempt) => counting.reward(countersOf(attempt)),
  });
}
