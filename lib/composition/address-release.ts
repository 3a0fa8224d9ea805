import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages/languages.js';
import type { EventSink } from '../ports/events.js';
import type { MailNotices } from '../ports/mail-notices.js';
import type { SessionsService } from '../ports/user-sessions.js';
import type { ReleaseParts } from '../users/release-address.js';

/** Composes what happens where an account loses an address that it never proved: the address gets a letter. */
export function composeAddressRelease<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    /** `null`: the app has no mailer. */
    readonly mailNotices: MailNotices | null;
    readonly sessions: Pick<SessionsService, 'endEvidence'>;
    readonly events: EventSink;
  },
): ReleaseParts<User>['releasing'] {
  const { mailNotices, sessions, events } = parts;
  const flow = config.flows[0]?.slug ?? '';
  return async ({ user, address, by }) => {
    const about = { flow, locale: defaultLocaleOf(config) };
    const key = JSON.stringify(['address_taken_over', user, address, by]);
    const change = { key, check: { type: 'address', user } } as const;
    const tell = await mailNotices?.prepareLetter('address_taken_over', address, about, change);
    // Before: where the process stops in between. After: what was proved in between.
    await sessions.endEvidence(user);
    return async () => {
      events({ type: 'account.address_released', user });
      tell?.();
      await sessions.endEvidence(user);
    };
  };
}
