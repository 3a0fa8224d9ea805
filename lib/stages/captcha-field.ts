import { createHmac } from 'node:crypto';
import type Joi from 'joi';
import { hasFunctions, hasMembers, madeBy } from '../base/setting-rules.js';
import { message, type FieldErrors } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { PromptField, Requisite } from '../flow/stage.js';
import type { Captcha, CaptchaAnswer, CaptchaChallenge, CaptchaForm, CaptchaServices } from '../ports/captcha.js';

/** The field of a captcha beside other fields; authentik's name. */
const captchaKey = 'captcha_token';

/** Longer than the answers of all providers. */
const longest = 8192;

type Input = Readonly<Record<string, string>>;

export function captchaRule(joi: Joi.Root): Joi.Schema {
  const isCaptcha = (value: unknown): boolean =>
    hasMembers(value, 'type', 'needsScripts') && hasFunctions(value, 'challenge', 'verify');
  return madeBy(joi, isCaptcha, 'altcha()');
}

/** The fields of a form that has this captcha: the kit's own, and that of the provider's widget. */
export function captchaKeys(captcha: Captcha | undefined, key = captchaKey): readonly string[] {
  if (captcha === undefined) return [];
  return captcha.field === null ? [key] : [key, captcha.field];
}

export function captchaRequires(captcha: Captcha | undefined): readonly Requisite[] {
  return captcha?.needsScripts === true ? ['scripts'] : [];
}

/** What a page needs to show the captcha. */
export async function drawCaptcha(
  captcha: Captcha,
  at: StageContext,
  key = captchaKey,
): Promise<{ readonly field: PromptField; readonly captcha: CaptchaChallenge & { readonly type: string } }> {
  const challenge = await captcha.challenge(formOf(at), servicesOf(at));
  const none = { label: null, required: false, placeholder: null, initial_value: '', sub_text: null, choices: null };
  return {
    // After all other fields.
    field: { field_key: key, type: 'captcha', display: 'text', order: 1000, ...none },
    captcha: { ...challenge, type: captcha.type },
  };
}

/** The verified answer of a form, or its errors. */
type CaptchaResult = { readonly passed: Extract<CaptchaAnswer, { type: 'passed' }> } | { readonly errors: FieldErrors };

/**
 * Verifies the captcha of a form. It comes before anything is looked up for the form, for known and unknown people
 * alike.
 * @throws ERR_ENROLLMENT_CAPTCHA_AWAY (503)
 */
export async function verifyCaptcha(
  captcha: Captcha,
  input: Input,
  at: StageContext,
  key = captchaKey,
): Promise<CaptchaResult> {
  const refused = (id: 'captcha.missing' | 'captcha.wrong' | 'captcha.expired'): CaptchaResult => ({
    errors: { [key]: [message(id)] },
  });
  const answer = captchaKeys(captcha, key)
    .map((name) => input[name] ?? '')
    .find((typed) => typed !== '');
  if (answer === undefined) return refused('captcha.missing');
  if (answer.length > longest) return refused('captcha.wrong');
  const services = servicesOf(at);
  const result = await captcha.verify(answer, { ...formOf(at), posted: digestOf(input, at, services) }, services);
  if (result.type === 'passed') return { passed: result };
  return refused(result.cause === 'expired' ? 'captcha.expired' : 'captcha.wrong');
}

function formOf({ flow, step, enrollmentId, facts }: StageContext): CaptchaForm {
  const { address, locale, now } = facts;
  return { flow: flow.slug, step, enrollmentId, address, locale, now };
}

function servicesOf({ services: { captcha } }: StageContext): CaptchaServices {
  if (captcha === undefined) throw new TypeError('a captcha needs services.captcha');
  return captcha;
}

/** Keyed: there may be a password among the fields. */
function digestOf(input: Input, { flow, step, enrollmentId }: StageContext, { keys }: CaptchaServices): string {
  const fields = Object.entries(input).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHmac('sha256', `${keys[0] ?? ''}:form`)
    .update(JSON.stringify([flow.slug, step, enrollmentId, fields]))
    .digest('base64url');
}
