import { message } from '../base/message.js';
import { definePrompt } from '../flow/prompt.js';

export const textLimits = Object.freeze({ characters: 1000 });

// Tabs and line breaks are not allowed in a single line; the rest of C0, C1 and lone surrogates are not allowed
// anywhere.
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** One line of text, as typed, without surrounding blanks. At most 1,000 characters. */
export const text = definePrompt({
  type: 'text',
  asked: true,
  concealed: false,
  autocomplete: 'off',
  read(typed) {
    const value = typed.trim();
    if ([...value].length > textLimits.characters)
      return { error: message('prompt.text.too_long', { most: textLimits.characters }) };
    return unprintable.test(value) ? { error: message('prompt.text.unprintable') } : { value };
  },
});
