import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { RedirectTarget } from '../base/target.js';
import type { VouchedAddresses } from './identities.js';

/** The data of an accepted invitation that a plan keeps. Never the code. */
export interface InvitationRef {
  readonly id: string;
  readonly version: number;
  /** Set where an existing account accepts it; left out: it is for a new account. */
  readonly acceptance?: {
    /** The account's id. */
    readonly account: string;
    /** The same for each attempt of this account with this invitation: it takes one seat. */
    readonly enrollmentId: string;
  };
}

/** The invitation in a plan. */
export interface AcceptedInvitationRef extends InvitationRef {
  /**
   * What it grants, such as a team or a role, as it was when the code was accepted: at most 4,096 bytes of JSON, frozen.
   * The write uses what it is then. Left out in plans of an earlier build.
   */
  readonly data?: JsonObject;
  /** When the reservation of its seat ends, in milliseconds since 1970; left out: none is reserved. */
  readonly reservedUntil?: number;
}

/** An invitation as it is now. */
export interface InvitationTerms {
  readonly id: string;
  readonly label: string;
  readonly data: JsonObject;
}

export interface CodeQuestion {
  readonly code: Secret;
  /** The second secret of the link that brought the code; left out: it had none. Only mails have it. */
  readonly proof?: Secret | undefined;
  /** `null`: outside flows. */
  readonly flow: string | null;
  /** The plan's id; its own redemption does not make the code "used up". */
  readonly enrollmentId: string;
  /** The key under which wrong codes are counted, in addition to the address; default `enrollmentId`. */
  readonly attempt?: string;
  /** The client, for throttling: `RequestFacts.address`. */
  readonly address: string;
  /** The person's canonical address, where it is already known. */
  readonly email: string | null;
  /** The addresses that a source vouches for: a bound invitation is compared with these instead of `email`. */
  readonly vouched?: VouchedAddresses | undefined;
  /** The visitor's tenant; `undefined`: the app has no tenants. */
  readonly tenant?: string | null | undefined;
  /** The id of the existing account that would accept the invitation; left out: the code is for a new account. */
  readonly account?: string | undefined;
  /**
   * True where more pages follow before the account is written: a seat is reserved meanwhile if the invitation says so.
   * Default false.
   */
  readonly reserve?: boolean;
}

export type GateVerdict =
  | {
      readonly ok: true;
      readonly invitation: InvitationRef;
      readonly label: string;
      /** The name of who invited, for the visitor; `null`: none. Only `validate` looks it up. */
      readonly inviter: string | null;
      /** The only address that may use it. */
      readonly email: string | null;
      /** The address whose mail brought the visitor here, by the second secret of its link; `null`: not known. */
      readonly proved: string | null;
      readonly data: JsonObject;
      /** The invitation's target at the end of the flow. */
      readonly redirect: RedirectTarget | null;
      /** How long a seat is reserved; left out: none is. */
      readonly reservedSeconds?: number;
    }
  | {
      readonly ok: false;
      readonly message: Message;
      /**
       * The reference that `explain` resolves to the true cause; empty where nothing was looked up (a typo, too many
       * attempts).
       */
      readonly reference: string;
      /**
       * The address or `@domain` that it is bound to, where the vouched addresses do not fit and the visitor may see
       * it.
       */
      readonly bound?: string;
      /** Set when the response is "too many attempts". */
      readonly retryAfterSeconds?: number;
      /** Set where the account that asks has accepted it already. */
      readonly accepted?: {
        readonly invitation: InvitationRef;
        readonly label: string;
        readonly data: JsonObject;
        readonly redirect: RedirectTarget | null;
      };
    };

/**
 * What stages and policies may ask about invitations. These functions use up no seat: a reservation expires on its own.
 */
export interface InvitationGate {
  /** Throttles, looks the code up and checks tenant, flow, time, uses and address. */
  validate(question: CodeQuestion): Promise<GateVerdict>;
  /** Validates an invitation in the plan again, without its code and without throttling. */
  revalidate(
    invitation: InvitationRef,
    question: Omit<CodeQuestion, 'code' | 'proof' | 'address' | 'attempt' | 'reserve' | 'account'>,
  ): Promise<GateVerdict>;
  /**
   * The address whose mail had this link, by its second secret; `null`: any other code or secret. Counts nothing: the
   * secret cannot be guessed.
   */
  addressOf(link: { readonly code: Secret; readonly proof: Secret }): Promise<string | null>;
  /** What an accepted invitation is and grants now; `null`: the store does not have it any more. */
  terms(invitation: InvitationRef): Promise<InvitationTerms | null>;
  /** Releases a reservation of an enrollment at `address`; does nothing where there is none. */
  releaseReservation(invitation: InvitationRef, enrollmentId: string, address: string): Promise<void>;
}
