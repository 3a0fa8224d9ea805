import type { JsonObject } from '../base/json.js';
import type { Secret } from '../base/secret.js';
import type { RedirectTarget } from '../base/target.js';
import type { Announcement } from './accounts.js';
import type { TicketEnd, TicketPurpose } from './ticket-store.js';

/**
 * Why a ticket is refused. `unknown`: there is none, or not for this flow. `busy`: another browser is using it at this
 * moment. `address_taken`: another account has the new address.
 */
export type TicketRefusal = 'unknown' | 'used' | 'expired' | 'busy' | 'address_taken' | TicketEnd;

/** A ticket that does not open its flow. */
export interface RefusedTicket {
  readonly cause: TicketRefusal;
  readonly purpose: TicketPurpose | null;
  /** The name of the app that it was for; `null`: the brand, or it is unknown. */
  readonly app: string | null;
  /** Where its browser may go on, with the result in the query; `null`: nowhere in particular. */
  readonly result: RedirectTarget | null;
  /** True where its owner can be sent a fresh one. */
  readonly renewable: boolean;
}

/** A ticket as a plan keeps it: no secret and no address. */
export interface TicketInPlan extends JsonObject {
  readonly subject: string;
  readonly id: string;
  readonly purpose: TicketPurpose;
  readonly user: string;
  readonly app: string | null;
  /** False: the user is not signed in, although the flow does that. */
  readonly signs_in: boolean;
  /** True where it came by the kit's own mail. */
  readonly mailed: boolean;
  /** The origin of another site that its result URL is on; `null`: it leads to none. */
  readonly leads_to: string | null;
}

export type FoundTicket =
  | { readonly type: 'open'; readonly ticket: TicketInPlan }
  | { readonly type: 'refused'; readonly refused: RefusedTicket };

export type TicketUse =
  /** This very call used it. `before`: the account had a password before. */
  | { readonly type: 'done'; readonly before: boolean }
  /** An earlier call for the same plan used it, which is no evidence of who is asking now. */
  | { readonly type: 'used_before'; readonly recently: boolean }
  | { readonly type: 'refused'; readonly refused: RefusedTicket };

/** What flows may do with tickets. */
export interface TicketGate {
  /**
   * The ticket of a link, for a flow that takes its purpose. Changes nothing. `plan`: an enrollment that may have used
   * it itself; `null`: its page is only shown.
   */
  find(
    flow: { readonly slug: string; readonly tickets: readonly TicketPurpose[] },
    token: Secret,
    plan: string | null,
  ): Promise<FoundTicket>;
  /** The same for a ticket of a plan: `null` where it is still good. */
  refusal(ticket: TicketInPlan, plan: string | null): Promise<RefusedTicket | null>;
  /** Uses the ticket to set the password of its account. */
  setPassword(
    ticket: TicketInPlan,
    write: {
      readonly plan: string;
      readonly passwordHash: string;
      readonly at: number;
      /** True where the user has proved a second factor of the account as well. */
      readonly secondFactor: boolean;
    },
  ): Promise<TicketUse>;
  /** Uses the ticket to mark the address of its account as proved, or to give it its new address. */
  confirmEmail(
    ticket: TicketInPlan,
    write: {
      readonly plan: string;
      readonly announcement: Announcement;
      /** False where the session that uses the ticket was ended; asked in the moment of the write. */
      holds(): Promise<boolean>;
    },
  ): Promise<TicketUse>;
  /** Where the browser goes after this use of the ticket; `null`: on in its flow. */
  resultOf(ticket: TicketInPlan): Promise<RedirectTarget | null>;
  /** Ends the tickets of a user that are not used, also superseded and expired ones: of all purposes or of some. */
  end(user: string, cause: TicketEnd, purposes?: readonly TicketPurpose[]): Promise<void>;
  /**
   * Sends a fresh ticket to the mailbox that the one of this link was for, where it may be renewed and the limits allow
   * it. Tells nothing of what it did. `form`: the same for two clicks on one page; of those, one sends.
   */
  renew(
    token: Secret,
    request: { readonly client: string; readonly locale: string; readonly form: string },
  ): Promise<void>;
}
