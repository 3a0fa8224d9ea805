import { message } from '../../../lib/base/message.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, page, prompt } from './samples.js';

const labelOf = (id: string, values: Readonly<Record<string, string>> = {}) => ({ id, values });
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
  });
const all = { value: 'others', label: labelOf('stage.sessions.all') };

/** Pages of account settings, in the states that visitors see. */
export const accountGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'account-menu',
    page('pages/prompt', {
      title: message('flow.account.title'),
      links: [
        ...links,
        { href: '/join/if/flow/account-password/', label: message('flow.change_password.title') },
        { href: '/join/if/flow/account-leave/', label: message('flow.leave.title') },
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
            { value: 'a', label: labelOf('stage.sessions.seen', { browser: 'Firefox, Windows', day: 'Nov 28, 2026' }) },
            { value: 'b', label: labelOf('stage.sessions.one', { browser: 'Safari, iPhone', day: 'Nov 2, 2026' }) },
            { value: 'c', label: labelOf('stage.sessions.unknown', { day: 'Oct 9, 2026' }) },
          ],
          false,
        ),
      ],
      { title: message('flow.account.sessions'), form: form({ submit: message('stage.sessions.submit') }) },
    ),
  ],
  [
    'account-sessions-none',
    prompt([sessions([all], true)], {
      title: message('flow.account.sessions'),
      form: form({ submit: message('stage.sessions.submit') }),
    }),
  ],
  [
    'account-delete',
    page('pages/continue', {
      title: message('stage.user_delete.title'),
      messages: [message('stage.user_delete.text')],
      form: form({ action: '/join/if/flow/leave/', submit: message('stage.user_delete.submit') }),
    }),
  ],
]);
