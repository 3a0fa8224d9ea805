import type { Request, Response } from 'express';
import Joi from 'joi';
import { isLanguageTag } from '../base/language-tag.js';
import type { Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { ViewsOption } from '../pages/views/folders.js';
import type { ViewModel } from '../pages/view-model.js';
import type { FormSources } from '../flow/content-security-policy.js';
import { visibleTextRule } from '../base/setting-rules.js';
import { brandSchema, pageSourcesSchema } from './brand.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema } from './schemas.js';

export interface PageOptions {
  /**
   * What the pages show of you: name or logo, colors, layout, links.
   * @defaultValue none
   * @see [branding](docs/branding.md)
   */
  readonly brand?: {
    /**
     * Above every page, and in its title.
     * @defaultValue the host of `baseUrl`
     */
    readonly name?: string;
    /**
     * Path of your home page.
     * @defaultValue `/`
     */
    readonly home?: string;
    /**
     * Image in place of the name: a path, a `data:` URL, or an address of a host in `csp.imgSrc`.
     * @defaultValue the name
     */
    readonly logo?: string;
    /**
     * The logo on dark pages.
     * @defaultValue `logo`
     */
    readonly logoDark?: string;
    /**
     * Of buttons, as `#rrggbb` or `{ light, dark }`; links and outlines follow, in a shade that can be read.
     * @defaultValue indigo
     */
    readonly color?: string | { readonly light?: string; readonly dark?: string };
    /**
     * Behind the card, as `#rrggbb` for light pages or `{ light, dark }`.
     * @defaultValue light gray, and near black
     */
    readonly background?: string | { readonly light?: string; readonly dark?: string };
    /**
     * Of the corners of controls: `'0'`, `'4px'`, `'0.5rem'`.
     * @defaultValue `'0.5rem'`
     */
    readonly radius?: string;
    /**
     * Image beside the page in the layout `split`, as `logo`.
     * @defaultValue the name on the brand's color
     */
    readonly picture?: string;
    /**
     * Layout of every page whose flow names none: `stacked`, `split`, `plain` or your own.
     * @defaultValue `stacked`
     */
    readonly layout?: string;
    /**
     * Below every page: `{ terms, privacy, help }`, each a path, an https address or `mailto:`.
     * @defaultValue none
     */
    readonly links?: { readonly terms?: string; readonly privacy?: string; readonly help?: string };
    /**
     * Whether the page that creates an account says that people agree to `links.terms` and `links.privacy`.
     * @defaultValue `true`
     */
    readonly consent?: boolean;
  };
  /**
   * Whether pages load the kit's small scripts: show password, strength of a password, help with codes, the
   * end of the session, second clicks.
   * Every page works without them.
   * @defaultValue `true`
   */
  readonly scripts?: boolean | undefined;
  /**
   * What pages may load from elsewhere, by directive: `{ fontSrc: ['https://fonts.example'], imgSrc: [ … ] }`
   * (`scriptSrc`, `styleSrc`, `imgSrc`, `fontSrc`, `frameSrc`, `connectSrc`; `formAction`: origins that a form may redirect to). It is added to the strict policy.
   * @defaultValue nothing
   * @see [branding](docs/branding.md#content-security-policy)
   */
  readonly csp?: FormSources | undefined;
  /**
   * Your templates: an absolute path or `file:` URL, or a list of them. A file of the same relative path wins; of two in
   * the list, the first.
   * @defaultValue the kit's
   * @see [templates](docs/templates.md)
   */
  readonly views?: ViewsOption | undefined;
  /**
   * The languages of the pages, of those that ship with the kit: `['en', 'de']` (`ar`, `de`, `en`, `es`, `fr`, `id`,
   * `ja`, `pt-BR`, `zh-Hans`). Languages in `messages` are offered too.
   * @defaultValue those in `messages`, and the default language
   * @see [translations](docs/translations.md)
   */
  readonly languages?: readonly string[] | undefined;
  /**
   * Your wording by message id, and whole languages by tag: `{ 'form.submit': 'Join', de: { … } }`. Misspelled ids are
   * refused at start; other unknown ones are sentences of your own.
   * @defaultValue the kit's
   * @see [translations](docs/translations.md)
   */
  readonly messages?: MessagesOption | undefined;
  /**
   * Default texts of your own messages that are in no configured flow, as those of your templates:
   * `defineMessages(…).texts`.
   * @defaultValue empty
   */
  readonly ownMessages?: Texts | undefined;
  /**
   * The visitor's language, as `(req) => tag`, e.g. from the account; a list of tags by preference works too. As a tag:
   * the language of all who have not chosen another. What a visitor chose on the pages comes first.
   * @defaultValue the browser's `Accept-Language`
   * @see [translations](docs/translations.md)
   */
  readonly locale?: string | LocaleChoice | undefined;
  /**
   * The language of visitors whose own is not offered, and of the texts that `messages` replaces without a tag.
   * @defaultValue `locale`, if that is a tag; `en`; the first of `languages`, if those lack English
   * @see [translations](docs/translations.md)
   */
  readonly defaultLocale?: string | undefined;
  /**
   * `(req) => object`: available in templates as `locals.app`.
   * @defaultValue empty
   */
  readonly locals?: ((req: Request) => Readonly<Record<string, unknown>>) | undefined;
  /**
   * `(req, res, model, html)`: shows each page in your own layout, with any template engine. `html` is the page without
   * a layout, `model` what its templates get as `locals`. Call `res.render(…)`, or return the whole document as a string
   * or a promise of one; status, headers and cookies are set.
   * @defaultValue the kit's layouts
   * @see [frameworks](docs/frameworks.md)
   */
  readonly render?: PageRenderer | undefined;
  /**
   * Class names for the elements of the kit's templates, by the kit's own without `enrollment-`:
   * `{ button: 'btn btn-primary' }`. They replace it; repeat it to keep its style.
   * @defaultValue empty
   * @see [your own classes](docs/frameworks.md#your-own-classes)
   */
  readonly classes?: Readonly<Record<string, string>> | undefined;
}

/** Sends a page in the app's own layout. */
export type PageRenderer = (req: Request, res: Response, model: ViewModel, html: string) => unknown;

/** `false`, as `req.acceptsLanguages('de', 'fr')` returns it, and nothing: the default language. */
export type LocaleChoice = (req: Request) => string | readonly string[] | false | null | undefined;

/** Stands for the option `locals` where it is left out. */
export const noLocals = (): Readonly<Record<string, unknown>> => ({});

const textSchema = visibleTextRule(Joi);
const messagesSchema = Joi.object().pattern(
  Joi.string(),
  Joi.alternatives().conditional(Joi.object(), {
    then: Joi.object().pattern(Joi.string(), textSchema),
    otherwise: textSchema,
  }),
);

const classesSchema = Joi.string()
  .pattern(/^[^\p{Cc}]*$/u)
  .messages({ 'string.pattern.base': '{{#label}} may not have line breaks or other control characters' });

const synchronousSchema = Joi.function()
  .custom((given: object, helpers) =>
    given.constructor.name === 'AsyncFunction' ? helpers.error('function.async') : given,
  )
  .messages({
    'function.async':
      '{{#label}} must not be async: a page does not wait; await the data in a middleware, and read it from the request',
  });

const languageTagSchema = Joi.string()
  .custom((tag: string, helpers) => (isLanguageTag(tag) ? tag : helpers.error('string.languageTag')))
  .messages({ 'string.languageTag': '{{#label}} must be a language tag such as en or pt-BR' });

export const pageRules = {
  brand: {
    schema: brandSchema,
    resolve: (given, { hostname }) => Object.freeze({ name: hostname, home: '/', ...given }),
  },
  scripts: { schema: Joi.boolean(), default: true },
  csp: { schema: pageSourcesSchema, default: null },
  languages: { schema: Joi.array().items(languageTagSchema).min(1), default: null },
  views: {
    schema: Joi.any()
      .custom((given: unknown, helpers) =>
        [given].flat().every((one) => typeof one === 'string' || one instanceof URL)
          ? given
          : helpers.error('views.folder'),
      )
      .messages({ 'views.folder': '{{#label}} must be a path, a file: URL, or a list of them' }),
    default: null,
  },
  messages: { schema: messagesSchema, default: {} },
  ownMessages: { schema: Joi.object().pattern(Joi.string(), textSchema), default: {} },
  locale: {
    schema: Joi.alternatives().conditional(Joi.function(), { then: synchronousSchema, otherwise: languageTagSchema }),
    default: null,
  },
  defaultLocale: { schema: languageTagSchema, default: null },
  locals: { schema: synchronousSchema, default: noLocals },
  render: { schema: functionSchema, default: null },
  classes: { schema: Joi.object().pattern(Joi.string(), classesSchema), default: {} },
} satisfies OptionRules<PageOptions>;
