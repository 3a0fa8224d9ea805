import type { StageContext } from '../flow/facts.js';
import type { NoticeTerms } from '../ports/mail-codes.js';
import type { MailNotice } from '../ports/mailer.js';

/** Tells the owner of an account by email what was changed; not of an account that this flow creates. */
export function tellOwner(
  { services, flow, facts }: StageContext,
  kind: MailNotice,
  userId: string,
  about: Pick<NoticeTerms, 'provider' | 'before'> = {},
): void {
  if (flow.designation === 'enrollment') return;
  services.mailCodes?.notify(kind, userId, { flow: flow.slug, locale: facts.locale, ...about });
}
