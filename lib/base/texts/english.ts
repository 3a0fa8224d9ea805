import { accessTexts } from './access.js';
import { authenticatorTexts } from './authenticators.js';
import { captchaTexts } from './captcha.js';
import { consentTexts } from './consents.js';
import { flowTexts } from './flows.js';
import { mailTexts } from './mails.js';
import { pageTexts } from './pages.js';
import { policyTexts } from './policies.js';
import { promptTexts } from './prompts.js';
import { sourceTexts } from './sources.js';
import { stageTexts } from './stages.js';
import { ticketTexts } from './tickets.js';

/** Every message of the kit, by id, in English. Another language is an object with the same keys. */
export const english = Object.freeze({
  ...pageTexts,
  ...flowTexts,
  ...stageTexts,
  ...ticketTexts,
  ...captchaTexts,
  ...consentTexts,
  ...policyTexts,
  ...promptTexts,
  ...sourceTexts,
  ...accessTexts,
  ...authenticatorTexts,
  ...mailTexts,
});

/** The id of a message of the kit. */
export type MessageId = keyof typeof english;

/**
 * The values of a message's placeholders: `minutes` in "in {minutes, plural, one {# minute} other {# minutes}}". Pages
 * know the value of `brand`.
 */
export type ValuesIn<Text> = {
  readonly [Name in Exclude<NamesIn<Text>, 'brand'>]: string | number;
} & ('brand' extends NamesIn<Text> ? { readonly brand?: string | number } : unknown);

/**
 * The names in a text. `Inside` says what each open brace contains, the innermost first: the cases of an argument in ICU
 * syntax (`cases`), or the text of one case (`text`).
 */
type NamesIn<Text, Inside extends readonly ('cases' | 'text')[] = []> = Text extends `${infer Before}}${infer After}`
  ? Before extends `${string}{${infer Opened}`
    ? Inside extends readonly ['cases', ...(readonly unknown[])]
      ? NamesIn<`${Opened}}${After}`, ['text', ...Inside]>
      : Opened extends `${infer Name},${infer More}`
        ? | Name
          | (More extends `${string}{${string}`
              ? NamesIn<`${More}}${After}`, ['cases', ...Inside]>
              : NamesIn<After, Inside>)
        : Opened extends `${string}{${string}`
          ? never
          : Opened | NamesIn<After, Inside>
    : Inside extends readonly [unknown, ...infer Outer extends readonly ('cases' | 'text')[]]
      ? NamesIn<After, Outer>
      : NamesIn<After>
  : never;
