import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/stage.js';

export interface UserLoginSettings {
  /** How long the sign-in lasts, in seconds; default null: as long as the browser's session. */
  readonly rememberSeconds?: number | null;
}

/** Signs the flow's user in, once the plan is saved. */
export const userLogin = defineSilentStage<UserLoginSettings>({
  kind: 'user_login',
  acts: true,
  needs: ['pending_user'],
  messages: {
    'stage.user_login.nobody': 'There is nobody to sign in. Start again.',
  },
  run(settings, at) {
    const user = at.context.pending_user;
    if (user === undefined) return Promise.resolve({ is: 'refused', message: message('stage.user_login.nobody') });
    return Promise.resolve({
      is: 'passed',
      effect: { signIn: user, rememberSeconds: settings.rememberSeconds ?? null },
    });
  },
});
