import type Joi from 'joi';
import type { FieldErrors } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { Captcha } from '../ports/captcha.js';
import { captchaRule, verifyCaptcha } from './captcha-field.js';
import type { PromptCaptcha, PromptStageSettings } from './asked-prompts.js';

/** A captcha, alone or with the case in which it is asked for. */
export function promptCaptchaRule(joi: Joi.Root): Joi.Schema {
  const withCase = joi.object({
    captcha: captchaRule(joi).required(),
    when: joi.valid('always', 'many_wrong_codes').required(),
  });
  const isCase = joi.object({ when: joi.any().exist() }).unknown(true);
  return joi.alternatives().conditional(isCase, { then: withCase, otherwise: captchaRule(joi) });
}

/** The captcha of a page, also where it is not always asked for. */
export function captchaOf({ captcha }: { readonly captcha?: PromptCaptcha }): Captcha | undefined {
  return captcha === undefined || !('when' in captcha) ? captcha : captcha.captcha;
}

/** The captcha that this form has to solve now; `null`: none. */
export async function captchaAsked(
  { captcha }: PromptStageSettings,
  { services }: StageContext,
): Promise<Captcha | null> {
  if (captcha === undefined) return null;
  if (!('when' in captcha)) return captcha;
  const { wrongCodes } = services;
  if (captcha.when === 'always' || wrongCodes === undefined) return captcha.captcha;
  return (await wrongCodes.count()) > wrongCodes.points ? captcha.captcha : null;
}

/** What is wrong with the captcha of this form; `null`: nothing. */
export async function captchaErrors(
  settings: PromptStageSettings,
  input: Readonly<Record<string, string>>,
  at: StageContext,
): Promise<FieldErrors | null> {
  const captcha = await captchaAsked(settings, at);
  const result = captcha === null ? null : await verifyCaptcha(captcha, input, at);
  return result !== null && 'errors' in result ? result.errors : null;
}
