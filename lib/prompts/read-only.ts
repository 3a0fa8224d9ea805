import { kitMade } from '../flow/made-by.js';
import { definePrompt, type PromptKind } from '../flow/prompt.js';

const common = {
  asked: false,
  concealed: false,
  readOnly: true,
  autocomplete: 'off',
  read: (typed: string) => ({ value: typed }),
} satisfies Partial<PromptKind>;

/** The server's value in an input that cannot be changed. It becomes an answer; a posted value is not read. */
export const textReadOnly = kitMade('text_read_only', definePrompt({ ...common, type: 'text_read_only' }));

/** As `textReadOnly`, for several lines. */
export const textAreaReadOnly = kitMade(
  'text_area_read_only',
  definePrompt({
    ...common,
    type: 'text_area_read_only',
    input: 'textarea',
    attributes: { rows: 4 },
  }),
);
