import { settingsCheck } from '../base/settings.js';
import type { Captcha } from '../ports/captcha.js';
import { actionOf, hostedCaptcha } from './hosted-captcha.js';
import { hostedRules, type HostedCaptchaSettings } from './hosted-settings.js';

interface ReCaptchaSettings extends HostedCaptchaSettings {
  /** `v2`: a checkbox. `v3`: a score, without anything to do. */
  readonly version: 'v2' | 'v3';
  /** The least score of `v3` that passes; default 0.5. -1: no least. */
  readonly scoreMinThreshold?: number;
  /** The highest score of `v3` that passes; default 1. -1: no highest. */
  readonly scoreMaxThreshold?: number;
  /** False: every score passes, and policies decide by `context.captcha.score` after a `captchaStage`. Default true. */
  readonly errorOnInvalidScore?: boolean;
}

const threshold = (joi: Parameters<typeof hostedRules>[0]) =>
  joi.alternatives(joi.valid(-1), joi.number().min(0).max(1));

const check = settingsCheck<ReCaptchaSettings>('reCaptcha', (joi) => ({
  ...hostedRules(joi),
  version: joi.valid('v2', 'v3').required(),
  scoreMinThreshold: threshold(joi),
  scoreMaxThreshold: threshold(joi),
  errorOnInvalidScore: joi.boolean(),
}));

const google = 'https://www.google.com/recaptcha/';
const files = 'https://www.gstatic.com/recaptcha/';

/**
 * Google's reCAPTCHA. An answer of `v3` is bound to the flow by its action.
 * @throws ERR_ENROLLMENT_CONFIG
 */
export function reCaptcha(settings: ReCaptchaSettings): Captcha {
  check(settings);
  const { version, siteKey, scoreMinThreshold = 0.5, scoreMaxThreshold = 1, errorOnInvalidScore = true } = settings;
  const fits = (score: number): boolean =>
    (scoreMinThreshold === -1 || score >= scoreMinThreshold) &&
    (scoreMaxThreshold === -1 || score <= scoreMaxThreshold);
  const common = {
    contentSecurityPolicy: {
      scriptSrc: [google, files],
      frameSrc: [google, 'https://recaptcha.google.com/recaptcha/'],
      connectSrc: [google],
    },
    url: `${google}api/siteverify`,
  };
  if (version === 'v2')
    return hostedCaptcha(
      {
        ...common,
        type: 'recaptcha_v2',
        field: 'g-recaptcha-response',
        needsScripts: false,
        page: ({ locale }) => ({
          js_url: `${google}api.js?hl=${encodeURIComponent(locale)}`,
          interactive: true,
          widget: { class: 'g-recaptcha', data: { sitekey: siteKey } },
        }),
      },
      settings,
    );
  return hostedCaptcha(
    {
      ...common,
      type: 'recaptcha_v3',
      field: null,
      needsScripts: true,
      page: (form) => ({
        js_url: `${google}api.js?render=${siteKey}&hl=${encodeURIComponent(form.locale)}`,
        interactive: false,
        action: actionOf(form),
      }),
      judge: ({ score, action }, form) => {
        const known = typeof score === 'number' ? score : null;
        const fitting = known !== null && fits(known);
        return {
          pass: action === actionOf(form) && (fitting || (!errorOnInvalidScore && known !== null)),
          score: known,
        };
      },
    },
    settings,
  );
}
