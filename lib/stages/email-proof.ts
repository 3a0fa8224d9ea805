import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/define-stage.js';
import { signedInUser } from './flow-user.js';

/**
 * Marks the address of the flow's account as proved, once a code that was mailed to it came back: put
 * `emailStage({ recipient: 'account' })` or `'signed_in'` before it. An address that was changed meanwhile is not marked.
 */
export const emailProof = defineSilentStage<object>({
  kind: 'email_proof',
  settings: () => ({}),
  hasSideEffects: true,
  requires: ['account-changes'],
  needs: ['email_verified'],
  async run(_settings, at) {
    const { context, facts, services } = at;
    const { pending_user: pending, email_verified: proved } = context;
    const user = facts.user === undefined ? pending : await signedInUser(at);
    const refused = { type: 'denied', message: message('authenticator.no_account') } as const;
    // Never the account of another person at this browser.
    if (user === undefined || user === null || proved === undefined) return refused;
    const updated = await services.accounts.update(user, { proved });
    if (updated.type !== 'updated') return refused;
    return { type: 'completed', ...(facts.user === undefined ? {} : { notice: message('notice.changes_saved') }) };
  },
});
