import type { PageLink } from '../../../pages/page-model.js';
import type { JsonObject } from '../../../base/json.js';
import type { Shown } from './component.js';
import { listOf, text, flag, refTo, anyRecord } from './schemas.js';

// The links of a page that authentik names.
const named = {
  recovery_url: 'stage.identification.recovery',
  enroll_url: 'stage.identification.enrollment',
  passwordless_url: 'stage.identification.passwordless',
} as const;

type LinkName = keyof typeof named;

/** The addresses of these links, as far as the page has them. */
export function linksOf({ model }: Shown, ...names: readonly LinkName[]): JsonObject {
  const found = names.flatMap((name): readonly (readonly [string, string])[] => {
    const link = model.links.find(({ label }: PageLink) => label.id === named[name]);
    return link === undefined ? [] : [[name, link.href]];
  });
  return Object.fromEntries(found);
}

/** The sources that the page offers; each button leads to its provider. */
export function sourcesOf({ model, text: say }: Shown): readonly JsonObject[] {
  return model.sources.map(({ href, label, icon }) => ({
    name: say(label),
    icon_url: icon,
    promoted: false,
    challenge: { component: 'xak-flow-redirect', to: href },
  }));
}

export const sourceSchema: JsonObject = {
  type: 'object',
  properties: {
    name: text,
    icon_url: { type: ['string', 'null'] },
    promoted: flag,
    challenge: {
      type: 'object',
      properties: { component: { const: 'xak-flow-redirect' }, to: text },
      required: ['component', 'to'],
    },
  },
  required: ['name', 'promoted', 'challenge'],
};

export const sourceList: JsonObject = listOf(refTo('LoginSource'));

export const captchaSchema: JsonObject = { ...anyRecord, description: 'What the widget of the captcha needs.' };
