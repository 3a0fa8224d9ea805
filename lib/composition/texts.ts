import { definedTexts } from '../base/define-messages.js';
import type { Texts } from '../base/message.js';
import { english } from '../base/texts/english.js';
import type { Flow } from '../flow/flow.js';
import { textsOfFlows } from '../flow/flows.js';

/** The default text of every message that a visitor can read: the kit's, and those of the app's own definitions. */
export function textsOf(flows: readonly Flow[]): Texts {
  return { ...definedTexts(), ...english, ...textsOfFlows(flows) };
}
