import { getPath } from '../base/json.js';
import { message } from '../base/message.js';
import { isReservedName } from '../base/reserved-names.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

/**
 * Passes while the visitor must choose a username: the provider returned none, one that is not allowed, or one that
 * another account has here. The page then says so.
 */
export function ifUsernameMissing(): Policy {
  return kitPolicy('ifUsernameMissing', [], {
    name: 'if-username-missing',
    async check({ context, enrollmentId, services }) {
      // An existing account keeps its name.
      if (typeof context.account_to_claim === 'string') return false;
      const proposed = getPath(context.prompt_data ?? {}, 'username');
      if (typeof proposed !== 'string' || proposed === '') return true;
      const taken = isReservedName(proposed) || (await services.accounts.taken('username', proposed, enrollmentId));
      if (!taken) return false;
      // The account with this name is the visitor's own: the write reports that, and no name has to be chosen.
      if (context.identity !== undefined && (await services.identities?.isConnected(context.identity)) === true)
        return false;
      return { pass: true, messages: [message('policy.if_username_missing.taken', { username: proposed })] };
    },
  });
}
