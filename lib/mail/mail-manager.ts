import { refuseSettings } from '../base/settings.js';
import { argumentIssues } from '../base/setting-kinds.js';
import { canonicalEmail } from '../base/canonical.js';
import type { EnrollmentClock } from '../base/clock.js';
import type { Keyring } from '../base/keyring.js';
import type { DrawMail, Mail, Mailer, MailKind } from '../ports/mailer.js';
import { deliver } from './deliver.js';
import type { MailOutcome } from './outcome.js';
import { recipientDigests } from './erase-mails.js';
import { sampleContent, type SampleSettings } from './sample-content.js';
import type { EventSink } from '../ports/events.js';
import type { MailStatus } from '../ports/mail-queue.js';
import type { MailRecord, MailRecords } from '../ports/mail-records.js';
import type { MailRecipient, MailSuppression, SuppressionList } from '../ports/mail-suppressions.js';
import type { Outbox } from '../ports/outbox.js';
import {
  checkBounce,
  checkListQuery,
  checkPreview,
  checkRecipient,
  checkTest,
  type MailBounce,
  type MailDrawing,
  type MailListQuery,
} from './manager-settings.js';
import { mailKey, outboxId, type MailStates } from './mail-states.js';
import { statusOf } from './status.js';

/**
 * `queued`: it is sent again. `removed`: its content is no longer there; make another link. `not_failed`: it was sent, is
 * being sent, or was withdrawn. `no_mailer`: this app sends no mails, and nothing is changed.
 */
type MailResent = 'queued' | 'removed' | 'not_failed' | 'no_mailer' | 'unknown_mail';

/** The administrators' operations on mails. */
export interface MailManager {
  /**
   * Mails of the last 30 days, the newest first: state, kind, what they are about and a masked address, never a link.
   * @throws ERR_ENROLLMENT_CONFIG for a wrong query
   */
  list(query?: MailListQuery): Promise<{ readonly mails: readonly MailStatus[]; readonly next: string | null }>;
  /** `null` where there is none with this id. */
  get(id: string): Promise<MailStatus | null>;
  /**
   * Sends a letter again that `failed` or is `unknown`, with all its attempts. One that is `unknown` may then arrive
   * twice: this is the caller's decision. One whose invitation or ticket has ended is then `withdrawn`.
   */
  resend(id: string): Promise<MailResent>;
  /**
   * A mail of this kind as it would be drawn now, with the names of a sample; default locale: the app's.
   * @throws ERR_ENROLLMENT_VIEWS
   */
  preview(kind: MailKind, settings?: Omit<MailDrawing, 'kind'>): Pick<Mail, 'subject' | 'text' | 'html'>;
  /**
   * Sends a sample at once, past the outbox, and says how that ended.
   * @throws ERR_ENROLLMENT_CONFIG for an address that is none, and without a mailer
   */
  test(to: string, settings?: MailDrawing): Promise<MailOutcome>;
  /**
   * Since when an address gets no more invitations and letters of the waitlist by email, and by whose wish; `null`: it
   * gets them. Other mails are not affected.
   * @throws ERR_ENROLLMENT_CONFIG for an address that is none
   */
  suppressed(who: MailRecipient): Promise<MailSuppression | null>;
  /** How many addresses get none, those of each tenant counted by themselves. They cannot be listed. */
  countSuppressed(): Promise<number>;
  /** Stops them, for instance after a complaint. False where they were stopped before. */
  suppress(who: MailRecipient): Promise<boolean>;
  /** Allows them again: the person said so. False where they were not stopped. */
  allow(who: MailRecipient): Promise<boolean>;
  /** Marks a mail as bounced. It ends nothing. False where no such mail was sent. */
  bounced(report: MailBounce): Promise<boolean>;
}

const pageSize = 200;
/** So many records are read for one page of a list at most; its `next` goes on. */
const mostRead = 5000;

