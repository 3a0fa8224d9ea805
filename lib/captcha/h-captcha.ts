import { settingsCheck } from '../base/settings.js';
import type { Captcha } from '../ports/captcha.js';
import { hostedCaptcha } from './hosted-captcha.js';
import { hostedRules, type HostedCaptchaSettings } from './hosted-settings.js';

const check = settingsCheck<HostedCaptchaSettings>('hCaptcha', hostedRules);
const origins = ['https://hcaptcha.com', 'https://*.hcaptcha.com'];

/** hCaptcha. @throws ERR_ENROLLMENT_CONFIG */
export function hCaptcha(settings: HostedCaptchaSettings): Captcha {
  check(settings);
  return hostedCaptcha(
    {
      type: 'hcaptcha',
      field: 'h-captcha-response',
      needsScripts: false,
      contentSecurityPolicy: { scriptSrc: origins, frameSrc: origins, styleSrc: origins, connectSrc: origins },
      url: 'https://api.hcaptcha.com/siteverify',
      page: ({ locale }) => ({
        js_url: `https://js.hcaptcha.com/1/api.js?recaptchacompat=off&hl=${encodeURIComponent(locale)}`,
        interactive: true,
        widget: { class: 'h-captcha', data: { sitekey: settings.siteKey } },
      }),
    },
    settings,
  );
}
