import { settingsCheck } from '../base/settings.js';
import type { Captcha } from '../ports/captcha.js';
import { actionOf, formText, hostedCaptcha } from './hosted-captcha.js';
import { hostedRules, type HostedCaptchaSettings } from './hosted-settings.js';

const check = settingsCheck<HostedCaptchaSettings>('turnstile', hostedRules);
const origin = 'https://challenges.cloudflare.com';

/**
 * Cloudflare Turnstile. An answer is bound to the flow by its action, and to the form by `cdata`.
 * @throws ERR_ENROLLMENT_CONFIG
 */
export function turnstile(settings: HostedCaptchaSettings): Captcha {
  check(settings);
  return hostedCaptcha(
    {
      type: 'turnstile',
      field: 'cf-turnstile-response',
      needsScripts: false,
      contentSecurityPolicy: { scriptSrc: [origin], frameSrc: [origin], connectSrc: [origin] },
      url: `${origin}/turnstile/v0/siteverify`,
      page: (form) => ({
        js_url: `${origin}/turnstile/v0/api.js`,
        interactive: true,
        widget: {
          class: 'cf-turnstile',
          data: {
            sitekey: settings.siteKey,
            action: actionOf(form),
            cdata: formText(form),
            language: form.locale,
            size: 'flexible',
          },
        },
      }),
      judge: ({ action, cdata }, form) => ({
        pass: action === actionOf(form) && cdata === formText(form),
        score: null,
      }),
    },
    settings,
  );
}
