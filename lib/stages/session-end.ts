import { getPath } from '../base/json.js';
import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/define-stage.js';

/** The answer of `sessionPrompt` that ends all other sessions. */
const allOthers = 'others';

interface SessionEndSettings {
  /** The key of the prompt that names the session: an id of `services.sessions`, or `others`. Default `session`. */
  readonly field?: string;
}

/** Ends a session of the signed-in user, or all but the present one. Sessions of other users are never found. */
export const sessionEnd = defineSilentStage<SessionEndSettings>({
  kind: 'session_end',
  settings: (joi) => ({ field: joi.string() }),
  hasSideEffects: true,
  requires: ['session-ends'],
  needs: ['prompt_data'],
  consumes: ({ field = 'session' }) => [field],
  async run({ field = 'session' }, { context, facts, services }) {
    const { user } = facts;
    const chosen = getPath(context.prompt_data ?? {}, field);
    if (user === undefined || typeof chosen !== 'string')
      return { type: 'denied', message: message('authenticator.no_account') };
    if (chosen === allOthers)
      return { type: 'completed', endSessions: user, keepsSessionId: true, notice: message('notice.sessions_ended') };
    await services.sessions.end(user, chosen);
    return { type: 'completed', notice: message('notice.session_ended') };
  },
});
