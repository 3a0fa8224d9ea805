import type { Request } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import type { Keyring } from '../../base/keyring.js';
import type { Message } from '../../base/message.js';
import type { Site } from '../../base/target.js';
import type { Flow } from '../../flow/flow.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { InvitationGate } from '../../ports/invitation-gate.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { Redeem } from '../../ports/redeem.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { CookieJar } from '../cookies/cookie-jar.js';

/** The dependencies of guards; created once, in `enrollment.ts`. */
export interface GuardParts<User, Data = JsonObject> {
  readonly site: Site;
  /** True outside production. */
  readonly development: boolean;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
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
  /** The tag of the language that a request is answered in. */
  locale(req: Request): string;
  /** A sentence in the app's wording, in the language of this tag. */
  text(message: Message, locale: string): string;
  readonly flows: ReadonlyMap<string, Flow>;
  /** The kit's cookies of a request to the flow `slug`; `null`: outside flows. */
  cookies(slug: string | null, req: Request): CookieJar;
  /** 128 random bits. */
  token(): string;
  /** The client's key for rate limiting. */
  client(req: Request): string;
  /** The tenant of a request; `null`: the app has no tenants. */
  readonly tenant: ((req: Request) => string | null) | null;
  /** Why the start failed, e.g. a volatile Redis; `null` if it did not. */
  startFailure(): unknown;
  /** Logs a developer's mistake once per process. */
  warnOnce(code: string, text: string): void;
}
