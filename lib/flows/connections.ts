import { confirmUnlessRecent } from './confirm-unless-recent.js';
import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { MessageLike } from '../flow/prompt.js';
import { connectionsStage } from '../stages/connections.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';

interface ConnectionsSettings {
  /** Default `connections`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** True: asks users who have an authenticator for a code too. Needs the option `authenticators`. Default false. */
  readonly secondFactor?: boolean;
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<ConnectionsSettings>('connectionsFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  secondFactor: joi.boolean(),
  target: joi.string(),
}));

/**
 * For signed-in users: the password, unless they have authenticated within ten minutes → the identities that they can
 * sign in with: the chosen one is disconnected, unless it is the last way in, and buttons connect more. Needs sources,
 * and a store of connections with `list` and `unlink`.
 */
export function connectionsFlow(settings: ConnectionsSettings = {}): Flow {
  check(settings);
  const { slug = 'connections', title = message('flow.account.connections'), target = '/' } = settings;
  return defineFlow({
    slug,
    title,
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    stages: [
      confirmUnlessRecent(),
      ...(settings.secondFactor === true ? [validateAuthenticator({ name: 'second-factor' })] : []),
      connectionsStage({ name: 'connections' }),
    ],
  });
}
