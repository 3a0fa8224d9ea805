import type { JsonObject } from '../base/json.js';
import type { Secret } from '../base/secret.js';
import type { SecondFactorAnswer, SecondFactorSetUp, SecondFactorUser } from './second-factors.js';

/** The stage of a plan that asks for a passkey: an answer to one stage is no answer to another. */
export interface PasskeyPlan extends Omit<SecondFactorUser, 'userId'> {
  /** The stage binding's key. */
  readonly step: string;
}

export interface PasskeyUser extends PasskeyPlan {
  readonly userId: string;
}

/** How much a setting of WebAuthn is wanted. */
export type PasskeyWish = 'required' | 'preferred' | 'discouraged';

/** Where browsers are to look for a passkey first. */
export type PasskeyHint = 'security-key' | 'client-device' | 'hybrid';

interface PasskeyRules {
  /** Whether the authenticator verifies its user, by a PIN, a fingerprint or a face. */
  readonly userVerification: PasskeyWish;
  readonly hints: readonly PasskeyHint[];
}

export interface PasskeyRegistrationRules extends PasskeyRules {
  /** Whether the passkey can be used without a name. */
  readonly residentKey: PasskeyWish;
  /** `platform`: of this device only; `cross-platform`: a security key or a phone; `null`: either. */
  readonly attachment: 'platform' | 'cross-platform' | null;
  /** How many passkeys a user may have. */
  readonly most: number;
}

/** Whose passkey it was. */
type PasskeyIdentity =
  { readonly type: 'right'; readonly userId: string } | Exclude<SecondFactorAnswer, { readonly type: 'right' }>;

/** The passkeys of users. Opening a page stores nothing: challenges are signed, and used up by the answer. */
export interface Passkeys {
  /** The options for a new passkey (`PublicKeyCredentialCreationOptionsJSON`); `null`: the user has as many as allowed. */
  registration(user: PasskeyUser, rules: PasskeyRegistrationRules): Promise<JsonObject | null>;
  /** Stores the passkey of the browser's answer. Call it only for a user who has proved who they are. */
  register(user: PasskeyUser, response: Secret, rules: PasskeyRegistrationRules): Promise<SecondFactorSetUp>;
  /**
   * The options for using a passkey (`PublicKeyCredentialRequestOptionsJSON`): one of the user's, or without a user any
   * that the browser has for this site.
   */
  request(plan: PasskeyPlan | PasskeyUser, rules: PasskeyRules): Promise<JsonObject>;
  /** Checks the browser's answer for this user. */
  check(user: PasskeyUser, response: Secret, rules: PasskeyRules): Promise<SecondFactorAnswer>;
  /** Says whose passkey answered. Its authenticator must have verified its user. */
  identify(plan: PasskeyPlan, response: Secret): Promise<PasskeyIdentity>;
}
