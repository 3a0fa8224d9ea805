import { kitMade } from '../flow/made-by.js';
import type { MessageLike, Prompt } from '../flow/prompt.js';
import { message } from '../base/message.js';
import type { TrustedHtml } from '../base/trusted-html.js';
import { settingsCheck } from '../base/settings.js';
import type { Computed } from '../flow/computed.js';
import { promptOf, promptRules } from '../flow/prompt.js';

interface AlertSettings {
  /** What it says. */
  readonly text: Computed<MessageLike | TrustedHtml>;
  /** The words before it; default "Note", "Warning" or "Important", so that it does not speak by its color alone. */
  readonly label?: MessageLike;
  /** Default: its type. No answer is stored under it. */
  readonly key?: string;
  readonly order?: number;
}

function alertPrompt(type: string, name: MessageLike): (settings: AlertSettings) => Prompt {
  const check = settingsCheck<AlertSettings>(`${type} prompt`, (joi) => {
    const { key, label, subText, order } = promptRules(joi);
    return { key: key.optional(), label: label.optional(), text: subText.required(), order };
  });
  const make = promptOf({
    type,
    asked: false,
    concealed: false,
    passive: true,
    display: 'alert',
    autocomplete: 'off',
    read: (typed) => ({ value: typed }),
  });
  return kitMade(type, (settings) => {
    check(settings);
    const { text, label = name, key = type, order } = settings;
    return make({ key, label, subText: text, ...(order === undefined ? {} : { order }) }, settings);
  });
}

/** A text in a box, for what helps to answer. */
export const alertInfo = alertPrompt('alert_info', message('alert.info'));

/** A text in a box, for what has consequences. */
export const alertWarning = alertPrompt('alert_warning', message('alert.warning'));

/** A text in a box, for what cannot be undone. */
export const alertDanger = alertPrompt('alert_danger', message('alert.danger'));
