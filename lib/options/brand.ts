import Joi from 'joi';
import { visibleTextRule } from '../base/setting-rules.js';
import { pageDirectives, pageSource } from '../flow/content-security-policy.js';
import { linkAddress } from '../flow/label-links.js';
import type { PageOptions } from './pages.js';
import type { SiteOptions } from './site.js';

const color = Joi.string()
  .pattern(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i)
  .messages({ 'string.pattern.base': '{{#label}} must be a color as #rgb or #rrggbb' });
const colors = Joi.alternatives().conditional(Joi.object(), {
  then: Joi.object({ light: color, dark: color }),
  otherwise: color,
});
const image = Joi.string()
  .pattern(/^\S+$/)
  .messages({ 'string.pattern.base': '{{#label}} must be an address without blanks' });
const link = Joi.string()
  .pattern(linkAddress)
  .messages({ 'string.pattern.base': '{{#label}} must be a path of the app, an https address or mailto:' });

export const brandSchema = Joi.object({
  name: visibleTextRule(Joi),
  home: Joi.string()
    .pattern(/^\/(?![/\\])[^\s\\]*$/)
    .messages({ 'string.pattern.base': '{{#label}} must be a path of the app' }),
  logo: image,
  logoDark: image,
  picture: image,
  color: colors,
  background: colors,
  radius: Joi.string()
    .pattern(/^(?:0|(?:\d{1,3}(?:\.\d{1,3})?|\.\d{1,3})(?:px|rem|em))$/)
    .messages({ 'string.pattern.base': '{{#label}} must be 0, or a length in px, rem or em' }),
  layout: Joi.string()
    .pattern(/^[a-z][-a-z0-9_]*$/)
    .messages({ 'string.pattern.base': '{{#label}} must be the name of a layout' }),
  links: Joi.object({ terms: link, privacy: link, help: link }),
  consent: Joi.boolean(),
});

/** Origins and paths by directive; no keyword that allows inline code. */
export const pageSourcesSchema = Joi.object(
  Object.fromEntries(
    [...pageDirectives, 'formAction'].map((name) => [
      name,
      Joi.array().items(
        Joi.string().pattern(pageSource).messages({
          'string.pattern.base': "{{#label}} must be an origin over https, with an optional path, or 'self'",
        }),
      ),
    ]),
  ),
);

/** What shows nothing without another setting. */
export function idleBrand({ brand }: Pick<PageOptions, 'brand'>): readonly string[] {
  const { logo, logoDark, links, consent } = brand ?? {};
  return [
    ...(logoDark !== undefined && logo === undefined
      ? ['"brand.logoDark" needs "brand.logo": it replaces that on dark pages']
      : []),
    ...(consent === true && links?.terms === undefined && links?.privacy === undefined
      ? ['"brand.consent" needs "brand.links.terms" or "brand.links.privacy": the sentence names them']
      : []),
  ];
}

/** Images that the pages' Content-Security-Policy would block, without a word to the visitor. */
export function blockedImages({
  brand,
  csp,
  baseUrl,
}: Pick<PageOptions, 'brand' | 'csp'> & SiteOptions): readonly string[] {
  const allowed = [
    new URL(baseUrl).origin,
    ...(csp?.imgSrc ?? []).map((source) => source.replace(/^(\w+:\/\/[^/]+).*/, '$1')),
  ];
  return (['logo', 'logoDark', 'picture'] as const).flatMap((name) => {
    const given = brand?.[name];
    if (given === undefined || /^data:/i.test(given)) return [];
    if (!/^[/\\]|^[a-z][-+.\w]*:/i.test(given))
      return [`"brand.${name}" must begin with a slash: from "${given}", each page would load another file`];
    const { origin, protocol } = new URL(given.replace(/^[/\\]{2}/, 'https://'), baseUrl);
    if (allowed.includes(origin)) return [];
    return protocol !== 'https:' && !/^[/\\]/.test(given)
      ? [`"brand.${name}" must be a path of the app, a data: URL or an https address`]
      : [
          `"brand.${name}" is on ${origin}, which the pages may not load from: serve it yourself, or set csp: { imgSrc: ['${origin}'] }`,
        ];
  });
}
