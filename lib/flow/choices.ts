import { chain, type Awaitable } from '../base/awaitable.js';
import type { Message } from '../base/message.js';
import { compute, isMessage, kindOf, messageIn, wrong, type Computed } from './computed.js';
import type { StageContext } from './facts.js';
import { literal } from './policy.js';

/** One of the answers that a prompt offers. A text is both its value and its label. */
export type PromptChoice =
  | string
  | {
      /** What the form sends, and `read` gets. */
      readonly value: string;
      /** Default: the value. */
      readonly label?: string | Message;
    };

/** A choice of this visitor. */
interface OfferedChoice {
  readonly value: string;
  readonly label: Message;
}

/**
 * The choices for this visitor, each value once and none empty; `null` where the prompt has none.
 * @throws ERR_ENROLLMENT_PROMPT for something else than a list of choices
 */
export function choicesOf(
  key: string,
  given: Computed<readonly PromptChoice[]> | undefined,
  at: StageContext,
): Awaitable<readonly OfferedChoice[] | null> {
  if (given === undefined) return null;
  const place = { key, setting: 'choices' };
  return chain(compute(place, given, at), (list: unknown) => {
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list)) throw wrong(place, `must be a list, and is ${kindOf(list)}`);
    const offered = new Map<string, OfferedChoice>();
    for (const one of list as readonly unknown[]) {
      const choice = choiceIn(place, one);
      if (choice.value !== '' && !offered.has(choice.value)) offered.set(choice.value, choice);
    }
    return [...offered.values()];
  });
}

function choiceIn(place: { readonly key: string; readonly setting: string }, one: unknown): OfferedChoice {
  if (typeof one === 'string' || typeof one === 'number') return { value: String(one), label: literal(String(one)) };
  if (typeof one !== 'object' || one === null || isMessage(one))
    throw wrong(place, `must have texts, or values with labels, and has ${kindOf(one)}`);
  const value: unknown = Reflect.get(one, 'value');
  if (typeof value !== 'string' && typeof value !== 'number')
    throw wrong(place, `has a choice whose value is ${kindOf(value)}`);
  return {
    value: String(value),
    label: messageIn({ ...place, setting: 'choices.label' }, Reflect.get(one, 'label')) ?? literal(String(value)),
  };
}
