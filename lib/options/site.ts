import Joi from 'joi';
import { parseUrl } from '../base/url.js';
import type { OptionRules } from './option-rules.js';

export interface SiteOptions {
  /**
   * Public address of the router, with its mount path: `https://app.example/join`. Decides links, cookie paths, `Secure`
   * and the expected origin.
   * @defaultValue required
   */
  readonly baseUrl: string;
  /**
   * At least 32 characters: `node -p "crypto.randomBytes(32).toString('base64url')"`. In a list, the first signs and all
   * verify.
   * @defaultValue outside production: random, for one process; production requires it
   * @see [operations](docs/operations.md#secrets)
   */
  readonly secret?: string | readonly string[] | undefined;
  /**
   * Whether the rules for production apply: `secret`, `redis` and https are required.
   * @defaultValue `NODE_ENV === 'production'`
   */
  readonly production?: boolean | undefined;
}

const leastSecret = 32;
const howToMake = 'make one with: node -p "crypto.randomBytes(32).toString(\'base64url\')"';
const secret = Joi.string()
  .min(leastSecret)
  .custom((value: string, helpers) =>
    value.length >= leastSecret && isSample(value) ? helpers.error('secret.sample') : value,
  )
  .messages({
    'string.min': `{{#label}} has fewer than 32 characters; ${howToMake}`,
    'secret.sample': `{{#label}} looks like a sample; ${howToMake}`,
  });

export const siteRules = {
  baseUrl: {
    schema: Joi.string().required().custom(checkBaseUrl).messages({
      'baseUrl.form':
        '{{#label}} must be an absolute http or https URL without query, fragment or user, e.g. https://app.example/join',
      // Links begin with the path: browsers treat `//join` as another host, and `;` ends the path of a cookie.
      'baseUrl.path': '{{#label}} has a path with "//", ";" or an encoded slash; write it plainly, e.g. /join',
    }),
  },
  secret: {
    schema: Joi.alternatives().conditional(Joi.array(), { then: Joi.array().items(secret).min(1), otherwise: secret }),
    default: null,
  },
  production: { schema: Joi.boolean(), resolve: isProduction },
} satisfies OptionRules<SiteOptions>;

/** The option `production`, or the default from `NODE_ENV`. */
export function isProduction(given: boolean | undefined): boolean {
  return given ?? process.env['NODE_ENV'] === 'production';
}

function checkBaseUrl(value: string, helpers: Joi.CustomHelpers): unknown {
  const url = parseUrl(value);
  if (url === null) return helpers.error('baseUrl.form');
  const { protocol, search, hash, username, password, pathname } = url;
  if (/\/\/(?!\/*$)|;|%2f|%5c/i.test(pathname)) return helpers.error('baseUrl.path');
  return /^https?:$/.test(protocol) && search + hash + username + password === ''
    ? value
    : helpers.error('baseUrl.form');
}

function isSample(value: string): boolean {
  return new Set(value).size < 8 || /secret|change.?me|keyboard|example|sample|password|123456/i.test(value);
}
