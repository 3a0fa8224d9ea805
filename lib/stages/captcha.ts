import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { flowTarget, ownPath } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import type { Captcha } from '../ports/captcha.js';
import { captchaKeys, captchaRequires, captchaRule, drawCaptcha, verifyCaptcha } from './captcha-field.js';

interface CaptchaStageSettings {
  /** `altcha()`, `turnstile(…)`, `hCaptcha(…)`, `reCaptcha(…)`, or your own. */
  readonly captcha: Captcha;
  /**
   * Another way for people who cannot solve it: the slug of a flow, or a path of the app where it begins with a slash.
   * Default: none.
   */
  readonly alternative?: string;
}

// authentik's name.
const key = 'token';
// Whether a text is a path of the app does not depend on where the app is mounted.
const anySite = { origin: 'https://app.invalid', mount: '', secure: true };

const stage = defineStage<
  CaptchaStageSettings,
  { readonly fields: readonly PromptField[]; readonly captcha: JsonObject } & JsonObject,
  { readonly score: number | null; readonly verified: boolean },
  'captcha'
>({
  kind: 'captcha',
  settings: (joi) => ({ captcha: captchaRule(joi).required(), alternative: joi.string() }),
  component: 'ak-stage-captcha',
  view: 'pages/captcha',
  requires: ({ captcha }) => captchaRequires(captcha),
  writes: ['captcha'],
  fields: ({ captcha }) => captchaKeys(captcha, key),
  consumes: ({ captcha }) => captchaKeys(captcha, key),
  secretFields: ({ captcha }) => captchaKeys(captcha, key),
  contentSecurityPolicy: ({ captcha }) => captcha.contentSecurityPolicy,
  links: ({ alternative }) =>
    alternative === undefined
      ? []
      : [{ to: ownPath(anySite, alternative) ?? flowTarget(alternative), label: message('captcha.alternative') }],

  async challenge({ captcha }, at) {
    const drawn = await drawCaptcha(captcha, at, key);
    const { site_key, js_url, interactive } = drawn.captcha;
    return { site_key, js_url, interactive, fields: [drawn.field], captcha: drawn.captcha };
  },

  async read(input, { captcha }, at) {
    const result = await verifyCaptcha(captcha, input, at, key);
    if ('errors' in result) return { ok: false, errors: result.errors };
    const { score, verified } = result.passed;
    return { ok: true, value: { score, verified } };
  },

  respond: ({ score, verified }, { captcha }, { step }) => ({
    type: 'completed',
    patch: { captcha: { stage: step, type: captcha.type, score, verified } },
  }),
});

/** A page with a captcha. @throws ERR_ENROLLMENT_CONFIG for wrong settings */
export function captchaStage(settings: Parameters<typeof stage>[0]): AskingStage {
  return stage({ title: message('captcha.title'), intro: message('captcha.intro'), ...settings });
}
