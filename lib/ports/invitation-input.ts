import type { When } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';

/** An invitation as an administrator requests it. */
export interface InvitationInput {
  /** A custom code, e.g. `SPRING-2026`; needs a number of `uses` and an end. Left out: a code is generated. */
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
  /** Only addresses of this domain may use it; subdomains are other domains. */
  readonly domain?: string | null;
  /**
   * Written to the account, and overrides what the visitor types; at most 8 kB as JSON. Checked by the option
   * `invitationData`.
   */
  readonly data?: JsonObject;
  /** For lists and searches. */
  readonly label?: string;
  readonly note?: string;
  /** Who creates it, as a free text. */
  readonly creator?: string;
  /**
   * The id of the inviting account: the invitation counts against its quota, and the account is the inviter of the
   * accounts that result.
   */
  readonly inviter?: string;
  readonly tenant?: string;
  /** The only flow that accepts it; left out: every flow. */
  readonly flow?: string | null;
  /** A path of the app to redirect to at the end. */
  readonly redirect?: string | null;
  /**
   * Reserves a seat from the code page on, for scarce seats: `'15m'`, `'90s'`, `'2h'`, or seconds; from 30 seconds to
   * 24 hours. Needs a number of `uses`. Left out: a seat is claimed only while an account is written.
   */
  readonly reserve?: string | number | null;
  /** True: a person with an account from this invitation gets no second one. `+tags` of the address are ignored. */
  readonly onePerPerson?: boolean;
}

/** An invitation with a custom code, as written in a configuration. */
export type SeededInvitation = InvitationInput & { readonly customCode: string };

/** The fields that can be changed later. A field that is left out stays; `null` clears it. */
export type InvitationChange = Omit<InvitationInput, 'customCode' | 'creator' | 'inviter' | 'tenant'>;

/** How many times and how long it can be used. */
export type InvitationExtension = Pick<InvitationChange, 'uses' | 'expires'>;

/** The administrator that the ledger records for a change. */
export interface InvitationActor {
  readonly by?: string;
}
