import { maskName } from '../base/mask.js';
import type { Visit } from './visit.js';

/**
 * The name of the signed-in user for a page that names another account beside it: the person at the browser may be
 * either of the two. `null`: the account has none.
 */
export async function maskedCurrentName({ web, user }: Pick<Visit, 'web' | 'user'>): Promise<string | null> {
  const profile = user === null ? null : await web.context.services.profiles.find(user);
  return profile === null ? null : maskName(profile);
}
