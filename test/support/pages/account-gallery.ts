import { unbrokenDate } from '../../../lib/base/date-text.js';
import { message } from '../../../lib/base/message.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, page, prompt } from './samples.js';

const labelOf = (id: string, values: Readonly<Record<string, string>> = {}) => ({ id, values });
const flowOf = (name: 'sessions' | 'authenticators' | 'connections') => {
  const title = message(`flow.account.${name}`);
  return { flow: { slug: `account-${name}`, title }, title };
};
const links = (['profile', 'sessions'] as const).map((name) => ({
  href: `/join/if/flow/account-${name}/`,
  label: message(`flow.account.${name}`),
}));
const sessions = (choices: readonly { readonly value: string; readonly label: object }[], none: boolean) =>
  field('session', 'radio-button-group', {
    input: 'radio',
    label: labelOf('stage.sessions.label'),
    sub_text: none ? labelOf('stage.sessions.none') : null,
    choices: choices.map(({ value, label }) => ({ value, label: { ...label } })),
    initial_value: none ? 'others' : '',
  });
const all = { value: 'others', label: labelOf('stage.sessions.all') };

const radios = (key: string, label: string, choices: readonly object[]) =>
  field(key, 'radio-button-group', {
    input: 'radio',
    label: labelOf(label),
    choices: choices.map((one, index) => ({ value: `choice-${String(index)}`, label: { ...one } })),
  });
const used = (type: string, name: string, day: string) =>
  labelOf('stage.authenticators.used', {
    type,
    named: name === '' ? 'no' : 'yes',
    name,
    added: unbrokenDate('Oct 9, 2026'),
    used: unbrokenDate(day),
  });
const removes = { label: labelOf('stage.authenticators.remove') };
const back = { href: '/join/if/flow/account/', label: message('link.account'), quiet: true };
const setUps = [
  { href: '/join/if/flow/account-totp/', label: message('authenticator.totp.title') },
  { href: '/join/if/flow/account-webauthn/', label: message('authenticator.webauthn.title') },
];
const newCodes = { href: '/join/if/flow/account-recovery-codes/', label: message('authenticator.codes.new') };
const connects = ['acme', 'github'].map((slug) => ({
  ...{ slug, href: `/join/source/${slug}/login`, icon: null },
  label: message('source.connect', { source: slug === 'acme' ? 'Acme' : 'GitHub' }),
}));

