import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import { defineSilentStage } from '../flow/define-stage.js';

interface DenySettings {
  /** The message for the visitor, unless the context has a `deny_message`. */
  readonly message?: MessageLike;
}

/** Ends the flow with a refusal, in the words of its settings or of a policy. Bind a policy to it to deny some visitors and let others pass. */
export const deny = defineSilentStage<DenySettings>({
  kind: 'deny',
  settings: (joi) => ({ message: messageRule(joi) }),
  hasSideEffects: false,
  alwaysEnds: 'denied',
  run(settings, { context }) {
    const text = context.deny_message ?? settings.message;
    return { type: 'denied', message: text === undefined ? message('stage.deny.denied') : toMessage(text) };
  },
});
