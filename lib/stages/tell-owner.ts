import { digest128 } from '../base/ids.js';
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

/** Before a password is written: its notice, which the function that is returned sends. */
export async function prepareNewPassword(
  { services, flow, facts }: StageContext,
  userId: string,
  passwordHash: string,
): Promise<() => void> {
  const mark = digest128(passwordHash);
  const change = { key: JSON.stringify([userId, mark]), check: { type: 'password', user: userId, mark } } as const;
  const about = { flow: flow.slug, locale: facts.locale };
  return (await services.mailCodes?.prepareNotice('password_changed', userId, about, change)) ?? (() => undefined);
}
