import { messageJson, type Message } from '../base/message.js';
import type { PromptField } from '../flow/stage.js';
import { factorField } from './code-field.js';

/** What would be removed, and what that means. */
export interface Removed {
  readonly label: Message | null;
  readonly help: Message;
}

/** A warning above the button that removes something. */
export function removalField(key: string, { label, help }: Removed): PromptField {
  return factorField(key, 'alert_warning', {
    display: 'alert',
    label: label === null ? null : messageJson(label),
    sub_text: messageJson(help),
  });
}
