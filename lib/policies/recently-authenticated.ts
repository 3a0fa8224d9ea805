import { message } from '../base/message.js';
import { secondsRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { hasRecentlyAuthenticated, recentSeconds } from '../flow/recent-authentication.js';

interface RecentlyAuthenticatedSettings {
  /** How long ago at most, in seconds; default ten minutes. */
  readonly seconds?: number;
}

const check = settingsCheck<RecentlyAuthenticatedSettings>('recentlyAuthenticated', (joi) => ({
  seconds: secondsRule(joi),
}));

/**
 * Passes where the signed-in user has authenticated within `seconds`, at the sign-in or again since. To ask for the
 * password where it was too long ago, bind it negated to `confirmPassword`:
 * `{ stage: confirmPassword({ name: 'password' }), policies: [{ policy: recentlyAuthenticated(), negate: true }] }`.
 */
export function recentlyAuthenticated(settings: RecentlyAuthenticatedSettings = {}): Policy {
  check(settings);
  const { seconds = recentSeconds } = settings;
  return kitPolicy('recentlyAuthenticated', [settings], {
    name: 'recently-authenticated',
    check: (question) => hasRecentlyAuthenticated(question, seconds) || message('policy.recently_authenticated.not'),
  });
}
