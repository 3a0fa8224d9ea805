import { canonicalUsername } from '../base/canonical.js';
import { message } from '../base/message.js';
import { definePrompt } from '../flow/prompt.js';

// Names by which a site, a role or a mailbox of the operator is known (RFC 2142 and common practice).
const reserved = new Set(
  'abuse admin administrator api anonymous everyone help hostmaster info mail moderator nobody noreply no-reply null official operator owner postmaster root security staff support sysadmin system undefined webmaster'.split(
    ' ',
  ),
);

/**
 * A user name in its canonical form (see `canonicalUsername`), free to take. Reserved names are refused.
 * It is checked again when the account is written, where the user store's unique key decides.
 */
export const username = definePrompt({
  type: 'username',
  asked: true,
  concealed: false,
  autocomplete: 'username',
  messages: {
    'prompt.username.form':
      'Use letters, digits, dots, dashes and underscores, without blanks, and begin and end with a letter or digit.',
    'prompt.username.reserved': 'This name is reserved. Choose another one.',
    'prompt.username.taken': 'This username is already taken. Choose another one.',
  },
  async read(typed, _prompt, at) {
    const name = canonicalUsername(typed);
    if (name === null) return { error: message('prompt.username.form') };
    if (reserved.has(name)) return { error: message('prompt.username.reserved') };
    const taken = await at.services.accounts.taken('username', name, at.planId);
    return taken ? { error: message('prompt.username.taken') } : { value: name };
  },
});
