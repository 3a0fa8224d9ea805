import { fallbackTags, isLanguageTag } from '../base/language-tag.js';
import { didYouMean } from '../base/did-you-mean.js';
import type { EnrollmentMessages } from '../composition/messages.js';
import { usage } from './terminal.js';

/** A language of the app; the command ends with a sentence where the app has no such language. */
export function localeFlag(
  given: string | undefined,
  flag: string,
  { languages }: Pick<EnrollmentMessages, 'languages'>,
): { readonly locale?: string } {
  if (given === undefined) return {};
  if (!isLanguageTag(given)) throw usage(`${flag}: '${given}' is no language tag such as de or pt-BR`);
  const asked = fallbackTags(given);
  if (languages.some((tag) => fallbackTags(tag).some((one) => asked.includes(one)))) return { locale: given };
  throw usage(
    `${flag}: no page is in the language '${given}'${didYouMean(given, languages)}; there are: ${languages.join(', ')}`,
  );
}
