import type { When } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { OutstandingCeilings } from './invitation-store.js';

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

/** An invitation that is mailed to a person: for one account, and bound to the address. */
export interface MailedInvitationInput extends Omit<
  InvitationInput,
  'customCode' | 'uses' | 'domain' | 'notBefore' | 'email' | 'expires'
> {
  readonly email: string;
  /** Default 7 days from now, at most 30. */
  readonly expires?: When;
  /** The language of the mail; default the option `locale`, if that is a tag, or `defaultLocale`. */
  readonly locale?: string;
  /** The IANA time zone in which the mail says the end; default that of `expires`, or UTC. */
  readonly zone?: string;
  /** The name of the app that the mail names; default the brand. At most 80 characters. */
  readonly app?: string;
  /** Further values for the app's own wording of the mail, `{name}`: at most 20, each of at most 200 characters. */
  readonly values?: Readonly<Record<string, string>>;
}

/** The app's rules for mailed invitations; the option `emailInvitations`. */
export interface EmailInvitations {
  readonly onEarlier: 'end' | 'keep';
  /** How many may be open at once. */
  readonly outstanding: OutstandingCeilings;
  /** True: the page of an expired or replaced link of a mail sends a fresh one. */
  readonly freshLinks: boolean;
  /** True: the inviter is mailed when the invited person declines. */
  readonly tellDeclined: boolean;
  /** True: mail programs offer to stop further invitations (RFC 8058), and the kit's pages do it. */
  readonly unsubscribe: boolean;
}

/** How an invitation is mailed. */
export interface MailingSettings extends InvitationActor {
  /**
   * What happens to open invitations of the same address, tenant and flow: `end` revokes them, `keep` leaves them valid.
   * An inviter's invitation ends that inviter's own only. Default: the option `emailInvitations.onEarlier`.
   */
  readonly onEarlier?: 'end' | 'keep';
  /** True: an address that has an account gets an invitation all the same. Default false. */
  readonly again?: boolean;
}

/** How an invitation is mailed again. */
export interface ResendSettings extends InvitationActor {
  /**
   * `extend`, the default: the same code and link again, valid for longer. `rotate`: a new code and link, and the earlier
   * ones end: for one that was lost, or that others have seen.
   */
  readonly mode?: 'extend' | 'rotate';
  /** The new end; default 7 days from now, or the present one where that is later. */
  readonly expires?: When;
  /** True: also where the address has an account by now. Default false. */
  readonly again?: boolean;
  /** With `rotate`: the person's address, where the first one was wrong. Default: it stays. */
  readonly email?: string;
}

/** What changes with a new code. */
export interface ReissueSettings extends InvitationActor {
  /** Default: the end stays. */
  readonly expires?: When | null;
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
