import type { Texts } from '../base/message.js';
import { english } from '../base/texts/english.js';
import type { Flow } from '../flow/flow.js';
import { textsOfFlows } from '../flow/flows.js';

/** The default text of every message that a visitor can read: the kit's, those of the flows, and the app's own. */
export function textsOf(flows: readonly Flow[], ownMessages: Texts): Texts {
  return { ...ownMessages, ...english, ...textsOfFlows(flows) };
}
