import { kitMade } from '../flow/made-by.js';
import { canonicalEmail, longestAddress } from '../base/canonical.js';
import { getPath } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import { definePrompt, type Prompt } from '../flow/prompt.js';
import { ownAccount, takenMessage } from './taken.js';

/** What every field for an email address has. */
export const emailField = {
  type: 'email',
  asked: true,
  concealed: false,
  autocomplete: 'email',
  input: 'email',
  blank: message('prompt.email.blank'),
} as const;

const ofAccount = {
  ...emailField,
  settled: vouchedAddress,
  // Not vouched for: it only saves typing, and counts as typed.
  proposed: ({ key }: Prompt, { context: { identity } }: StageContext) =>
    key === 'email' ? (identity?.email ?? null) : null,
};

/**
 * An email address in its canonical form (see `canonicalEmail`), not used by another account.
 * Where the invitation is bound to an address, only that one is accepted; where a source vouches for the person's own
 * address, the account gets that one.
 */
export const email = kitMade(
  'email',
  definePrompt({
    ...ofAccount,
    looksUpAccounts: true,
    async read(typed, prompt, at) {
      const read = readAddress(typed, prompt, at);
      if ('error' in read) return read;
      const { value } = read;
      const isProved = vouchedAddress(prompt, at) === value || at.context.email_verified === value;
      const asker = { own: ownAccount(at), isProved };
      const taken = await at.services.accounts.taken('email', value, at.enrollmentId, asker);
      return taken ? { error: await takenMessage('prompt.email.taken', at) } : read;
    },
  }),
);

/** The same for an address that a code proves later: the page does not tell whether it has an account. */
export const emailToVerify = kitMade(
  'email_to_verify',
  definePrompt({ ...ofAccount, toVerify: true, read: readAddress }),
);

function readAddress(
  typed: string,
  prompt: Prompt,
  at: StageContext,
): { readonly value: string } | { readonly error: Message } {
  const address = canonicalEmail(typed);
  if (address === null) {
    const isLong = typed.trim().length > longestAddress;
    return { error: isLong ? message('prompt.text.too_long', { most: longestAddress }) : message('prompt.email.form') };
  }
  const bound = getPath(at.context.fixed_data ?? {}, prompt.key);
  // The source's own policy has already compared a vouched address with the invitation.
  return vouchedAddress(prompt, at) === null && typeof bound === 'string' && !fits(address, bound)
    ? { error: message('prompt.email.bound') }
    : { value: address };
}

/** Other prompts of this kind ask for other addresses, which no source vouches for. */
function vouchedAddress({ key }: Prompt, { context: { identity } }: StageContext): string | null {
  return key === 'email' && identity?.emailVerified === true ? identity.email : null;
}

function fits(address: string, bound: string): boolean {
  return bound.startsWith('@') ? address.endsWith(bound) : address === bound;
}
