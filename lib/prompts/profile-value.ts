import { getPath } from '../base/json.js';
import type { StageContext } from '../flow/facts.js';
import { kitMade } from '../flow/made-by.js';
import type { Prompt } from '../flow/prompt.js';

type Field = 'username' | 'email' | 'name';

/** What the account says at present. */
export const valueOfProfile = kitMade('valueOfProfile', (field: Field) => async (at: StageContext) => {
  return (await presentProfile(at))?.[field] ?? undefined;
});

/** A prompt of the app, which begins with what the account keeps; where that is nothing, with its own initial value. */
export const keptValue = kitMade('kept_value', (prompt: Prompt): Prompt =>
  Object.freeze({
    ...prompt,
    async initial(at: StageContext) {
      const kept = getPath((await presentProfile(at))?.data ?? {}, prompt.key);
      return kept === undefined ? prompt.initial(at) : kept;
    },
  }),
);

function presentProfile({ facts, services }: StageContext): ReturnType<typeof services.profiles.find> {
  return facts.user === undefined ? Promise.resolve(null) : services.profiles.find(facts.user);
}
