import { message } from '../base/message.js';
import { messageRule, secondsRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { MessageLike } from '../flow/prompt.js';
import { passkeySignIn } from '../stages/passkey-sign-in.js';
import { userLogin } from '../stages/user-login.js';

interface PasskeySignInFlowSettings {
  readonly slug: string;
  readonly title?: MessageLike;
  /** How long the sign-in lasts, in seconds; default null: as long as the browser's session. */
  readonly rememberSeconds?: number | null;
  /** Where to redirect after signing in when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<PasskeySignInFlowSettings>('passkeySignInFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  rememberSeconds: secondsRule(joi).allow(null),
  target: joi.string(),
}));

/**
 * For people who have a passkey: the passkey, without a name or a password → signed in. Link to it with
 * `passwordlessFlow` of `signInFlow`: its page needs JavaScript.
 */
export function passkeySignInFlow(settings: PasskeySignInFlowSettings): Flow {
  check(settings);
  const { slug, title, rememberSeconds = null, target = '/' } = settings;
  return defineFlow({
    slug,
    title: title ?? message('authenticator.passkey.title'),
    designation: 'authentication',
    authentication: 'require_unauthenticated',
    target,
    stages: [passkeySignIn({ name: 'passkey' }), userLogin({ name: 'user-login', rememberSeconds })],
  });
}
