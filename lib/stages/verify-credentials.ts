import type { Secret } from '../base/secret.js';
import type { StageContext } from '../flow/facts.js';
import type { StageOutcome } from '../flow/stage.js';
import type { CredentialsAnswer } from '../ports/credentials.js';
import type { LoginField } from '../ports/user-store.js';

interface Proof {
  readonly identifier: string;
  readonly password: Secret;
  readonly fields: readonly LoginField[];
}

/** Verifies a user's name and password. */
export function verifyCredentials(
  { identifier, password, fields }: Proof,
  at: StageContext,
): Promise<CredentialsAnswer> {
  const { address } = at.facts;
  return at.services.credentials.check({ identifier, password, fields, address, planId: at.enrollmentId });
}

/** Turns a result into an outcome: the plan's user, or the page again. Only here does a name become `pending_user`. */
export function outcomeOf(
  answer: CredentialsAnswer,
  rememberMe: boolean | undefined,
): StageOutcome<'pending_user' | 'remember_me' | 'auth_method'> {
  switch (answer.type) {
    case 'right':
      return {
        type: 'completed',
        patch: {
          pending_user: answer.userId,
          auth_method: 'password',
          ...(rememberMe === undefined ? {} : { remember_me: rememberMe }),
        },
        evidence: { type: 'password_verified', user: answer.userId },
      };
    // Shown beside the password, which has to be typed again in any case.
    case 'wrong':
      return { type: 'invalid', errors: { password: [answer.message] } };
    case 'throttled':
      // Nothing is known to be wrong with the typed values.
      return { type: 'invalid', errors: { '': [answer.message] }, retryAfterSeconds: answer.retryAfterSeconds };
  }
}
