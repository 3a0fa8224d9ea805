import { definePrompt } from '../flow/prompt.js';

/** A text that is shown among the fields. Its server-side value becomes an answer. */
export const staticText = definePrompt({
  type: 'static',
  asked: false,
  concealed: false,
  display: 'text',
  autocomplete: 'off',
  read: (typed) => ({ value: typed }),
});
