import { percentMessage } from '../../base/percent-text.js';
import type { MessageLike } from '../../flow/prompt.js';

/** A text that authentik shows as it is: `{brand}` is no place in it, as it is in texts of the kit. */
export function plainWords(text: string): MessageLike {
  return text.includes('{brand}') ? percentMessage(text.replaceAll('%', '%%')) : text;
}
