import type { JsonObject } from '../../../lib/base/json.js';
import { message, messageJson, type Texts } from '../../../lib/base/message.js';
import type { PageForm, PageModel } from '../../../lib/pages/page-model.js';
import { createPages, type Pages, type PagesOptions } from '../../../lib/pages/pages.js';
import { english, type MessageId, type ValuesIn } from '../../../lib/base/texts/english.js';

/** A substitute for the texts of stages and flows, which the caller merges. */
export const texts: Texts = { ...english, 'sample.label': 'Your {thing}' };

/** Pages that fail a test when a message has no text. */
export function samplePages(options: Partial<PagesOptions> = {}): Pages {
  return createPages({
    texts,
    brand: { name: 'Acme', home: '/', consent: { terms: '/terms', privacy: '/privacy' } },
    assetsPath: '/join/assets',
    cache: true,
    missing: (id) => {
      throw new Error(`no text for ${id}`);
    },
    ...options,
  });
}

export function field(key: string, type: string, more: JsonObject = {}): JsonObject {
  return {
    field_key: key,
    label: json(key),
    type,
    required: true,
    placeholder: null,
    initial_value: '',
    order: 0,
    sub_text: null,
    choices: null,
    ...more,
  };
}

/** A message of the kit, as it appears in a challenge. */
export function said<Id extends MessageId>(id: Id, values?: ValuesIn<(typeof english)[Id]>): JsonObject {
  return messageJson(message(id, values));
}

/** A text of the app, as it appears in a challenge. */
export function json(text: string): JsonObject {
  return { id: 'literal', values: { text } };
}

export const code = field('invite_code', 'text', {
  label: said('prompt.invite_code.label'),
  sub_text: said('prompt.invite_code.help'),
  autocomplete: 'off',
  code: true,
  entry_link: true,
});

export const account: readonly JsonObject[] = [
  field('username', 'username', { label: said('flow.invite.username'), autocomplete: 'username' }),
  field('email', 'email', { label: said('flow.invite.email'), autocomplete: 'email' }),
  field('password', 'password', {
    label: said('flow.invite.password'),
    sub_text: said('flow.invite.password_help', { least: 15 }),
    autocomplete: 'new-password',
  }),
  field('password_repeat', 'password', { label: said('flow.invite.password_repeat'), autocomplete: 'new-password' }),
];

/** The same with a saved password. */
export const savedAccount: readonly JsonObject[] = account.map((asked) =>
  asked['type'] === 'password'
    ? { ...asked, required: false, saved: true, minlength: 15, passwordrules: 'minlength: 15; maxlength: 128;' }
    : asked,
);

/** The minimal model to render this view. */
export function page(view: string, more: Partial<PageModel> = {}): PageModel {
  return {
    view,
    layout: 'stacked',
    locale: 'en',
    languagePath: null,
    flow: null,
    stage: null,
    title: message('flow.invite.title'),
    intro: null,
    inviter: null,
    steps: null,
    notice: null,
    challenge: {},
    form: null,
    messages: [],
    reference: null,
    links: [],
    sources: [],
    recognized: null,
    app: {},
    ...more,
  };
}

export function form(more: Partial<PageForm> = {}): PageForm {
  return {
    action: '/join/if/flow/invite/',
    hidden: [{ name: 'signature', value: 'k1.2Xy-_z' }],
    typed: {},
    errors: {},
    submit: message('form.submit'),
    ...more,
  };
}

export function prompt(
  fields: readonly JsonObject[],
  more: Partial<PageModel> = {},
  challenge: JsonObject = {},
): PageModel {
  return page('pages/prompt', {
    flow: { slug: 'invite', title: message('flow.invite.title') },
    stage: 'account',
    title: message('flow.invite.title'),
    challenge: { ...challenge, fields },
    form: form(),
    ...more,
  });
}
