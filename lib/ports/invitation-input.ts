import type { When } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';

/** An invitation as an administrator asks for it. */
export interface InvitationInput {
  /** A code of one's own choice, e.g. `SPRING-2026`; needs a number of `uses` and an end. Left out: a code is generated. */
  readonly customCode?: string;
  /** How many accounts; default 1. `'unlimited'` for generated codes only. */
  readonly uses?: number | 'unlimited';
  /**
   * The first instant at which it is no longer valid; default 30 days from now. `'36h'`, `'7d'` and `'2w'` count from
   * now. A date alone means the end of that day.
   * `null`: never, for generated codes only.
   */
  readonly expires?: When | null;
  readonly notBefore?: When | null;
  /** The only address that may use it. */
  readonly email?: string | null;
  /** Only addresses of this domain may use it; sub-domains are other domains. */
  readonly domain?: string | null;
  /** Written to the account, and stronger than what the person types; at most 8 kB as JSON. Checked by the option `invitationData`. */
  readonly data?: JsonObject;
  /** For lists and searches. */
  readonly label?: string;
  readonly note?: string;
  /** Who makes it, in your own words. */
  readonly creator?: string;
  /** The id of the account that invites: its quota is counted, and it stands above the accounts that come of it. */
  readonly inviter?: string;
  readonly tenant?: string;
  /** The only flow that takes it; left out: every flow. */
  readonly flow?: string | null;
  /** A path of the app to go to at the end. */
  readonly redirect?: string | null;
  /**
   * Keeps a seat from the code page on, for scarce seats: `'15m'`, `'90s'`, `'2h'`, or seconds; from 30 seconds to 24
   * hours. Needs a number of `uses`. Left out: a seat is taken only while an account is written.
   */
  readonly reserve?: string | number | null;
  /** True: who has an account by this invitation gets no second one, `+tags` of the address disregarded. */
  readonly onePerPerson?: boolean;
}

/** An invitation with a custom code, as it stands in a configuration. */
export type SeededInvitation = InvitationInput & { readonly customCode: string };

/** What can be changed later. What is left out stays; `null` clears. */
export type InvitationChange = Omit<InvitationInput, 'customCode' | 'creator' | 'inviter' | 'tenant'>;

/** How often and how long it can be used. */
export type InvitationExtension = Pick<InvitationChange, 'uses' | 'expires'>;

/** Who an administrator's act is put down to in the ledger. */
export interface InvitationActor {
  readonly by?: string;
}
