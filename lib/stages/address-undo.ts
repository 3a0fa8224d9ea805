import { getPath } from '../base/json.js';
import { maskEmail } from '../base/mask.js';
import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { UndoableChange } from '../ports/address-undo.js';

/**
 * Gives an account its former address back, at the button of a page that the link in a mail to that address opened; all
 * sessions of the account end. Without such a link it does nothing.
 */
export const addressUndo = defineSilentStage<object>({
  kind: 'address_undo',
  settings: () => ({}),
  hasSideEffects: true,
  requiresConfirmation: true,
  restoresAddress: true,
  requires: ['mailer', 'account-changes', 'session-ends'],
  words: (at) => ({
    title: message('stage.address_undo.title'),
    text: message('stage.address_undo.text', { address: maskEmail(changeOf(at)?.email ?? '') }),
    submit: message('stage.address_undo.submit'),
  }),
  async run(_settings, at) {
    const change = changeOf(at);
    const undo = at.services.addressUndo;
    if (change === null || undo === undefined) return { type: 'denied', message: message('stage.address_undo.over') };
    const undone = await undo.undo(change);
    switch (undone) {
      case 'undone':
        await at.services.tickets?.end(change.user, 'address_changed');
        return { type: 'completed', endSessions: change.user, endsOwnSession: true };
      case 'taken':
        return { type: 'denied', message: message('stage.address_undo.taken') };
      case 'over':
      case 'gone':
        return { type: 'denied', message: message('stage.address_undo.over') };
    }
  },
});

/** What the link is about: only a link of the kit brings it. */
function changeOf({ context, enrollmentId, facts: { locale } }: StageContext): UndoableChange | null {
  const { is_restored, pending_user: user, prompt_data: data = {} } = context;
  const [email, change] = [getPath(data, 'undo.email'), getPath(data, 'undo.change')];
  if (is_restored !== true || user === undefined || typeof email !== 'string') return null;
  return typeof change === 'string' ? { user, email, change, enrollmentId, locale } : null;
}
