import { confirmUnlessRecent } from './confirm-unless-recent.js';
import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { flowLinksRule, type FlowLink } from '../flow/flow-links.js';
import type { MessageLike } from '../flow/prompt.js';
import { ifAnswered } from '../policies/if-answered.js';
import { authenticatorPrompt } from '../prompts/authenticator.js';
import { chosenName, describeChosen } from '../prompts/chosen-authenticator.js';
import { text } from '../prompts/text.js';
import { authenticatorChange } from '../stages/authenticator-change.js';
import { authenticatorEdit } from '../stages/authenticator-edit.js';
import { authenticatorRemoval } from '../stages/authenticator-removal.js';
import { promptStage } from '../stages/prompt.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';

interface AuthenticatorsSettings {
  /** Default `authenticators`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** The flows that set up more, each with its label: see `authenticatorSetupFlow`. Default none. */
  readonly links?: readonly FlowLink[];
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<AuthenticatorsSettings>('authenticatorsFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  links: flowLinksRule(joi),
  target: joi.string(),
}));

/**
 * For signed-in users: the password, unless they have authenticated within ten minutes → their authenticators, with
 * links to set up more → another name for the chosen one, or a button that removes it → a page that asks whether to →
 * a second factor where they have one, before it is removed.
 */
export function authenticatorsFlow(settings: AuthenticatorsSettings = {}): Flow {
  check(settings);
  const {
    slug = 'authenticators',
    title = message('flow.account.authenticators'),
    links = [],
    target = '/',
  } = settings;
  return defineFlow({
    slug,
    title,
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    stages: [
      confirmUnlessRecent(),
      promptStage({ name: 'authenticators', prompts: [authenticatorPrompt()], links }),
      {
        stage: authenticatorEdit({
          name: 'authenticator',
          title: message('stage.authenticators.title'),
          prompts: [
            text({
              key: 'authenticator_name',
              label: message('stage.authenticators.name'),
              initial: chosenName(),
            }),
          ],
        }),
        policies: [ifAnswered('authenticator')],
      },
      {
        stage: authenticatorRemoval({
          name: 'removal',
          title: message('stage.authenticators.remove_title'),
          describe: describeChosen(),
        }),
        policies: [ifAnswered('authenticator_removed')],
      },
      {
        stage: validateAuthenticator({
          name: 'second-factor',
          submit: message('stage.authenticators.remove_submit'),
          destructive: true,
          describeRemoval: describeChosen(),
        }),
        policies: [ifAnswered('authenticator_removed')],
      },
      { stage: authenticatorChange({ name: 'authenticator-change' }), policies: [ifAnswered('authenticator')] },
    ],
  });
}
