import { kitMade } from '../flow/made-by.js';
import { message } from '../base/message.js';
import { promptOf, type Prompt } from '../flow/prompt.js';

const accountName = promptOf({
  type: 'username_read_only',
  asked: false,
  passive: true,
  readOnly: true,
  concealed: false,
  autocomplete: 'username',
  read: (typed) => ({ value: typed }),
  // Shown to its owner, a name is one thing or the other.
  labelOf: (shown) => message(shown.includes('@') ? 'sign_in.email' : 'sign_in.username'),
});

/**
 * The name that the user of the plan signs in with, in an input that cannot be changed, beside a new password: password
 * managers save the password under it (Chromium, "Password form styles that Chromium understands"). It is no answer.
 */
export const accountNamePrompt = kitMade('account_name', (): Prompt => {
  return accountName({
    key: 'uid_field',
    label: message('sign_in.username'),
    async initial({ facts, context, services }) {
      const userId = context.pending_user ?? facts.user;
      const profile = userId === undefined ? null : await services.profiles.find(userId);
      return profile?.username ?? profile?.email ?? undefined;
    },
  });
});
