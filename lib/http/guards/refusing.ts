import { withDeepestCause } from '../../base/deepest-cause.js';
import { EnrollmentError, isEnrollmentError } from '../../base/error.js';
import { faultKind } from '../../base/fault-kind.js';
import { InviteRefused } from '../../base/invite-refused.js';
import { message, type Message } from '../../base/message.js';

/** Builds the refusals of one guard. */
export interface Refusing {
  /** Another site sent the form. */
  foreign(): InviteRefused;
  /** Only signed-in users can accept an invitation. */
  signedOut(): InviteRefused;
  /** The form has no code. */
  missing(): InviteRefused;
  /** The gate or the redemption refused the code. */
  refused(verdict: {
    readonly message: Message;
    readonly reference: string;
    readonly retryAfterSeconds?: number;
  }): InviteRefused;
  /**
   * The account exists. With its id: the app has no way to load it. Without: an earlier request created it too long
   * ago.
   */
  redeemed(userId: string | null): InviteRefused;
  /** Maps an error of the kit's own stores; returns any other error unchanged. */
  away(error: unknown): unknown;
}

const usualRetryAfterSeconds = 5;

/** The refusals of one guard by language, each built once. */
export function refusingFor(
  field: string,
  text: (message: Message, locale: string) => string,
): (locale: string) => Refusing {
  const built = new Map<string, Refusing>();
  return (locale) => {
    const known = built.get(locale) ?? refusingIn(field, (message) => text(message, locale));
    built.set(locale, known);
    return known;
  };
}

function refusingIn(field: string, text: (message: Message) => string): Refusing {
  const said = (sentence: Message): { text: string; reason: string; fields: Record<string, string> } => {
    const words = text(sentence);
    return { text: words, reason: sentence.id, fields: { [field]: words } };
  };
  return {
    foreign() {
      const { text: words, ...details } = said(message('guard.foreign'));
      return new InviteRefused('ERR_ENROLLMENT_FOREIGN_ORIGIN', words, details);
    },
    signedOut() {
      const { text: words, ...details } = said(message('flow.signed_out'));
      return new InviteRefused('ERR_ENROLLMENT_INVITE_SIGNED_OUT', words, details);
    },
    missing() {
      const { text: words, ...details } = said(message('guard.required'));
      return new InviteRefused('ERR_ENROLLMENT_INVITE_REFUSED', words, details);
    },
    refused({ message: sentence, reference, retryAfterSeconds }) {
      const { text: words, ...details } = said(sentence);
      return retryAfterSeconds === undefined
        ? new InviteRefused('ERR_ENROLLMENT_INVITE_REFUSED', words, { ...details, reference })
        : new InviteRefused('ERR_ENROLLMENT_INVITE_THROTTLED', words, { ...details, reference, retryAfterSeconds });
    },
    redeemed(userId) {
      const { text: words, ...details } = said(message('guard.redeemed'));
      return new InviteRefused('ERR_ENROLLMENT_INVITE_REDEEMED', words, { ...details, userId });
    },
    away(error) {
      if (!isEnrollmentError(error) || error.status !== 503) return error;
      // The next try would fail in the same way.
      if (faultKind(error) === 'mistake' && error.code !== 'ERR_ENROLLMENT_STORE_AWAY')
        return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', withDeepestCause(error), { cause: error });
      const { text: words, ...details } = said(message('guard.away'));
      return new InviteRefused('ERR_ENROLLMENT_INVITE_AWAY', words, {
        ...details,
        retryAfterSeconds: usualRetryAfterSeconds,
        cause: error,
      });
    },
  };
}
