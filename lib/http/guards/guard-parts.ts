import type { JsonObject } from '../../base/json.js';
import type { Message } from '../../base/message.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { InvitationGate } from '../../ports/invitation-gate.js';
import type { Redeem } from '../../ports/redeem.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { Web } from '../web.js';

/** What guards need of the HTTP layer. */
type WebParts = Pick<
  Web,
  | 'site'
  | 'development'
  | 'keyring'
  | 'clock'
  | 'log'
  | 'flows'
  | 'cookies'
  | 'token'
  | 'client'
  | 'tenant'
  | 'locale'
  | 'startFailure'
  | 'warnOnce'
>;

/** The dependencies of guards; created once, in `enrollment.ts`. */
export interface GuardParts<User, Data = JsonObject> extends WebParts {
  readonly gate: InvitationGate;
  readonly redeem: Redeem;
  /**
   * Looks up the row of an enrollment; `null` if the app has no such table. If it has one, every write must insert a
   * row.
   */
  readonly findRedemption: Redemptions['find'] | null;
  readonly ephemeralStore: EphemeralStore;
  /** Loads the account that an earlier request of the same attempt created; `null` if the kit has no user store. */
  readonly findById: ((id: string) => Promise<User | null>) | null;
  /** An invitation's data in the app's own type. @throws ERR_ENROLLMENT_INVITATION when it does not hold any more */
  readData(data: JsonObject): Data;
  /** A sentence in the app's wording, in the language of this tag. */
  text(message: Message, locale: string): string;
}
