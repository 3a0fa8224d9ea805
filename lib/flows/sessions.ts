import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { MessageLike } from '../flow/prompt.js';
import { promptStage } from '../stages/prompt.js';
import { sessionPrompt } from '../prompts/session.js';
import { sessionEnd } from '../stages/session-end.js';

interface SessionsSettings {
  /** Default `sessions`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<SessionsSettings>('sessionsFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  target: joi.string(),
}));

/** For signed-in users: a page with their other sessions → the chosen one ends, or all of them. */
export function sessionsFlow(settings: SessionsSettings = {}): Flow {
  check(settings);
  const { slug = 'sessions', title = message('flow.account.sessions'), target = '/' } = settings;
  return defineFlow({
    slug,
    title,
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    stages: [
      promptStage({
        name: 'sessions',
        submit: message('stage.sessions.submit'),
        prompts: [sessionPrompt()],
      }),
      sessionEnd({ name: 'session-end' }),
    ],
  });
}
