import { message } from '../base/message.js';
import { settingsCheck } from '../base/settings.js';
import { promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';
import type { FileRules } from '../ports/uploads.js';

type FileSettings = Omit<PromptSettings, 'placeholder' | 'initial' | 'entryLink' | 'autocomplete'> &
  Pick<FileRules, 'store' | 'discard'> & {
    /**
     * Types (`image/png`, `image/*`) and endings (`.pdf`); default: any. A file needs one of them. They come from the
     * visitor's browser and prove nothing about the content: `store` has to look at it.
     */
    readonly accept?: readonly string[];
    /** Default 5,000,000. */
    readonly maxBytes?: number;
  };

const check = settingsCheck<FileSettings>('file prompt', (joi) => {
  const { key, label, required, subText, blank, order } = promptRules(joi);
  return {
    ...{ key, label, required, subText, blank, order },
    accept: joi.array().items(
      joi
        .string()
        .pattern(/^(?:\.[a-z\d]{1,20}|[a-z]+\/(?:\*|[-+.\w]+))$/i)
        .messages({
          'string.pattern.base': '{{#label}} must be a type such as image/png or image/*, or an ending such as .pdf',
        }),
    ),
    maxBytes: joi.number().integer().min(1).max(10_000_000_000),
    store: joi.function().required(),
    discard: joi.function(),
  };
});

/**
 * A file, which streams to the app's own `store` while it arrives; the kit keeps what `store` returns. A form that is
 * refused discards its file by `discard`, and the page asks for it again; a file of an accepted form is kept.
 */
export function file(settings: FileSettings): Prompt {
  check(settings);
  const { accept = [], maxBytes = 5_000_000, store, discard, ...common } = settings;
  const rules: FileRules = {
    accept: Object.freeze(accept.map((one) => one.toLowerCase())),
    maxBytes,
    store,
    ...(discard === undefined ? {} : { discard }),
  };
  return promptOf({
    type: 'file',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    input: 'file',
    file: Object.freeze(rules),
    blank: message('prompt.file.blank'),
    help: message('prompt.file.limit', { most: maxBytes }),
    attributes: accept.length === 0 ? {} : { accept: accept.join(',') },
    // A text under its key is no file.
    read: () => ({ error: message('prompt.file.blank') }),
  })(common, settings);
}
