import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { RedirectTarget } from '../base/target.js';
import type { VouchedAddresses } from './identities.js';

/** The data of an accepted invitation that a plan keeps. Never the code. */
export interface InvitationRef {
  readonly id: string;
  readonly version: number;
}

export interface CodeQuestion {
  readonly code: Secret;
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
      readonly data: JsonObject;
      /** The invitation's target at the end of the flow. */
      readonly redirect: RedirectTarget | null;
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
    question: Omit<CodeQuestion, 'code' | 'address' | 'attempt' | 'reserve'>,
  ): Promise<GateVerdict>;
  /** Releases a reservation of an enrollment at `address`; does nothing where there is none. */
  releaseReservation(invitation: InvitationRef, enrollmentId: string, address: string): Promise<void>;
}
