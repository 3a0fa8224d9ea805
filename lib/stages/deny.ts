import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import { defineSilentStage } from '../flow/define-stage.js';

interface DenySettings {
  /** The message for the visitor. */
  readonly message?: MessageLike;
}

/** Ends the flow with a refusal. Bind a policy to it to deny some visitors and let others pass. */
export const deny = defineSilentStage<DenySettings>({
  kind: 'deny',
  settings: (joi) => ({ message: messageRule(joi) }),
  hasSideEffects: false,
  run: (settings) =>
    Promise.resolve({
      type: 'denied',
      message: settings.message === undefined ? message('stage.deny.denied') : toMessage(settings.message),
    }),
});
