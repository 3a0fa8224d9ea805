import { kitMade } from '../flow/made-by.js';
import { message } from '../base/message.js';
import { definePrompt } from '../flow/prompt.js';
import { asciiDigits } from './digits.js';
import { plainLine } from './plain-line.js';

/**
 * A phone number: its digits, with the plus sign of an international one, and nothing that people put between them. 5
 * to 15 digits (E.164). Whether the number exists is not known, and a national number is not made international.
 */
export const tel = kitMade(
  'tel',
  definePrompt({
    type: 'tel',
    asked: true,
    concealed: false,
    autocomplete: 'tel',
    input: 'tel',
    read(typed) {
      const read = plainLine(typed, 100);
      if ('error' in read) return read;
      const bare = asciiDigits(read.line)
        .replace(/^\uff0b/, '+')
        // The zero of `+49 (0)30 …` is dialed within the country only.
        .replace(/^(\+.*?)\(0\)/, '$1')
        .replace(/[\s().\-/\u2010-\u2015\u2212\p{Cf}]/gu, '');
      return /^\+?\d{5,15}$/.test(bare) ? { value: bare } : { error: message('prompt.tel.form') };
    },
  }),
);