export function createMailManager(parts: {
  readonly records: MailRecords;
  readonly states: MailStates;
  readonly outbox: Outbox;
  readonly events: EventSink;
  readonly clock: EnrollmentClock;
  readonly draw: DrawMail;
  /** `null`: the app has none. */
  readonly mailer: Mailer | null;
  /** False: no process of this configuration sends mails. */
  readonly sends: boolean;
  readonly suppressions: SuppressionList;
  readonly keyring: Keyring;
  /** True where invitations say how to stop further ones. */
  readonly stops: boolean;
  /** The absolute address of the app's home, and the tag of its language. */
  readonly home: string;
  readonly locale: string;
  readonly samples: (kind: MailKind) => SampleSettings;
  /** A mail is due. */
  wake(): void;
}): MailManager {
  const { records, states: changes, outbox, events, clock, draw, home, stops } = parts;

  function preview(kind: MailKind, to: string, locale: string): ReturnType<DrawMail> {
    const sample = sampleContent(kind, { locale, home, now: clock.now() }, parts.samples(kind));
    return draw(sample, to, stops ? { unsubscribeUrl: home } : {});
  }

  return Object.freeze<MailManager>({
    async list(query = {}) {
      checkListQuery(query);
      const { limit = 50, after } = query;
      const recipients = query.to === undefined ? null : recipientDigests(parts.keyring, query.to);
      const found: MailStatus[] = [];
      let before: number | null = after === undefined ? null : Number(after);
      for (let read = 0; read < mostRead; read += pageSize) {
        const page = await records.list({ before, limit: pageSize });
        for (const { place, record } of page) {
          before = place;
          const isTo = recipients === null || recipients.has(record.recipient ?? '');
          if (isTo && matches(record, query)) found.push(statusOf(record));
          if (found.length === limit) return { mails: found, next: String(place) };
        }
        if (page.length < pageSize) return { mails: found, next: null };
      }
      return { mails: found, next: String(before) };
    },
    async get(id) {
      refuseSettings('mails.get', id, argumentIssues('id', id, 'text'));
      const [record = null] = await records.read([mailKey(id)]);
      return record === null ? null : statusOf(record);
    },
    async resend(id) {
      refuseSettings('mails.resend', id, argumentIssues('id', id, 'text'));
      if (!parts.sends) return 'no_mailer';
      const found = await changes.requeue(id);
      if (found === null) return 'unknown_mail';
      if (found !== 'failed' && found !== 'unknown') return 'not_failed';
      if (await outbox.retry(outboxId(mailKey(id)))) {
        parts.wake();
        return 'queued';
      }
      await changes.end(id, found, { response: 'its content is no longer there', permanent: true });
      return 'removed';
    },
    preview(kind, settings = {}) {
      checkPreview(kind, settings);
      const { locale = parts.locale } = settings;
      return preview(kind, 'bob@example.com', locale);
    },
    async test(to, settings = {}) {
      checkTest(settings);
      const { kind = 'invitation', locale = parts.locale } = settings;
      const address = typeof to === 'string' ? canonicalEmail(to) : null;
      refuseSettings('mails.test', settings, [
        ...(address === null ? ['"to" must be an email address'] : []),
        ...(parts.mailer === null ? ['the app has no mailer: set the option "mailer"'] : []),
      ]);
      // Both were refused above.
      if (address === null || parts.mailer === null) return { type: 'failed', certainty: 'permanent', response: '' };
      return deliver(parts.mailer, { to: address, ...preview(kind, address, locale), kind, locale });
    },
    async suppressed(who) {
      checkRecipient('mails.suppressed', who);
      return parts.suppressions.find(who);
    },
    countSuppressed: () => parts.suppressions.count(),
    async suppress(who) {
      checkRecipient('mails.suppress', who);
      return parts.suppressions.suppress(who);
    },
    async allow(who) {
      checkRecipient('mails.allow', who);
      return parts.suppressions.allow(who, 'app');
    },
    async bounced(report) {
      checkBounce(report);
      const key = 'id' in report ? mailKey(report.id) : (/^\s*<?([\w-]{22})@/.exec(report.messageId)?.[1] ?? '');
      const response = (report.response ?? 'reported by the app')
        .replaceAll(/\S+@\S+/g, '[recipient]')
        .replaceAll(/\p{Cc}+/gu, ' ')
        .slice(0, 300);
      const record = await changes.bounce(key, response);
      if (record === null) return false;
      if (record.state !== 'bounced') events({ type: 'mail.bounced', id: record.id, kind: record.kind });
      return true;
    },
  });
}

function matches(record: MailRecord, { states: wanted, about, inviter, tenant }: MailListQuery): boolean {
  return (
    (wanted === undefined || wanted.includes(record.state)) &&
    (about === undefined || (record.about?.type === about.type && record.about.id === about.id)) &&
    (inviter === undefined || record.inviter === inviter) &&
    (tenant === undefined || record.tenant === tenant)
  );
}
