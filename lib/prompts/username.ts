import { kitMade } from '../flow/made-by.js';
import { canonicalUsername, longestName } from '../base/canonical.js';
import { message } from '../base/message.js';
import { isReservedName } from '../base/reserved-names.js';
import { ownAccount, takenMessage } from './taken.js';
import { definePrompt } from '../flow/prompt.js';

/**
 * An available username in its canonical form (see `canonicalUsername`). Reserved names are refused. It is checked
 * again when the account is written, where the user store's unique key decides.
 */
export const username = kitMade(
  'username',
  definePrompt({
    type: 'username',
    asked: true,
    concealed: false,
    autocomplete: 'username',
    blank: message('prompt.username.blank'),
    looksUpAccounts: true,
    async read(typed, _prompt, at) {
      const name = canonicalUsername(typed);
      if (name === null) {
        const isLong = typed.trim().length > longestName;
        return {
          error: isLong ? message('prompt.text.too_long', { most: longestName }) : message('prompt.username.form'),
        };
      }
      if (isReservedName(name)) return { error: message('prompt.username.reserved') };
      const taken = await at.services.accounts.taken('username', name, at.enrollmentId, { own: ownAccount(at) });
      return taken ? { error: await takenMessage('prompt.username.taken', at) } : { value: name };
    },
  }),
);
