import type { Awaitable } from '../base/awaitable.js';
import type { JsonObject } from '../base/json.js';
import type { EphemeralStore } from './ephemeral-store.js';
import type { EnrollmentLogger } from './log.js';

/** The form that asks for a captcha. An answer counts for this form only. */
export interface CaptchaForm {
  readonly flow: string;
  /** The stage binding's key. */
  readonly step: string;
  readonly enrollmentId: string;
  /** The client: `RequestFacts.address`. */
  readonly address: string;
  /** The tag of the language that the visitor reads. */
  readonly locale: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What captchas get from the kit. */
export interface CaptchaServices {
  /** Keys derived from the app's secrets, newest first. Never log them. */
  readonly keys: readonly string[];
  /** The host of `baseUrl`, which providers return with an answer. */
  readonly hostname: string;
  readonly ephemeralStore: EphemeralStore;
  readonly log: EnrollmentLogger;
}

/** What a page needs to show a captcha; also the record for JSON executors. */
export interface CaptchaChallenge extends JsonObject {
  /** The provider's script; `null`: the kit's own script shows it. */
  readonly js_url: string | null;
  readonly site_key: string | null;
  /** True where the visitor may have something to do. */
  readonly interactive: boolean;
}

export type CaptchaAnswer =
  | {
      readonly type: 'passed';
      /** How likely the visitor is human, from 0 to 1; `null`: the captcha has no scores. */
      readonly score: number | null;
      /** False where the provider was unavailable, and the captcha accepts that. */
      readonly verified: boolean;
    }
  /** `expired`: the answer was right and is too late, or was used before. */
  | { readonly type: 'failed'; readonly cause: 'wrong' | 'expired' };

/** A way to keep programs from sending a form. */
export interface Captcha {
  /** e.g. `altcha` */
  readonly type: string;
  /** The field that a provider's widget adds to the form; `null`: none beside the kit's own. */
  readonly field: string | null;
  /** True where the page needs a script of the kit. */
  readonly needsScripts: boolean;
  /** What the page loads from other origins, by directive; `null`: nothing. */
  readonly contentSecurityPolicy:
    | {
        readonly [Directive in 'scriptSrc' | 'styleSrc' | 'frameSrc' | 'connectSrc']?: readonly string[];
      }
    | null;
  challenge(form: CaptchaForm, services: CaptchaServices): Awaitable<CaptchaChallenge>;
  /**
   * Verifies an answer, which counts once. `posted` is a keyed hash of the whole form: the second of two clicks sends
   * the same answer with the same form.
   * @throws ERR_ENROLLMENT_CAPTCHA_AWAY (503) when the provider is unavailable
   */
  verify(
    answer: string,
    form: CaptchaForm & { readonly posted: string },
    services: CaptchaServices,
  ): Promise<CaptchaAnswer>;
}
