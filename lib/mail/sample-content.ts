import { isLetterKind, isUnrequested } from '../base/mail-kinds.js';
import type { MailContent, MailKind } from '../ports/mailer.js';

const day = 24 * 60 * 60 * 1000;
const withCode: readonly MailKind[] = ['recovery', 'enrollment', 'verification'];
const tickets: readonly MailKind[] = ['ticket_invite', 'ticket_recovery', 'ticket_verify_email', 'ticket_change_email'];

/** What a kind of mail says by the settings of the app. */
export interface SampleSettings {
  /** The slug of the flow that sends it; `''`: several may. */
  readonly flow: string;
  /** How long its code is valid. */
  readonly minutes: number;
  /** False: no invitation says how to get a fresh link by itself. */
  readonly freshLinks: boolean;
  /** False: no invitation names its inviter. */
  readonly namesInviters: boolean;
}

/** What mails say where no setting of the app decides otherwise. */
export const usualSample: SampleSettings = Object.freeze({
  flow: 'sample',
  minutes: 30,
  freshLinks: true,
  namesInviters: true,
});

/** What a preview and a test mail are drawn from. Its links lead to the app's home and open nothing. */
export function sampleContent(
  kind: MailKind,
  { locale, home, now }: { readonly locale: string; readonly home: string; readonly now: number },
  { flow, minutes, freshLinks, namesInviters }: SampleSettings = usualSample,
): MailContent {
  const isInvitation = isUnrequested(kind);
  const isTicket = tickets.includes(kind);
  const isRenewable = isInvitation ? freshLinks : isTicket && kind !== 'ticket_change_email';
  const isNamed = isInvitation ? namesInviters : isTicket;
  const isEnding = isInvitation || isTicket || kind === 'address_change_undo';
  return {
    kind,
    locale,
    flow,
    signInUrl: home,
    code: withCode.includes(kind) ? { code: '7K3M-QX9P', url: home, minutes } : null,
    letter: isLetterKind(kind)
      ? {
          url: home,
          code: isInvitation ? '7K3M-QX9P-2VTD' : null,
          app: null,
          inviter: isNamed ? 'Ann Example' : null,
          expiresAt: isEnding ? now + 5 * day : null,
          zone: 'UTC',
          values: isInvitation ? { name: 'Bob' } : {},
          renewUrl: isRenewable ? home : null,
        }
      : null,
    ...(kind.startsWith('provider_') ? { provider: 'Globex' } : {}),
  };
}
