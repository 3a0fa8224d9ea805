import { chain, type Awaitable } from '../base/awaitable.js';
import { freezeDeep } from '../base/json.js';
import type { Prompt } from '../flow/prompt.js';
import type { PromptField } from '../flow/stage.js';

/** By their prompts, at the place where each was drawn first: nothing of a visitor is in them. */
const requiredFields = new WeakMap<Prompt, PromptField>();
const optionalFields = new WeakMap<Prompt, PromptField>();

/**
 * The field of a constant prompt without a value: the same frozen object for every page, so that pages know what they
 * have drawn before. `draw` makes it where the prompt was not drawn at this place.
 */
export function sharedField(
  prompt: Prompt,
  { order, required }: { readonly order: number; readonly required: boolean },
  draw: () => Awaitable<PromptField>,
): Awaitable<PromptField> {
  const fields = required ? requiredFields : optionalFields;
  const known = fields.get(prompt);
  if (known?.order === order) return known;
  return chain(draw(), (field) => {
    if (known !== undefined) return field;
    // The messages in it may be the app's own objects.
    const shared = freezeDeep(structuredClone(field));
    fields.set(prompt, shared);
    return shared;
  });
}
