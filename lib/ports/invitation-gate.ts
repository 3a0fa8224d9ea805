import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { RedirectTarget } from '../base/target.js';
import type { VouchedAddresses } from './identities.js';

/** What a plan keeps of an accepted invitation. Never the code. */
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
  /** What wrong codes are counted under, beside the address; default `enrollmentId`. */
  readonly attempt?: string;
  /** Who asks, for throttling: `RequestFacts.address`. */
  readonly address: string;
  /** The canonical address of the person, where it is known already. */
  readonly email: string | null;
  /** Where a source vouches for the person: what a bound invitation is held against in place of `email`. */
  readonly vouched?: VouchedAddresses | undefined;
  /** The tenant that the visitor came to; `undefined`: the app has none. */
  readonly tenant?: string | null | undefined;
  /** True where pages follow before the account is written: a seat is kept meanwhile if the invitation says so. Default false. */
  readonly reserve?: boolean;
}

export type GateVerdict =
  | {
      readonly ok: true;
      readonly invitation: InvitationRef;
      readonly label: string;
      /** The one address it is for. */
      readonly email: string | null;
      readonly data: JsonObject;
      /** Where the invitation leads at the end. */
      readonly redirect: RedirectTarget | null;
    }
  | {
      readonly ok: false;
      readonly message: Message;
      /** What `explain` resolves to the true cause; empty where nothing was looked up (a typing error, too many attempts). */
      readonly reference: string;
      /** The address or `@domain` that it is bound to, where the vouched addresses do not fit and that may be told. */
      readonly bound?: string;
      /** Set when the answer is "too many attempts". */
      readonly retryAfterSeconds?: number;
    };

/** What stages and policies may ask of invitations. Nothing here spends anything: a seat that is kept comes back by itself. */
export interface InvitationGate {
  /** Throttles, looks the code up and checks tenant, flow, time, uses and address. */
  validate(question: CodeQuestion): Promise<GateVerdict>;
  /** Asks again for an invitation that the plan holds, without its code and without throttling. */
  revalidate(
    invitation: InvitationRef,
    question: Omit<CodeQuestion, 'code' | 'address' | 'attempt' | 'reserve'>,
  ): Promise<GateVerdict>;
  /** Gives back a seat that was kept for an enrollment at `address`; nothing happens where none was. */
  releaseReservation(invitation: InvitationRef, enrollmentId: string, address: string): Promise<void>;
}
