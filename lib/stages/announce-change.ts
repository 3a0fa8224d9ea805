import { digest128 } from '../base/ids.js';
import type { StageContext } from '../flow/facts.js';
import type { ExternalIdentity } from '../ports/connections.js';
import type { Announce } from '../ports/mail-notices.js';

const untold = (): void => undefined;

/**
 * Before a password is written: its notice, which the function that is returned sends. `kind`: whether the account has
 * one already.
 */
export async function prepareNewPassword(
  { services, flow, facts }: StageContext,
  userId: string,
  passwordHash: string,
  kind: 'password_changed' | 'password_set' = 'password_changed',
): Promise<() => void> {
  const mark = digest128(passwordHash);
  const change = { key: JSON.stringify([userId, mark]), check: { type: 'password', user: userId, mark } } as const;
  const about = { flow: flow.slug, locale: facts.locale };
  return (await services.mailNotices?.prepareNotice(kind, userId, about, change)) ?? untold;
}

/** Before an account is deleted: its notice, to the address that it has now, which the function that is returned sends. */
export async function prepareDeletion(
  { services, flow, facts, enrollmentId }: StageContext,
  user: string,
): Promise<() => void> {
  const before = await services.profiles.find(user);
  if (before === null || services.mailNotices === undefined) return untold;
  const change = { key: JSON.stringify([enrollmentId, user]), check: { type: 'deleted', user } } as const;
  const about = { flow: flow.slug, locale: facts.locale, before };
  return services.mailNotices.prepareNotice('account_deleted', user, about, change);
}

/** The notice of an authenticator that is added or removed; not in a flow that creates the account. */
export function announceAuthenticator(at: StageContext, user: string, kind: 'added' | 'removed'): Announce<string> {
  const { services, flow, facts, enrollmentId } = at;
  return async (id) => {
    if (flow.designation === 'enrollment' || services.mailNotices === undefined) return untold;
    const check = { type: 'authenticator', user, id, isThere: kind === 'added' } as const;
    const change = { key: JSON.stringify([enrollmentId, user, id]), check };
    const about = { flow: flow.slug, locale: facts.locale };
    return services.mailNotices.prepareNotice(`authenticator_${kind}`, user, about, change);
  };
}

/** The notice of a provider that is connected or disconnected; not in a flow that creates the account. */
export function announceConnection(
  at: StageContext,
  user: string,
  { kind, provider }: { readonly kind: 'connected' | 'disconnected'; readonly provider: string },
): Announce<ExternalIdentity> {
  const { services, flow, facts, enrollmentId } = at;
  return async ({ source, issuer, subject }) => {
    if (flow.designation === 'enrollment' || services.mailNotices === undefined) return untold;
    const check = { type: 'connection', user, source, issuer, subject, isThere: kind === 'connected' } as const;
    const change = { key: JSON.stringify([enrollmentId, user, source, issuer, subject]), check };
    const about = { flow: flow.slug, locale: facts.locale, provider };
    return services.mailNotices.prepareNotice(`provider_${kind}`, user, about, change);
  };
}
