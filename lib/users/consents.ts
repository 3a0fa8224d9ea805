import type { EnrollmentClock } from '../base/clock.js';
import { grantedPermissions, isValidAt } from '../base/granted-permissions.js';
import type { Consent, Consents } from '../ports/consents.js';

/** What users allowed applications; see `consentFlow`. */
export interface ConsentManager {
  /** The user's consents that have not expired, the newest first. */
  list(userId: string): Promise<readonly Consent[]>;
  /**
   * True where the user has allowed the application all of these permissions. Ask before every use: consents expire and
   * are revoked.
   */
  isGranted(userId: string, application: string, permissions?: readonly string[]): Promise<boolean>;
  /** Ends the user's consents for this application; left out: all of the user. */
  revoke(userId: string, application?: string): Promise<void>;
}

export function createConsentManager(store: Consents, clock: EnrollmentClock): ConsentManager {
  return Object.freeze<ConsentManager>({
    async list(userId) {
      const now = clock.now();
      const valid = (await store.list(userId)).filter((consent) => isValidAt(consent, now));
      return valid.toSorted((one, other) => other.grantedAt - one.grantedAt);
    },
    async isGranted(userId, application, permissions = []) {
      const granted = grantedPermissions(await store.list(userId), application, clock.now());
      return granted !== null && permissions.every((id) => granted.has(id));
    },
    revoke: (userId, application) => store.remove(userId, application),
  });
}
