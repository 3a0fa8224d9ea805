import { message, type Message } from '../base/message.js';

/**
 * Names the signed-in user and the person that a link is for, both masked. Where the masks are the same, a sentence says that the
 * two are not: a longer mask would show strangers more of a name. `null`: it is not known.
 */
export function twoAccounts(current: string | null, other: string | null): readonly Message[] {
  return [
    current === null ? message('signed_in.unnamed') : message('signed_in.as', { name: current }),
    ...(other === null ? [] : [message('switch_account.for', { account: other })]),
    ...(other === null || other !== current ? [] : [message('switch_account.alike')]),
  ];
}
