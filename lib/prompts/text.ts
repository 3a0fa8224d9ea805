import { kitMade } from '../flow/made-by.js';
import { definePrompt } from '../flow/prompt.js';
import { plainLine } from './plain-line.js';

export const textLimits = Object.freeze({ characters: 1000 });

/** One line of text, as typed, without surrounding blanks. At most 1,000 characters. */
export const text = kitMade(
  'text',
  definePrompt({
    type: 'text',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    read(typed) {
      const read = plainLine(typed, textLimits.characters);
      return 'error' in read ? read : { value: read.line };
    },
  }),
);
