import { message } from '../base/message.js';
import type { StageWords } from '../flow/stage.js';
import { defineSilentStage } from '../flow/define-stage.js';
import { hasRecentlyAuthenticated } from '../flow/recent-authentication.js';
import { prepareDeletion } from './announce-change.js';
import { signedInUser } from './flow-user.js';
import { noteForm } from './note-form.js';
import { isProvedByAll } from './still-proved.js';

const deletes: StageWords = {
  title: message('stage.user_delete.title'),
  text: message('stage.user_delete.text'),
  submit: message('stage.user_delete.submit'),
  keep: message('stage.user_delete.keep'),
};

/**
 * Deletes the account of the signed-in user, after a page that says what is lost, and only if they have authenticated
 * within ten minutes: put `confirmPassword` before it. Its sessions, authenticators and unfinished flows end too, and its owner is told by email. The
 * ledgers of invitations keep the id of the account; `enrollment.invitations.erase` removes it there.
 */
export const userDelete = defineSilentStage({
  kind: 'user_delete',
  settings: () => ({}),
  hasSideEffects: true,
  destructive: true,
  requiresConfirmation: true,
  requires: ['account-removal', 'sign-out'],
  words: deletes,
  async run(_settings, at) {
    const { services } = at;
    // Never the account that another person at this browser began to delete.
    const user = await signedInUser(at);
    if (user === null) return { type: 'denied', message: message('authenticator.no_account') };
    if (!hasRecentlyAuthenticated(at)) return { type: 'denied', message: message('policy.recently_authenticated.not') };
    const tell = await prepareDeletion(at, user);
    await noteForm(at, { user, before: 'removed' });
    const removal = await services.accounts.remove(user, { holds: () => isProvedByAll(at, user) });
    if (removal === 'ended') return { type: 'denied', message: message('notice.expired') };
    if (removal === 'removed') tell();
    await services.sessions.endAll(user);
    return {
      type: 'completed',
      effect: { signOut: true },
      ...(removal === 'removed' ? { deleted: user } : {}),
    };
  },
});
