import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { Target } from '../base/target.js';

/** What a plan keeps of an accepted invitation. Never the code. */
export interface InvitationRef {
  readonly id: string;
  readonly version: number;
}

export interface CodeQuestion {
  readonly code: Secret;
  readonly flow: string;
  /** The plan's id; its own redemption does not make the code "used up". */
  readonly enrollmentId: string;
  /** Who asks, for throttling: `Facts.address`. */
  readonly address: string;
  /** The canonical address of the person, where it is known already. */
  readonly email: string | null;
}

export type GateVerdict =
  | {
      readonly ok: true;
      readonly invitation: InvitationRef;
      /** The one address it is for. */
      readonly email: string | null;
      readonly data: JsonObject;
      /** Where the invitation leads at the end. */
      readonly redirect: Target | null;
    }
  | {
      readonly ok: false;
      readonly message: Message;
      /** What `explain` resolves to the true cause; empty where nothing was looked up (a typing error, too many attempts). */
      readonly reference: string;
      /** Set when the answer is "too many attempts". */
      readonly retryAfterSeconds?: number;
    };

/** What stages and policies may ask of invitations. Nothing here spends anything. */
export interface InvitationGate {
  /** Throttles, looks the code up and checks flow, time, uses and address. */
  validate(question: CodeQuestion): Promise<GateVerdict>;
  /** Asks again for an invitation that the plan holds, without its code and without throttling. */
  holds(invitation: InvitationRef, question: Omit<CodeQuestion, 'code' | 'address'>): Promise<GateVerdict>;
}
