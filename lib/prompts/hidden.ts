import { definePrompt } from '../flow/prompt.js';

/** A value from the server that becomes an answer without being shown. A posted value under its key is not read. */
export const hidden = definePrompt({
  type: 'hidden',
  asked: false,
  concealed: false,
  display: 'none',
  input: 'hidden',
  autocomplete: 'off',
  read: (typed) => ({ value: typed }),
});
