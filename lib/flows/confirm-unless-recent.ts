import { message } from '../base/message.js';
import type { StageBindingSpec } from '../flow/flow.js';
import { ifHasPassword } from '../policies/if-has-password.js';
import { recentlyAuthenticated } from '../policies/recently-authenticated.js';
import { confirmPassword } from '../stages/confirm-password.js';

/** Asks signed-in users for their password, where they have one, unless they have authenticated within ten minutes. */
export function confirmUnlessRecent(name = 'confirm'): StageBindingSpec {
  return {
    stage: confirmPassword({ name, title: message('authenticator.password.title') }),
    mode: 'all',
    policies: [{ policy: recentlyAuthenticated(), negate: true }, ifHasPassword()],
  };
}
