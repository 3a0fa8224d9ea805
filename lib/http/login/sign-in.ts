import type { Request, Response } from 'express';
import { EnrollmentError, storeAway } from '../../base/error.js';
import { secondsRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import type { UserStore } from '../../ports/user-store.js';
import type { Web } from '../web.js';
import type { Login } from '../../ports/login.js';
import type { RecentSignIn } from './recent-sign-in.js';

export interface SignInSettings {
  /** How long the sign-in lasts; default as long as the session cookie lives. */
  readonly rememberSeconds?: number;
}

const check = settingsCheck<SignInSettings>('signIn', (joi) => ({ rememberSeconds: secondsRule(joi) }));

interface SignInParts<User> {
  readonly web: Pick<Web, 'authSession' | 'sessionAway'>;
  readonly login: Login<User>;
  readonly users: UserStore<User> | null;
  readonly recent: RecentSignIn | null;
  /** Called once a user has signed in. Never rejects. */
  readonly signedIn: (userId: string) => Promise<void>;
}

/**
 * Signs a user in with the app's login, and resolves when the session is saved. `users` is `null` if the kit has no
 * user store: the app itself must then check that the account is active.
 * @throws ERR_ENROLLMENT_INACTIVE (403), ERR_ENROLLMENT_LOGIN when the login's session is not mounted
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the session store is away
 */
export async function signIn<User>(
  { web, login, users, recent, signedIn }: SignInParts<User>,
  { req, res, user }: { readonly req: Request; readonly res: Response; readonly user: User },
  settings: SignInSettings = {},
): Promise<void> {
  check(settings);
  const { rememberSeconds } = settings;
  if (users !== null && !users.toProfile(user).active)
    throw new EnrollmentError('ERR_ENROLLMENT_INACTIVE', 'this account is not active', { status: 403 });
  const away = web.sessionAway(req);
  if (away !== undefined) throw storeAway('the session store', away);
  const missing = web.authSession.ready(req);
  if (missing !== null) throw new EnrollmentError('ERR_ENROLLMENT_LOGIN', missing);
  await login.signIn(req, res, user, {
    method: 'enrollment',
    rememberSeconds: rememberSeconds ?? null,
  });
  if (users === null) return;
  const { id } = users.toProfile(user);
  recent?.note(res, id);
  await signedIn(id);
}
