import { canonicalEmail } from '../base/canonical.js';
import { getPath } from '../base/json.js';
import type { StageContext } from '../flow/facts.js';
import type { MailRecipient, MailStep } from '../ports/mail-codes.js';
import type { LoginField } from '../ports/user-store.js';

export interface RecipientSettings {
  /**
   * Who gets the mail, which an earlier stage has settled: `identified` the account of the name from an
   * `identification` stage, `typed` the address in `prompt_data.email`, `account` the plan's user, `signed_in` the
   * signed-in user and proves no more than the address.
   */
  readonly recipient: 'identified' | 'typed' | 'account' | 'signed_in';
  /** What the name of an `identification` stage may be; default a username or an email address. */
  readonly userFields?: readonly [LoginField, ...LoginField[]];
}

/** The context keys that settle each. */
export const recipientNeeds = {
  identified: ['pending_user_identifier'],
  typed: ['prompt_data'],
  account: ['pending_user'],
  signed_in: [],
} as const;

/** `null`: nothing has settled the recipient. */
export function stepOf({ recipient, userFields }: RecipientSettings, at: StageContext): MailStep | null {
  const { flow, facts, enrollmentId, step, planState = '', context } = at;
  const to =
    recipient === 'signed_in' ? signedIn(at) : recipientOf(recipient, context, userFields ?? ['username', 'email']);
  if (to === null) return null;
  // Another user has signed in in this browser meanwhile.
  if (to.type === 'account' && facts.user !== undefined && facts.user !== to.userId) return null;
  return {
    purpose: purposeOf(to, at),
    flow: flow.slug,
    step,
    enrollmentId,
    planState,
    recipient: to,
    asker: askerOf(at),
    client: facts.address,
    now: facts.now,
  };
}

function askerOf({ facts, authenticated = null }: StageContext): NonNullable<MailStep['asker']> | null {
  const user = facts.user ?? authenticated?.user;
  if (user === undefined) return null;
  const epoch = authenticated?.user === user ? authenticated.epoch : null;
  return { user, epoch, session: facts.user === undefined ? null : (facts.session ?? null) };
}

function signedIn({ facts: { user } }: StageContext): MailRecipient | null {
  return user === undefined ? null : { type: 'account', userId: user };
}

function purposeOf({ type }: MailRecipient, { flow, facts }: StageContext): MailStep['purpose'] {
  if (flow.designation === 'recovery' || flow.designation === 'enrollment') return flow.designation;
  return type === 'address' && facts.user !== undefined ? 'ticket_change_email' : 'verification';
}

function recipientOf(
  recipient: Exclude<RecipientSettings['recipient'], 'signed_in'>,
  context: StageContext['context'],
  fields: readonly LoginField[],
): MailRecipient | null {
  switch (recipient) {
    case 'identified': {
      const { pending_user_identifier: typed } = context;
      return typed === undefined ? null : { type: 'login', typed, fields };
    }
    case 'typed': {
      const address = typedAddress(context);
      return address === null ? null : { type: 'address', address };
    }
    case 'account': {
      const { pending_user: userId } = context;
      return userId === undefined ? null : { type: 'account', userId };
    }
  }
}

export function typedAddress({ prompt_data: data = {} }: StageContext['context']): string | null {
  const email = getPath(data, 'email');
  return typeof email === 'string' ? canonicalEmail(email) : null;
}
