import { definePrompt } from '../flow/prompt.js';

/** A text shown among the fields; it goes into the answers as the server has it. */
export const staticText = definePrompt({
  type: 'static',
  asked: false,
  concealed: false,
  display: 'text',
  autocomplete: 'off',
  read: (typed) => ({ value: typed }),
});
