import { message } from '../../../lib/base/message.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, json, page } from './samples.js';

const permission = (id: string, name: string) => ({ id, name: json(name) });
const read = permission('read', 'Read your calendar');
const write = permission('write', 'Change your calendar, also entries that other people have shared with you');
const token = field('token', 'hidden', { label: null, initial_value: 'x', required: false });
const common = {
  stage: 'consent',
  title: message('stage.consent.title'),
  form: form({ action: '/join/if/flow/consent/', submit: message('stage.consent.allow') }),
};
const asks = (id: string) => ({ id, values: { application: 'Acme Reports' } });

/** Pages that ask for a consent, in the states that visitors see. */
export const consentGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'permissions',
    page('pages/permissions', {
      ...common,
      challenge: {
        ...{ user: 'ann@example.com', text: asks('stage.consent.asks') },
        ...{ permissions: [read, write], additional_permissions: [], fields: [token] },
      },
    }),
  ],
  [
    'permissions-more',
    page('pages/permissions', {
      ...common,
      form: form({ errors: { '': [message('stage.consent.changed')] }, submit: message('stage.consent.allow') }),
      challenge: {
        ...{ user: 'ann', text: asks('stage.consent.asks_more') },
        ...{ permissions: [read, write], additional_permissions: [write], fields: [token] },
      },
    }),
  ],
  [
    'permissions-declined',
    page('pages/denied', {
      title: message('denied.title'),
      messages: [message('stage.consent.declined')],
      links: [
        { href: '/join/if/flow/consent/', label: message('link.start_again') },
        { href: '/', label: message('link.home') },
      ],
    }),
  ],
]);
