import { randomToken } from '../../base/ids.js';
import type { Announce } from '../../ports/mail-notices.js';
import type { ReceivedIdentity } from './receive-identity.js';

/** The notice of a provider that a sign-in connects, which the account's owner asked for on no page. */
export function announceConnected({ web, sources, req, identity }: ReceivedIdentity): Announce<string> {
  const { source, issuer, subject, sourceName: provider } = identity;
  return async (user) => {
    const { mailNotices } = web.context.services;
    if (mailNotices === undefined) return () => undefined;
    const about = { flow: sources.authentication.slug, locale: web.locale(req), provider };
    const check = { type: 'connection', user, source, issuer, subject, isThere: true } as const;
    return mailNotices.prepareNotice('provider_connected', user, about, { key: randomToken(12), check });
  };
}
