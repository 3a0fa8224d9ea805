import { kitMade } from '../flow/made-by.js';
import { dayText } from '../base/date-text.js';
import { message, type Message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { Prompt } from '../flow/prompt.js';
import type { OwnAuthenticator } from '../ports/second-factors.js';
import { radioButtonGroup } from './choices.js';

/** The authenticators of the signed-in user, by name and day. Who has none sees a sentence, and answers nothing. */
export const authenticatorPrompt = kitMade('authenticator', (key: string = 'authenticator'): Prompt => {
  return radioButtonGroup({
    key,
    label: message('stage.authenticators.label'),
    required: async (at) => (await ownAuthenticators(at)).length > 0,
    choices: async (at) =>
      (await ownAuthenticators(at)).map((one) => ({ value: one.id, label: authenticatorLabel(one, at) })),
    subText: async (at) =>
      (await ownAuthenticators(at)).length === 0 ? message('stage.authenticators.none') : undefined,
  });
});

/** Those of the signed-in user. Empty without the option `authenticators`. */
export async function ownAuthenticators({ facts, services }: StageContext): Promise<readonly OwnAuthenticator[]> {
  if (facts.user === undefined) return [];
  return (await services.secondFactors?.list(facts.user)) ?? [];
}

/** Its kind, its name, and the days on which it was added and last used. */
export function authenticatorLabel(
  { type, name, createdAt, lastUsedAt }: OwnAuthenticator,
  { facts }: StageContext,
): Message {
  const day = (at: number): string => dayText(at, facts.locale);
  const values = { type, ...nameIn(name), added: day(createdAt) };
  return lastUsedAt === null
    ? message('stage.authenticators.unused', values)
    : message('stage.authenticators.used', { ...values, used: day(lastUsedAt) });
}

/** The names that the kit gives say the type, which the sentence says in the visitor's language. */
function nameIn(name: string): { readonly named: string; readonly name: string } {
  const [given = null, number = ''] = /^(?:Authenticator app|Recovery codes|Passkey(?: (\d+))?)$/.exec(name) ?? [];
  if (given === null) return { named: 'yes', name };
  return { named: number === '' ? 'no' : 'numbered', name: number };
}
