import type { When } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';

/** An invitation as an administrator asks for it. */
export interface InvitationInput {
  /** A code of one's own choice, e.g. `SPRING-2026`; needs a number of `uses` and an end. Left out: a code is generated. */
  readonly word?: string;
  /** How many accounts; default 1. `'unlimited'` for generated codes only. */
  readonly uses?: number | 'unlimited';
  /**
   * The first instant at which it is no longer valid; default 30 days from now. A date alone means the end of that day.
   * `null`: never, for generated codes only.
   */
  readonly expires?: When | null;
  readonly notBefore?: When;
  /** The only address that may use it. */
  readonly email?: string;
  /** Only addresses of this domain may use it; sub-domains are other domains. */
  readonly domain?: string;
  /** Written to the account, and stronger than what the person types; at most 8 kB as JSON. */
  readonly data?: JsonObject;
  /** For lists; default: the word's hint or nothing. */
  readonly label?: string;
  readonly note?: string;
  readonly creator?: string;
  readonly tenant?: string;
  /** The only flow that takes it; left out: every flow. */
  readonly flow?: string;
  /** A path of the app to go to at the end. */
  readonly redirect?: string;
}

/** What can be changed later. */
export type InvitationChange = Pick<InvitationInput, 'uses' | 'expires'>;
