import type { TicketEnd, TicketPurpose } from './ticket-store.js';

/** The account that a ticket is for. `connection`: a name of the option `tickets.connections`; there is one user store. */
export type TicketUser =
  { readonly user: string } | { readonly email: string; readonly connection?: string | undefined };

export interface TicketSettings {
  readonly purpose: TicketPurpose;
  /** Where the browser goes once the ticket is used: an address of the option `tickets.resultUrls`, or a path of the app. */
  readonly resultUrl?: string | undefined;
  /** A name of the option `tickets.clients`, in place of `resultUrl`. */
  readonly client?: string | undefined;
  /** How long the link is valid; 0 or left out: 5 days, and 7 for `invite`; at most 30 days. */
  readonly ttlSeconds?: number | undefined;
  /**
   * True marks the account's address as proved once the ticket is used. Only for links that are sent to that very
   * address. Default: true where the kit sends the link, otherwise false. `verify-email` and `change-email` are refused
   * without it: with `delivery: 'own'`, say true.
   */
  readonly markEmailAsVerified?: boolean | undefined;
  /** `kit`: the kit sends the link to the account's address. `own`, the default: you send it. */
  readonly delivery?: 'kit' | 'own' | undefined;
  /** True adds the account's address to the result URL, as `email`. Default false. */
  readonly includeEmailInRedirect?: boolean | undefined;
  /** The name of the app that the page is about; default: that of `client`, or the brand. */
  readonly app?: string | undefined;
  /** The tag of the language of the mail. */
  readonly locale?: string | undefined;
  /** The IANA time zone in which the mail says when the link ends. Default UTC. */
  readonly zone?: string | undefined;
  /** False: the user is not signed in, although the flow does that. Default: as the flow does. */
  readonly signIn?: boolean | undefined;
  /**
   * Earlier tickets of the same account and purpose: `end`, the default, ends them; `extend` lets them be valid as long
   * as the new one.
   */
  readonly onEarlier?: 'end' | 'extend' | undefined;
  /** The new address; only and always for `change-email`. The kit sends the link there. */
  readonly newEmail?: string | undefined;
  /**
   * The id of the user who asked for it, an active account: named in the mail, and told when a fresh link is requested,
   * while it is active. Default: none.
   */
  readonly inviter?: string | undefined;
  /** The tenant, for lists of mails. Default: none. */
  readonly tenant?: string | undefined;
  /** The slug of the flow, where several take this purpose; default: the first. */
  readonly flow?: string | undefined;
}

export interface CreatedTicket {
  /** Contains the secret: give it to the owner of the account only, and never log it. */
  readonly url: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The id of the mail that the kit sends; `null`: it sends none. */
  readonly mail: string | null;
}

/** What became of a ticket. `done` is what the result URL says of the very use. */
export type TicketState = 'open' | 'used' | 'expired' | TicketEnd;

/** A ticket, for administrators: no secret and no address. */
export interface Ticket {
  readonly id: string;
  readonly user: string;
  readonly purpose: TicketPurpose;
  readonly state: TicketState;
  /** Milliseconds since 1970, as `expiresAt` and `endedAt`. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When it was used or ended; `null`: it was not, or a change of the account ended it that the kit only now sees. */
  readonly endedAt: number | null;
  readonly flow: string;
  readonly app: string | null;
  readonly client: string | null;
  readonly delivery: 'kit' | 'own';
  /** The id of the last mail with its link; `null`: the kit sent none. */
  readonly mail: string | null;
  readonly inviter: string | null;
}

/** One-time links for existing accounts. */
export interface Tickets {
  /**
   * Creates a ticket.
   * @throws ERR_ENROLLMENT_TICKET (400) with every mistake in `issues`; ERR_ENROLLMENT_UNKNOWN_USER (404) where there is
   *   no such account; ERR_ENROLLMENT_INACTIVE for an account that is not active; ERR_ENROLLMENT_TICKET_LIMIT (409)
   *   where it has 50 open tickets
   */
  create(who: TicketUser, settings: TicketSettings): Promise<CreatedTicket>;
  /** A ticket by its id; `null`: there is none, or it was removed 30 days after its end. */
  get(id: string): Promise<Ticket | null>;
  /** The latest 50 tickets of an account, the newest first. @throws ERR_ENROLLMENT_UNKNOWN_USER */
  list(who: TicketUser): Promise<readonly Ticket[]>;
  /**
   * Ends a ticket, and with it the superseded and expired ones of its purpose, which can then not be renewed, and the
   * fresh ones that their pages have sent. False: it was used or ended before, or there is none.
   */
  revoke(id: string): Promise<boolean>;
  /**
   * Ends all tickets of an account, or those of some purposes. Where `change-email` is among them, the mailed links that
   * undo changes of the address end as well. Returns the ids of the tickets. @throws ERR_ENROLLMENT_UNKNOWN_USER
   */
  revokeAll(who: TicketUser, purposes?: readonly TicketPurpose[]): Promise<readonly string[]>;
}
