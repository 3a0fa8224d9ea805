import { message } from '../base/message.js';
import type { StageWords } from '../flow/stage.js';
import { defineSilentStage } from '../flow/define-stage.js';

const signsOut: StageWords = {
  title: message('stage.user_logout.title'),
  text: message('stage.user_logout.text'),
  submit: message('stage.user_logout.submit'),
};

// The button is the way on, and still clears the cookies of the flows.
const isSignedOut: StageWords = {
  title: message('stage.user_logout.done.title'),
  text: message('stage.user_logout.done.text'),
  submit: message('form.submit'),
};

/** Signs out. A link to the flow shows a button; only pressing it ends the session, so that no other site can do it. */
export const userLogout = defineSilentStage({
  kind: 'user_logout',
  settings: () => ({}),
  hasSideEffects: true,
  requires: ['sign-out'],
  words: ({ facts }) => (facts.user === undefined ? isSignedOut : signsOut),
  run: () => Promise.resolve({ type: 'completed', effect: { signOut: true } }),
});
