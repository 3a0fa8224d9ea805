import { confirmUnlessRecent } from './confirm-unless-recent.js';
import { getPath } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { StageContext } from '../flow/facts.js';
import { flowLinksRule, type FlowLink } from '../flow/flow-links.js';
import { definePolicy } from '../flow/policy.js';
import type { MessageLike } from '../flow/prompt.js';
import { ifAnswered } from '../policies/if-answered.js';
import { authenticatorPrompt, ownAuthenticators } from '../prompts/authenticator.js';
import { checkbox } from '../prompts/checkbox.js';
import { text } from '../prompts/text.js';
import { authenticatorChange } from '../stages/authenticator-change.js';
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
 * links to set up more → another name for the chosen one, or a checkbox that removes it → a second factor where they
 * have one, before it is removed.
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
        stage: promptStage({
          name: 'authenticator',
          title: message('stage.authenticators.title'),
          submit: message('flow.account.save'),
          prompts: [
            text({ key: 'authenticator_name', label: message('stage.authenticators.name'), initial: presentName }),
            checkbox({
              key: 'authenticator_removed',
              label: message('stage.authenticators.remove'),
              subText: removalHelp,
              required: false,
            }),
          ],
          validation: [shortName],
        }),
        policies: [ifAnswered('authenticator')],
      },
      {
        stage: validateAuthenticator({
          name: 'second-factor',
          submit: message('stage.authenticators.remove_submit'),
          destructive: true,
        }),
        policies: [ifAnswered('authenticator_removed')],
      },
      { stage: authenticatorChange({ name: 'authenticator-change' }), policies: [ifAnswered('authenticator')] },
    ],
  });
}

const longestName = 64;

const shortName = definePolicy({
  name: 'short-name',
  fields: ['authenticator_name'],
  check: ({ answers: { authenticator_name: name } }) =>
    (typeof name === 'string' && [...name].length <= longestName) ||
    message('prompt.text.too_long', { most: longestName }),
});

/** With the last authenticator that is no recovery codes, these go too. */
async function removalHelp(at: StageContext): Promise<Message> {
  const id = getPath(at.context.prompt_data ?? {}, 'authenticator');
  const own = await ownAuthenticators(at);
  const rest = own.filter((one) => one.id !== id);
  const takesCodes = rest.length > 0 && rest.every(({ type }) => type === 'recovery_codes');
  const isCodes = own.find((one) => one.id === id)?.type === 'recovery_codes';
  return message(
    takesCodes && !isCodes ? 'stage.authenticators.remove_help_codes' : 'stage.authenticators.remove_help',
  );
}

async function presentName(at: StageContext): Promise<string | undefined> {
  const id = getPath(at.context.prompt_data ?? {}, 'authenticator');
  return (await ownAuthenticators(at)).find((one) => one.id === id)?.name;
}
