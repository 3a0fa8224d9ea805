import type { Message } from '../base/message.js';
import type { Prompt } from '../flow/prompt.js';
import { text } from '../prompts/text.js';

/** Asks for an invitation code; it may be left blank where somebody was recognised by a source that wants none. */
export function codePrompt(words: { readonly label: Message; readonly subText: Message }): Prompt {
  return text({
    key: 'invite_code',
    ...words,
    required: ({ context }) => (context.invitation_rule ?? 'required') === 'required',
    // A link may have brought the code along; the person still presses the button.
    initial: ({ facts }) => facts.arrival.code?.reveal() ?? '',
  });
}
