import type Joi from 'joi';
import { Secret } from '../base/secret.js';
import type { StageContext } from '../flow/facts.js';
import type { PromptField } from '../flow/stage.js';
import type { PasskeyHint, PasskeyPlan, Passkeys, PasskeyWish } from '../ports/passkeys.js';
import { factorField } from './code-field.js';

export const passkeyWishes = ['required', 'preferred', 'discouraged'] as const satisfies readonly PasskeyWish[];
const hints = ['security-key', 'client-device', 'hybrid'] as const satisfies readonly PasskeyHint[];

export const wishRule = (joi: Joi.Root): Joi.Schema => joi.valid(...passkeyWishes);
export const hintsRule = (joi: Joi.Root): Joi.Schema =>
  joi
    .array()
    .items(joi.valid(...hints))
    .unique();

/** The hidden field into which the page's script writes the browser's answer. */
export function passkeyField(key: string): PromptField {
  return factorField(key, 'passkey', { display: 'none', input: 'hidden' });
}

/** The same for browsers that offer passkeys beside the names that they remember. */
export function autofillField(key: string): PromptField {
  return factorField(key, 'passkey_autofill', { display: 'none', input: 'hidden' });
}

/** `null`: the page sent none, as it does without its script. */
export function readPasskey(sent = ''): Secret | null {
  return sent === '' ? null : new Secret(sent);
}

/** A flow with such a stage does not start without them. */
export function passkeysOf({ services }: StageContext): Passkeys {
  if (services.passkeys === undefined) throw new TypeError('the option authenticators is missing');
  return services.passkeys;
}

/** The plan and the stage that ask. */
export function passkeyPlan({ enrollmentId, step, facts }: StageContext): PasskeyPlan {
  return { enrollmentId, step, address: facts.address, now: facts.now };
}
