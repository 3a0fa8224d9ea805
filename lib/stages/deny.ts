import { message } from '../base/message.js';
import { wordingRule } from '../base/setting-rules.js';
import { worded, type Wording } from '../flow/prompt.js';
import { defineSilentStage } from '../flow/stage.js';

export interface DenySettings {
  /** What the visitor reads. */
  readonly message?: Wording;
}

/** Ends the flow with a refusal. Bind a policy to it to deny some and let others pass. */
export const deny = defineSilentStage<DenySettings>({
  kind: 'deny',
  settings: (joi) => ({ message: wordingRule(joi) }),
  acts: false,
  messages: {
    'stage.deny.denied': 'You cannot go on here.',
  },
  run: (settings) =>
    Promise.resolve({
      is: 'refused',
      message: settings.message === undefined ? message('stage.deny.denied') : worded(settings.message),
    }),
});
