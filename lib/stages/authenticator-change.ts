import { getPath } from '../base/json.js';
import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/define-stage.js';
import { hasRecentlyAuthenticated } from '../flow/recent-authentication.js';
import { announceAuthenticator } from './announce-change.js';
import { secondFactorsOf } from './authenticator-user.js';
import { signedInUser } from './flow-user.js';
import { isStillProved } from './still-proved.js';

const keys = ['authenticator', 'authenticator_name', 'authenticator_removed'] as const;

/**
 * Renames or removes an authenticator of the signed-in user: the one whose id is the answer `authenticator`, by the
 * answers `authenticator_name` and `authenticator_removed` (true). Only if they have authenticated within ten minutes;
 * a user who has a second factor must have proved it in this plan to remove one. Authenticators of other users are
 * never found.
 */
export const authenticatorChange = defineSilentStage({
  kind: 'authenticator_change',
  settings: () => ({}),
  hasSideEffects: true,
  requires: ['authenticators'],
  needs: ['prompt_data'],
  consumes: () => keys,
  async run(_settings, at) {
    const { context } = at;
    const user = await signedInUser(at);
    const [id, name, removed] = keys.map((key) => getPath(context.prompt_data ?? {}, key));
    // Never an authenticator that another person at this browser chose.
    if (user === null || typeof id !== 'string')
      return { type: 'denied', message: message('authenticator.no_account') };
    if (!hasRecentlyAuthenticated(at)) return { type: 'denied', message: message('policy.recently_authenticated.not') };
    const factors = secondFactorsOf(at);
    if (removed === true) {
      const isProved = context.second_factor === user || (await factors.typesOf(user)).length === 0;
      if (!isProved) return { type: 'denied', message: message('stage.authenticators.unproved') };
      const outcome = await factors.remove(user, id, {
        holds: () => isStillProved(at, user),
        announce: announceAuthenticator(at, user, 'removed'),
      });
      if (outcome === 'ended') return { type: 'denied', message: message('notice.expired') };
      if (outcome === 'last' || outcome === 'busy')
        return { type: 'invalid', errors: { authenticator_removed: [message(`stage.authenticators.${outcome}`)] } };
      return { type: 'completed', endEvidence: user, notice: message('notice.authenticator_removed') };
    }
    if (typeof name !== 'string' || name === '') return { type: 'completed' };
    await factors.rename(user, id, name);
    return { type: 'completed', notice: message('notice.changes_saved') };
  },
});
