import type { Background } from '../base/background.js';
import type { EnrollmentClock } from '../base/clock.js';
import { storeAway } from '../base/error.js';
import type { MailNotices } from '../ports/mail-notices.js';
import type { MailOrder, MailQueue, MailState } from '../ports/mail-queue.js';
import type { Profiles } from '../ports/profiles.js';
import { letterOf, mailIdOf, orderOf, queueAfterAnswer } from './mail-order.js';
import { mailboxOf } from './recipients.js';

interface MailNoticesParts {
  readonly mails: Pick<MailQueue, 'add' | 'prepare' | 'status'>;
  readonly profiles: Pick<Profiles, 'find'>;
  readonly clock: EnrollmentClock;
  readonly background: Background;
  readonly signInUrl: string;
}

type Change = Parameters<MailNotices['prepareNotice']>[3];

/** A notice that cannot be sent within three days is out of date. */
const noticeMs = 3 * 24 * 60 * 60 * 1000;

const undelivered: ReadonlySet<MailState> = new Set<MailState>(['failed', 'withdrawn', 'bounced']);

/** Notices over the app's mailer. */
export function createMailNotices(parts: MailNoticesParts): MailNotices {
  const { mails, profiles, clock, background, signInUrl } = parts;

  /** `null`: there is no mailbox that may be notified. */
  async function noticeOrder(
    ...[kind, userId, about, { key }]: Parameters<MailNotices['prepareNotice']>
  ): Promise<MailOrder | null> {
    const { flow, locale, provider, hasEarlierLink = false, before } = about;
    const profile = before ?? (await profiles.find(userId));
    const to = profile === null ? null : mailboxOf(profile, kind !== 'password_changed');
    if (to === null) return null;
    const facts = { ...(provider === undefined ? {} : { provider }), ...(hasEarlierLink ? { hasEarlierLink } : {}) };
    const content = { kind, locale, flow, code: null, letter: null, signInUrl, ...facts };
    // With the account, its mails are removed; this one tells of that.
    const owner = kind === 'account_deleted' ? null : userId;
    return orderOf(content, to, { userId: owner, expiresAt: clock.now() + noticeMs, key });
  }

  function letterOrder(...[kind, to, about, { key, check }]: Parameters<MailNotices['prepareLetter']>): MailOrder {
    const { flow, locale, url = signInUrl, expiresAt = null } = about;
    const letter = letterOf({ url, code: null, expiresAt });
    const content = { kind, locale, flow, code: null, letter, signInUrl };
    // With the account, the mail and its recipient are removed.
    const userId = 'user' in check ? check.user : null;
    return orderOf(content, to, { userId, expiresAt: expiresAt ?? clock.now() + noticeMs, key });
  }

  /** A change is not refused because the mail that only announces it cannot be stored before. */
  async function prepare(
    makeOrder: () => Promise<MailOrder | null>,
    { check, isRequired = false }: Change,
    fields: Parameters<typeof queueAfterAnswer>[1],
  ): Promise<() => void> {
    let order: MailOrder | null | undefined;
    try {
      order = await makeOrder();
      if (order !== null) await mails.prepare(order, check);
    } catch (error) {
      if (isRequired) throw error;
      background.run('preparing a mail', Promise.reject(storeAway('the queue of mails', error)));
    }
    if (order === null) return () => undefined;
    return () => {
      queueAfterAnswer(background, fields, async () => {
        const made = order ?? (await makeOrder());
        if (made !== null) await mails.add(made);
      });
    };
  }

  return Object.freeze<MailNotices>({
    prepareNotice(kind, userId, about, change) {
      return prepare(() => noticeOrder(kind, userId, about, change), change, { kind, flow: about.flow });
    },
    prepareLetter(kind, to, about, change) {
      const makeOrder = (): Promise<MailOrder> => Promise.resolve(letterOrder(kind, to, about, change));
      return prepare(makeOrder, change, { kind, flow: about.flow });
    },
    async isUndelivered(kind, key) {
      const [status = null] = await mails.status([mailIdOf(kind, key)]);
      return status !== null && undelivered.has(status.state);
    },
  });
}
