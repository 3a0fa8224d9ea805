import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { ProvedRequest } from './account-lock.js';
import type { Authenticator } from './authenticators.js';
import type { Announce } from './mail-notices.js';

/** The person and the plan that set up or use an authenticator. */
export interface SecondFactorUser {
  readonly userId: string;
  readonly enrollmentId: string;
  /** `RequestFacts.address`. */
  readonly address: string;
  /** `RequestFacts.now`. */
  readonly now: number;
  /**
   * False where what proves the user was ended: asked in the moment in which an authenticator is added. Left out: it
   * cannot be ended.
   */
  holds?(): Promise<boolean>;
  /** Called with the id of an authenticator that is about to be added. Left out: none is announced. */
  readonly announce?: Announce<string>;
}

/** A new authenticator app, as its owner gets it: to scan, to type, or to open. */
export interface TotpEnrollment {
  /** Base32, in groups of four. */
  readonly secret: string;
  /** `otpauth://totp/…` */
  readonly uri: string;
  /** The QR code of the address: its side in modules, and an SVG path of the dark ones. */
  readonly qr: { readonly size: number; readonly path: string };
}

export type SecondFactorAnswer =
  /** With the id of the authenticator. */
  | { readonly type: 'right'; readonly authenticator: string }
  /** The same message for every cause. */
  | { readonly type: 'wrong'; readonly message: Message }
  /** Nothing was compared. */
  | { readonly type: 'throttled'; readonly message: Message; readonly retryAfterSeconds: number };

/** `ended`: what proves the user was ended meanwhile, by another request; nothing is added. */
export type SecondFactorSetUp = SecondFactorAnswer | { readonly type: 'ended' };

/** The digits of a code, as its app shows it. */
export type TotpDigits = 6 | 8;

/** An authenticator, as its owner sees it. */
export type OwnAuthenticator = Pick<Authenticator, 'id' | 'type' | 'name' | 'createdAt' | 'lastUsedAt'>;

/** What a stage takes. `verifiesUser`: a passkey counts only where it had to verify its user. */
interface MarkDemand {
  readonly types: readonly Authenticator['type'][];
  readonly verifiesUser: boolean;
}

/** What stages may do with the authenticators of a user. Call it only for a user who has proved who they are. */
export interface SecondFactors {
  /**
   * The types that the user has, without those that have no code left; the one that was used last comes first.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  typesOf(userId: string): Promise<readonly Authenticator['type'][]>;
  /** All of this user, the latest first. @throws ERR_ENROLLMENT_STORE_AWAY (503) */
  list(userId: string): Promise<readonly OwnAuthenticator[]>;
  /** Gives one another name, at most 64 characters. False where this user has none with this id. */
  rename(userId: string, id: string, name: string): Promise<boolean>;
  /**
   * Removes one, and what browsers remember about it; with the last authenticator that is no recovery codes, these too.
   * `absent`: this user has none with this id. `last`: it is a
   * passkey, and without it the user could not sign in; nothing is removed. `busy`: another removal of this user is
   * under way. `ended`: what proved the user was ended meanwhile; nothing is removed.
   */
  remove(
    userId: string,
    id: string,
    request: ProvedRequest & { readonly announce?: Announce<string> },
  ): Promise<'removed' | 'absent' | 'last' | 'busy' | 'ended'>;
  /** What the plan's new app needs. The same for every call of one plan: nothing is stored before a code matches. */
  enrollTotp(user: SecondFactorUser, digits: TotpDigits): Promise<TotpEnrollment>;
  /** Stores the plan's new app if the code is right; once, also where it was removed since. */
  confirmTotp(user: SecondFactorUser, code: Secret, digits: TotpDigits): Promise<SecondFactorSetUp>;
  /** The plan's new recovery codes, and the id of the set: it comes back with the form. Nothing is stored. */
  newRecoveryCodes(user: SecondFactorUser, count: number): { readonly codes: readonly string[]; readonly set: string };
  /**
   * Stores the codes that were shown, in place of the user's earlier ones; once. `unknown_set`: it is the id of no set,
   * or of codes that were removed since; show the codes again. `ended` as in `SecondFactorSetUp`.
   */
  saveRecoveryCodes(user: SecondFactorUser, count: number, set: string): Promise<'saved' | 'unknown_set' | 'ended'>;
  /** Checks a code against the user's authenticators of these types, default of all, and uses it up. */
  check(user: SecondFactorUser, code: Secret, types?: readonly Authenticator['type'][]): Promise<SecondFactorAnswer>;
  /**
   * What a browser may remember about a proof by this authenticator. It ends with the authenticator and the password.
   * `verifiesUser`: a passkey had to verify its user.
   */
  markOf(userId: string, authenticator: string, proof: Pick<MarkDemand, 'verifiesUser'>): Promise<string>;
  /**
   * True for the mark of an authenticator that the user still has, of the present password, and of a proof that the
   * stage would take.
   */
  isMark(userId: string, mark: string, demand: MarkDemand): Promise<boolean>;
}
