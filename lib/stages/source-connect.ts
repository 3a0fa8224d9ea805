import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/define-stage.js';
import { mayChangeSignIn } from '../flow/recent-authentication.js';
import { announceConnection } from './announce-change.js';
import { isProvedByAll } from './still-proved.js';

/**
 * Connects the identity that a source vouched for to its account, once the account's owner has proved ownership in this
 * very plan, or by a recent sign-in. It acts when a button is pressed: a link from another person connects nothing.
 */
export const sourceConnect = defineSilentStage<object, 'pending_user'>({
  kind: 'source_connect',
  settings: () => ({}),
  hasSideEffects: true,
  connects: true,
  // A password on the previous page proves who the user is, not that they want this.
  requiresConfirmation: true,
  needs: ['identity', 'connect_to'],
  writes: ['pending_user'],
  words: ({ context: { identity, pending_user_identifier: account } }) => {
    const source = identity?.sourceName ?? '';
    return {
      title: message('stage.source_connect.title', { source }),
      text:
        account === undefined
          ? message('stage.source_connect.text', { source })
          : message('stage.source_connect.text_account', { source, account }),
      submit: message('stage.source_connect.submit'),
    };
  },
  async run(_settings, at) {
    const { context, facts, services } = at;
    const { identity, connect_to, pending_user, signed_in_recently } = context;
    if (identity === undefined || connect_to === undefined || services.identities === undefined)
      return { type: 'denied', message: message('stage.source_connect.nothing') };
    const proved = pending_user ?? (signed_in_recently === true ? facts.user : undefined);
    const stranger = facts.user !== undefined && facts.user !== connect_to;
    if (proved !== connect_to || stranger) return { type: 'denied', message: message('stage.source_connect.other') };
    if (!mayChangeSignIn(at)) {
      const late = facts.user === undefined ? message('notice.expired') : message('policy.recently_authenticated.not');
      return { type: 'denied', message: late };
    }
    const announce = announceConnection(at, connect_to, { kind: 'connected', provider: identity.sourceName });
    const answer = await services.identities.connect(connect_to, identity, {
      holds: () => isProvedByAll(at, connect_to),
      announce: () => announce(identity),
    });
    return answer.type === 'denied'
      ? answer
      : {
          type: 'completed',
          patch: { pending_user: connect_to },
          evidence: { type: 'stage_verified', user: connect_to },
        };
  },
});
