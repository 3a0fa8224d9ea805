import { message, type Message } from '../base/message.js';
import { linkedText, type TextPart } from '../base/linked-text.js';

/** What a visitor agrees to by creating an account. */
export interface ConsentLinks {
  readonly terms?: string | undefined;
  readonly privacy?: string | undefined;
}

/** The sentence above the button that creates an account; `null`: there is nothing to agree to. */
export function consentParts(
  { terms, privacy }: ConsentLinks,
  text: (message: Message) => string,
): readonly TextPart[] | null {
  if (terms === undefined && privacy === undefined) return null;
  const id = privacy === undefined ? 'consent.terms' : terms === undefined ? 'consent.privacy' : 'consent.both';
  const parts = linkedText(text(message(id)), { terms, privacy });
  return parts.length === 0 ? null : Object.freeze(parts);
}
