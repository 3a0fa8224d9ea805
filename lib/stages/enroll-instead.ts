import type { JsonObject } from '../base/json.js';
import { message, messageJson } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import type { StageContext } from '../flow/facts.js';
import type { StageOutcome } from '../flow/stage.js';

/** The field of the button of a person who has another account than the one that has their address. */
export const accountField = 'account';
const other = 'other';

/** The button, where the account never proved the address that a source vouches for. */
export function enrollInsteadButton({ context }: StageContext): JsonObject {
  if (context.enroll_instead === undefined) return {};
  return {
    alternative: { name: accountField, value: other, label: messageJson(message('stage.account_choice.other')) },
  };
}

export function wantsToEnroll(input: Readonly<Record<string, string>>, { context }: StageContext): boolean {
  return context.enroll_instead !== undefined && input[accountField] === other;
}

/** On to the flow that creates an account, with the identity and without the account that was found. */
export function enrollInstead({ context }: StageContext): StageOutcome<never> {
  const { enroll_instead: flow } = context;
  return flow === undefined
    ? { type: 'denied', message: message('stage.source_connect.nothing') }
    : { type: 'ended', to: flowTarget(flow), keepContext: true };
}
