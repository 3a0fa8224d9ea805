import { isLetterKind } from '../base/mail-kinds.js';
import type { MailContent, MailKind } from '../ports/mailer.js';

const day = 24 * 60 * 60 * 1000;
const withCode: readonly MailKind[] = ['recovery', 'enrollment', 'verification'];
const letterWithCode: readonly MailKind[] = ['invitation', 'waitlist_approved'];

const renewable: readonly MailKind[] = [
  'invitation',
  'waitlist_approved',
  'ticket_invite',
  'ticket_recovery',
  'ticket_verify_email',
];

/** What a preview and a test mail are drawn from. Its links lead to the app's home and open nothing. */
export function sampleContent(
  kind: MailKind,
  { locale, home, now }: { locale: string; home: string; now: number },
): MailContent {
  return {
    kind,
    locale,
    flow: 'sample',
    signInUrl: home,
    code: withCode.includes(kind) ? { code: '7K3M-QX9P', url: home, minutes: 30 } : null,
    letter: isLetterKind(kind)
      ? {
          url: home,
          code: letterWithCode.includes(kind) ? '7K3M-QX9P-2VTD' : null,
          app: null,
          inviter: 'Ann Example',
          expiresAt: now + 5 * day,
          zone: 'UTC',
          values: { name: 'Bob' },
          renewUrl: renewable.includes(kind) ? home : null,
        }
      : null,
    ...(kind.startsWith('provider_') ? { provider: 'Globex' } : {}),
  };
}
