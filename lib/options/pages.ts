import type { Request } from 'express';
import Joi from 'joi';
import { isLanguageTag } from '../base/language-tag.js';
import type { Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
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
   * Your wording by message id, and whole languages by tag: `{ 'form.submit': 'Join', de: { … } }`. Ids that do not
   * exist are refused at start.
   * @defaultValue the kit's
   * @see [languages](docs/templates.md#languages)
   */
  readonly messages?: MessagesOption | undefined;
  /**
   * Default texts of your own messages that are in no configured flow, as those of your templates:
   * `defineMessages(…).texts`.
   * @defaultValue empty
   */
  readonly ownMessages?: Texts | undefined;
  /**
   * The pages' language, as a tag, or as `(req) => tag` for each visitor; a list of tags by preference works too. It
   * chooses among the languages in `messages`.
   * @defaultValue `defaultLocale`; with languages in `messages`, the browser's choice
   * @see [languages](docs/templates.md#languages)
   */
  readonly locale?: string | LocaleChoice | undefined;
  /**
   * The language of the default texts, as a tag, where `messages` replaces them with texts in another language than
   * English. A page is in it when no language in `messages` fits.
   * @defaultValue `en`
   * @see [languages](docs/templates.md#languages)
   */
  readonly defaultLocale?: string | undefined;
  /**
   * `(req) => object`: available in templates as `locals.app`.
   * @defaultValue empty
   */
  readonly locals?: ((req: Request) => Readonly<Record<string, unknown>>) | undefined;
}

/** `false`, as `req.acceptsLanguages('de', 'fr')` returns it, and nothing: the default language. */
export type LocaleChoice = (req: Request) => string | readonly string[] | false | null | undefined;

const messagesSchema = Joi.object().pattern(
  Joi.string(),
  Joi.alternatives().conditional(Joi.object(), {
    then: Joi.object().pattern(Joi.string(), Joi.string()),
    otherwise: Joi.string(),
  }),
);

const languageTagSchema = Joi.string()
  .custom((tag: string, helpers) => (isLanguageTag(tag) ? tag : helpers.error('string.languageTag')))
  .messages({ 'string.languageTag': '{{#label}} must be a language tag such as en or pt-BR' });

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
  messages: { schema: messagesSchema, default: {} },
  ownMessages: { schema: Joi.object().pattern(Joi.string(), Joi.string()), default: {} },
  locale: {
    schema: Joi.alternatives().conditional(Joi.function(), { then: functionSchema, otherwise: languageTagSchema }),
    default: null,
  },
  defaultLocale: { schema: languageTagSchema, default: 'en' },
  locals: { schema: functionSchema, default: () => ({}) },
} satisfies OptionRules<PageOptions>;
