import { getPath } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import { kitMade } from '../flow/made-by.js';
import { authenticatorLabel, ownAuthenticators } from './authenticator.js';

type OwnAuthenticator = Awaited<ReturnType<typeof ownAuthenticators>>[number];

/** The name of the chosen authenticator. */
export const chosenName = kitMade(
  'chosenName',
  () => async (at: StageContext) => (await chosenAuthenticator(at))?.name,
);

/** With the last authenticator that is no recovery codes, these go too. */
type Described = { readonly label: Message | null; readonly help: Message };
export const describeChosen = kitMade('describeChosen', () => async (at: StageContext): Promise<Described> => {
  const chosen = await chosenAuthenticator(at);
  const rest = (await ownAuthenticators(at)).filter(({ id }) => id !== chosen?.id);
  const takesCodes = rest.length > 0 && rest.every(({ type }) => type === 'recovery_codes');
  const isOther = chosen?.type !== 'recovery_codes';
  return {
    label: chosen === undefined ? null : authenticatorLabel(chosen, at),
    help: message(
      takesCodes && isOther ? 'stage.authenticators.remove_help_codes' : 'stage.authenticators.remove_help',
    ),
  };
});

/** The one whose id is the answer `authenticator`; never one of another user. */
async function chosenAuthenticator(at: StageContext): Promise<OwnAuthenticator | undefined> {
  const id = getPath(at.context.prompt_data ?? {}, 'authenticator');
  return (await ownAuthenticators(at)).find((own) => own.id === id);
}
