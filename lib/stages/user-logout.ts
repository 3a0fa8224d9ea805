import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/define-stage.js';

/** Signs out. A link to the flow shows a button; only pressing it ends the session, so that no other site can do it. */
export const userLogout = defineSilentStage({
  kind: 'user_logout',
  settings: () => ({}),
  hasSideEffects: true,
  requires: ['sign-out'],
  words: {
    title: message('stage.user_logout.title'),
    text: message('stage.user_logout.text'),
    submit: message('stage.user_logout.submit'),
  },
  run: () => Promise.resolve({ type: 'completed', effect: { signOut: true } }),
});
