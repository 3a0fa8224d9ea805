import { canonicalEmail } from '../base/canonical.js';
import { dig } from '../base/json.js';
import { message } from '../base/message.js';
import { definePrompt } from '../flow/prompt.js';

/**
 * An e-mail address in its canonical form (see `canonicalEmail`), not used by another account.
 * Where the invitation is bound to an address, only that one is accepted.
 */
export const email = definePrompt({
  type: 'email',
  asked: true,
  concealed: false,
  autocomplete: 'email',
  messages: {
    'prompt.email.form': 'Enter an e-mail address, for example ann@example.com.',
    'prompt.email.taken': 'An account with this e-mail address exists already.',
    'prompt.email.bound': 'This invitation is for another e-mail address.',
  },
  async read(typed, prompt, at) {
    const address = canonicalEmail(typed);
    if (address === null) return { error: message('prompt.email.form') };
    const bound = dig(at.context.fixed_data ?? {}, prompt.key);
    if (typeof bound === 'string' && !fits(address, bound)) return { error: message('prompt.email.bound') };
    const taken = await at.services.accounts.taken('email', address, at.planId);
    return taken ? { error: message('prompt.email.taken') } : { value: address };
  },
});

function fits(address: string, bound: string): boolean {
  return bound.startsWith('@') ? address.endsWith(bound) : address === bound;
}
