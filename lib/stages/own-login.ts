import type { StageContext } from '../flow/facts.js';
import type { PromptField } from '../flow/stage.js';
import type { LoginField } from '../ports/user-store.js';
import { identifierField } from './sign-in-fields.js';

interface OwnLogin {
  readonly field: LoginField;
  readonly value: string;
}

/** The name that a user signs in with; `null`: the account has none. */
export async function ownLogin({ services }: StageContext, user: string | undefined): Promise<OwnLogin | null> {
  const profile = user === undefined ? null : await services.profiles.find(user);
  if (typeof profile?.username === 'string') return { field: 'username', value: profile.username };
  return typeof profile?.email === 'string' ? { field: 'email', value: profile.email } : null;
}

/**
 * The name beside a new password, for people and their password managers: without it, a manager does not know whose
 * password it is to save (Chromium, "Password form styles that Chromium understands"). Nothing reads it from the form.
 */
export async function ownLoginField(at: StageContext, user: string | undefined): Promise<readonly PromptField[]> {
  const login = await ownLogin(at, user);
  return login === null ? [] : [identifierField([login.field], login.value, true)];
}
