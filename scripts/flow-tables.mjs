import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import ts from 'typescript';
import { filesOf, namesIn, readFactory } from './read-settings.mjs';

// Writes the ready-made flows of docs/reference.md and their settings from the comments in lib/flows. With --check it
// fails where they are not current.
const page = 'docs/reference.md';

/** The page that has more about a flow, or about a setting of all flows that have it. */
const pages = {
  acceptInvitationFlow: 'invitations.md#existing-accounts',
  accountSettings: 'account-settings.md',
  authenticatorSetupFlow: 'stages/authenticators.md#setting-one-up',
  authenticatorsFlow: 'account-settings.md#authenticators',
  changeFlow: 'flows.md',
  changePasswordFlow: 'account-settings.md#change-password',
  confirmEmailFlow: 'tickets.md',
  connectAccountFlow: 'sso.md',
  connectionsFlow: 'account-settings.md#connected-providers',
  consentFlow: 'stages/consent.md',
  inviteSignupFlow: 'flows.md#sign-up',
  leaveFlow: 'account-settings.md#leave',
  noAccessYetFlow: 'sso.md',
  passkeySignInFlow: 'stages/authenticators.md#passkeys',
  profileFlow: 'account-settings.md',
  recoveryFlow: 'stages/email.md#recovery',
  sessionsFlow: 'account-settings.md#sessions',
  setPasswordFlow: 'tickets.md',
  signInFlow: 'flows.md#sign-in',
  signOutFlow: 'flows.md#sign-out',
  sourceAuthenticationFlow: 'sso.md',
  undoAddressChangeFlow: 'account-settings.md#email-addresses',
  verifyEmailFlow: 'account-settings.md#email-addresses',
  waitlistFlow: 'waitlist.md',
};
const links = {
  captcha: 'stages/captcha.md',
  secondFactor: 'stages/authenticators.md',
  verifyEmail: 'stages/email.md',
};
/** Described above the flows. */
const common = ['slug', 'title', 'intro', 'wording', 'target'];

const top = filesOf('lib/index.ts');
const flows = [...filesOf('lib/flows.ts')].sort(([a], [b]) => (a < b ? -1 : 1));
const given = readFileSync(page, 'utf8');
const text = given.replace(/(<!-- flows -->\n)[^]*?(\n<!-- end of flows -->)/, (_all, start, end) =>
  [start, ...flows.map(sectionOf), end].join('\n'),
);
const current = await prettier.format(text, { ...(await prettier.resolveConfig(page)), filepath: page });

if (!process.argv.includes('--check')) writeFileSync(page, current);
else if (current !== given) {
  console.error(`${page} is not current: run npm run docs:flows`);
  process.exitCode = 1;
}

function sectionOf([name, file]) {
  const { text: what, settings } = readFactory(file, name);
  const changes = name === 'changeFlow';
  const own = settings.filter((setting) =>
    changes ? setting.name === 'stages' : !common.includes(setting.name) || isSpecial(setting),
  );
  const entry = top.has(name) ? 'express-enrollment' : 'express-enrollment/flows';
  const rows = own.map((setting) => {
    if (setting.text === '') throw new Error(`${file}: ${setting.name} has no comment`);
    const more = links[setting.name];
    const label = setting.required ? `**\`${setting.name}\`**` : `\`${setting.name}\``;
    return `| ${more === undefined ? label : `[${label}](${more})`} | ${cell(setting.text)} |`;
  });
  return [
    `### \`${name}\``,
    `${what} From \`${entry}\`; see [${pages[name].replace(/^stages\/|\.md.*$/g, '').replaceAll('-', ' ')}](${pages[name]}).`,
    changes
      ? 'Takes a flow, and as its second argument the settings of [`defineFlow`](#your-own-flow), and:'
      : takes(settings),
    ...(rows.length === 0 ? [] : [['| Setting | Meaning |', '| --- | --- |', ...rows].join('\n')]),
  ].join('\n\n');
}

function takes(settings) {
  const listed = common.flatMap((name) => settings.filter((setting) => setting.name === name && !isSpecial(setting)));
  const names = listed.map((setting) => {
    if (setting.name === 'wording') return `\`wording\` of ${enumerated(pagesOf(setting.type))}`;
    const [, value] = /^Default (`\S+`)\.$/.exec(setting.text) ?? [];
    if (value !== undefined) return `\`${setting.name}\` (${value})`;
    return setting.required ? `**\`${setting.name}\`**` : `\`${setting.name}\``;
  });
  return `Takes ${names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')}, ${names.at(-1)}`}${settings.length === listed.length ? '.' : ', and:'}`;
}

/** A `slug` with more to say than its default. */
function isSpecial({ name, text }) {
  return name === 'slug' && text !== '' && !/^Default `\S+`\.$/.test(text);
}

/** The stages in `{ [Stage in 'a' | 'b']?: PageWording }` or `{ a?: PageWording }`. */
function pagesOf(type) {
  return ts.isMappedTypeNode(type) ? namesIn(type.typeParameter.constraint) : type.members.map(({ name }) => name.text);
}

function enumerated(names) {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

function cell(comment) {
  return comment.replace(/(?<!\\)\|/g, '\\|').replace(/\.$/, '');
}
