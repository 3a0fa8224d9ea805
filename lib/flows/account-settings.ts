import { message } from '../base/message.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { FlowLink } from '../flow/flow-links.js';
import type { Prompt } from '../flow/prompt.js';
import { fieldsRule } from '../flow/setting-rules.js';
import { addressIsUnproved } from '../prompts/account-conditions.js';
import { accountMenu } from '../stages/account-menu.js';
import { redirectStage } from '../stages/redirect.js';
import { authenticatorSetupFlow, authenticatorSetupLink } from './authenticator-setup.js';
import { authenticatorsFlow } from './authenticators.js';
import { changeFlow } from './change-flow.js';
import { changePasswordFlow } from './change-password.js';
import { connectionsFlow } from './connections.js';
import { leaveFlow } from './leave.js';
import { profileFlow } from './profile.js';
import { sessionsFlow } from './sessions.js';
import { verifyEmailFlow } from './verify-email.js';

type SetUp = Parameters<typeof authenticatorSetupFlow>[0]['type'];

interface AccountSettings {
  /** The slug of the page that leads to the others, and the beginning of theirs: `account-profile`. Default `account`. */
  readonly slug?: string;
  /**
   * What the profile page changes: `'username'`, `'email'`, `'name'`, or prompts of your own, whose answers are kept in
   * the account's data. Default `['name']`; `[]` leaves the page out.
   */
  readonly fields?: readonly ('username' | 'email' | 'name' | Prompt)[];
  /** As in `profileFlow`; default true. */
  readonly confirmEmail?: boolean;
  /** Settings of `changePasswordFlow`; false leaves the page out. Default `{}`. */
  readonly password?: false | Omit<NonNullable<Parameters<typeof changePasswordFlow>[0]>, 'slug' | 'target'>;
  /**
   * What users can set up; each gets its set-up flow, and one page lists, renames and removes them. Needs the option
   * `authenticators`. Default `[]`: without these pages.
   */
  readonly authenticators?: readonly SetUp[];
  /**
   * True: a page of the connected providers. Needs sources, and a store of connections with `list` and `unlink`.
   * Default false.
   */
  readonly connections?: boolean;
  /** False leaves the page of sessions out. Default true. */
  readonly sessions?: boolean;
  /** Settings of `leaveFlow`; false leaves the page out. Default `{}`. */
  readonly leave?: false | Omit<NonNullable<Parameters<typeof leaveFlow>[0]>, 'slug'>;
  /** Where the button of the first page leads; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<AccountSettings>('accountSettings', (joi) => ({
  slug: joi.string(),
  fields: fieldsRule(joi, 'username', 'email', 'name'),
  confirmEmail: joi.boolean(),
  password: joi.alternatives(joi.valid(false), joi.object()),
  authenticators: joi
    .array()
    .items(joi.valid('totp', 'webauthn', 'recovery_codes'))
    .unique(),
  connections: joi.boolean(),
  sessions: joi.boolean(),
  leave: joi.alternatives(joi.valid(false), joi.object()),
  target: joi.string(),
}));

/**
 * Pages on which signed-in users change their accounts: a page of links, and a flow for each: profile, password,
 * authenticators, connected providers, sessions, leaving. Each leads back to the page of links. Add them to the option `flows`: `[...accountSettings()]`.
 */
export function accountSettings(settings: AccountSettings = {}): readonly Flow[] {
  check(settings);
  const { slug = 'account', fields = ['name'], password = {}, sessions = true, leave = {}, target = '/' } = settings;
  const { authenticators = [], connections = false, confirmEmail = true } = settings;
  const back = (flow: Flow, to = slug): Flow =>
    changeFlow(flow, {
      stages: (bindings) => [...bindings, redirectStage({ name: 'back', targetFlow: to, keepContext: false })],
    });
  const list = `${slug}-authenticators`;
  const setUpSlug = (type: SetUp): string => `${slug}-${type.replace('_', '-')}`;
  const setUps = authenticators.map((type) => back(authenticatorSetupFlow({ slug: setUpSlug(type), type }), list));
  const setUpLink = (type: SetUp): FlowLink => authenticatorSetupLink(setUpSlug(type), type);
  const pages = [
    ...(fields.length === 0 ? [] : [back(profileFlow({ slug: `${slug}-profile`, fields, confirmEmail }))]),
    ...(fields.includes('email') && confirmEmail ? [back(verifyEmailFlow({ slug: `${slug}-email` }))] : []),
    ...(password === false ? [] : [back(changePasswordFlow({ slug: `${slug}-password`, ...password }))]),
    ...(setUps.length === 0 ? [] : [back(authenticatorsFlow({ slug: list, links: authenticators.map(setUpLink) }))]),
    ...(connections ? [back(connectionsFlow({ slug: `${slug}-connections` }))] : []),
    ...(sessions ? [back(sessionsFlow({ slug: `${slug}-sessions` }))] : []),
    ...(leave === false ? [] : [leaveFlow({ slug: `${slug}-leave`, ...leave })]),
  ];
  const menu = defineFlow({
    slug,
    title: message('flow.account.title'),
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    stages: [
      accountMenu({
        name: 'menu',
        links: linksTo(pages).map((link) =>
          link.flow === `${slug}-email` ? { ...link, when: addressIsUnproved() } : link,
        ),
      }),
    ],
  });
  return [menu, ...pages, ...setUps];
}

function linksTo(flows: readonly Flow[]): readonly FlowLink[] {
  return flows.map(({ slug: flow, title: label }) => ({ flow, label }));
}
