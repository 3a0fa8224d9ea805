import type { Request } from 'express';
import Joi from 'joi';
import type { MessageOverrides } from '../base/texts/overrides.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema } from './schemas.js';

export interface PageOptions {
  /**
   * `{ name, home, logo }`, shown above every page.
   * @defaultValue the host of `baseUrl`, and `/`
   */
  readonly brand?: { readonly name?: string; readonly home?: string; readonly logo?: string } | undefined;
  /**
   * Your templates: an absolute path or `file:` URL. A file of the same relative path wins.
   * @defaultValue the kit's
   * @see [templates](docs/templates.md)
   */
  readonly views?: string | URL | undefined;
  /**
   * Your wording by message id; ids that do not exist are refused at start.
   * @defaultValue the kit's
   * @see [templates](docs/templates.md#wording)
   */
  readonly messages?: MessageOverrides | undefined;
  /**
   * Language tag for `<html lang>`.
   * @defaultValue `en`
   */
  readonly locale?: string | undefined;
  /**
   * `(req) => object`: available in templates as `locals.app`.
   * @defaultValue empty
   */
  readonly locals?: ((req: Request) => Readonly<Record<string, unknown>>) | undefined;
}

export const pageRules = {
  brand: {
    schema: Joi.object({
      name: Joi.string(),
      home: Joi.string()
        .pattern(/^\/(?![/\\])[^\s\\]*$/)
        .messages({ 'string.pattern.base': '{{#label}} must be a path of the app' }),
      logo: Joi.string(),
    }),
    resolve: (given, { hostname }) => Object.freeze({ name: hostname, home: '/', ...given }),
  },
  views: { schema: Joi.alternatives(Joi.string(), Joi.object().instance(URL)), default: null },
  messages: { schema: Joi.object().pattern(Joi.string(), Joi.string()), default: {} },
  locale: {
    schema: Joi.string()
      .pattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
      .messages({ 'string.pattern.base': '{{#label}} must be a language tag such as en or pt-BR' }),
    default: 'en',
  },
  locals: { schema: functionSchema, default: () => ({}) },
} satisfies OptionRules<PageOptions>;