/** Pages of account settings, in the states that visitors see. */
export const accountGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'account-menu',
    page('pages/menu', {
      title: message('flow.account.title'),
      links: [
        ...links,
        { href: '/join/if/flow/account-password/', label: message('flow.change_password.title') },
        { href: '/join/if/flow/account-leave/', label: message('flow.leave.title'), destructive: true },
      ],
      challenge: { fields: [] },
      form: form({ action: '/join/if/flow/account/', submit: message('flow.waitlist.back') }),
    }),
  ],
  [
    'account-sessions',
    prompt(
      [
        sessions(
          [
            all,
            {
              value: 'a',
              label: labelOf('stage.sessions.seen', {
                browser: 'Firefox, Windows',
                time: unbrokenDate('Nov 28, 2026, 9:14 AM UTC'),
              }),
            },
            {
              value: 'b',
              label: labelOf('stage.sessions.one', {
                browser: 'Safari, iPhone',
                time: unbrokenDate('Nov 2, 2026, 7:40 PM UTC'),
              }),
            },
            {
              value: 'c',
              label: labelOf('stage.sessions.unknown', { time: unbrokenDate('Oct 9, 2026, 12:05 PM UTC') }),
            },
          ],
          false,
        ),
      ],
      {
        ...flowOf('sessions'),
        form: form({ submit: message('stage.sessions.submit') }),
        links: [back],
      },
    ),
  ],
  [
    'account-sessions-none',
    prompt([sessions([all], true)], {
      ...flowOf('sessions'),
      form: form({ submit: message('stage.sessions.submit') }),
      links: [back],
    }),
  ],
  [
    'account-authenticators',
    prompt(
      [
        radios('authenticator', 'stage.authenticators.label', [
          used('totp', '', 'Nov 28, 2026'),
          used('webauthn', 'Blue key', 'Nov 2, 2026'),
          labelOf('stage.authenticators.unused', {
            type: 'recovery_codes',
            named: 'no',
            name: '',
            added: unbrokenDate('Oct 9, 2026'),
          }),
        ]),
      ],
      { ...flowOf('authenticators'), links: [...setUps, newCodes, back] },
    ),
  ],
  [
    'account-authenticators-none',
    page('pages/denied', {
      ...flowOf('authenticators'),
      messages: [message('stage.authenticators.none')],
      links: [...setUps.map((link, index) => ({ ...link, primary: index === 0 })), back],
    }),
  ],
  [
    'account-authenticator',
    prompt(
      [field('authenticator_name', 'text', { label: labelOf('stage.authenticators.name'), initial_value: 'Blue key' })],
      {
        ...flowOf('authenticators'),
        title: message('stage.authenticators.title'),
        form: form({ submit: message('flow.account.save'), errors: { '': [message('stage.authenticators.last')] } }),
      },
      { alternative: { ...removes, name: 'authenticator_removed', value: 'yes', destructive: true } },
    ),
  ],
  [
    'account-authenticator-removal',
    prompt(
      [
        field('authenticator_kept', 'alert_warning', {
          display: 'alert',
          required: false,
          label: used('webauthn', 'Blue key', 'Nov 2, 2026'),
          sub_text: labelOf('stage.authenticators.remove_help'),
        }),
      ],
      {
        ...flowOf('authenticators'),
        title: message('stage.authenticators.remove_title'),
        form: form({ submit: message('stage.authenticators.remove'), discards: true }),
      },
      { alternative: { name: 'authenticator_kept', value: 'yes', label: labelOf('stage.authenticators.keep') } },
    ),
  ],
  [
    'account-connections',
    prompt(
      [
        radios('connection', 'stage.connections.label', [
          labelOf('stage.connections.since', { source: 'Acme', day: unbrokenDate('Nov 28, 2026') }),
        ]),
      ],
      {
        ...flowOf('connections'),
        sources: connects.filter(({ slug }) => slug !== 'acme'),
        links: [back],
        form: form({
          discards: true,
          submit: message('stage.connections.submit'),
          errors: { connection: [message('stage.connections.last')] },
        }),
      },
    ),
  ],
  [
    'account-connections-none',
    page('pages/denied', {
      ...flowOf('connections'),
      messages: [message('stage.connections.none')],
      sources: connects,
      links: [back],
    }),
  ],
  [
    'account-changed',
    page('pages/menu', {
      title: message('flow.account.title'),
      notice: message('notice.password_changed'),
      links,
      challenge: { fields: [] },
      form: form({ action: '/join/if/flow/account/', submit: message('flow.waitlist.back') }),
    }),
  ],
  [
    'account-delete-canceled',
    page('pages/cancel', {
      flow: { slug: 'account-leave', title: message('flow.leave.title') },
      title: message('cancel.nothing_changed.title'),
      messages: [message('cancel.nothing_changed.text')],
      form: form({ submit: message('cancel.other.submit'), discards: false }),
      links: [{ href: '/join/if/flow/account-leave/', label: message('link.go_on'), quiet: true }],
    }),
  ],
  [
    'account-delete',
    page('pages/continue', {
      title: message('stage.user_delete.title'),
      messages: [message('signed_in.as', { name: 'a***@example.com' }), message('stage.user_delete.text')],
      form: form({ action: '/join/if/flow/leave/', submit: message('stage.user_delete.submit'), discards: true }),
      links: [{ href: '/join/if/flow/account/', label: message('stage.user_delete.keep'), primary: true }],
    }),
  ],
]);
