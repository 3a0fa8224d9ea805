import { message } from '../../../lib/base/message.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { code, field, form, page, prompt } from './samples.js';

const captcha = {
  // The first key fits.
  altcha: { parameters: { nonce: '00', salt: '00', cost: 1, keyLength: 32, keyPrefix: '' }, signature: '00' },
  ...{ type: 'altcha', js_url: null, site_key: null, interactive: false },
};
const asked = (key: string) => field(key, 'captcha', { label: null, display: 'text', required: false });

/** Pages with a captcha, in the states that visitors see. */
export const captchaGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'captcha',
    page('pages/captcha', {
      stage: 'captcha',
      title: message('captcha.title'),
      intro: message('captcha.intro'),
      challenge: { fields: [asked('token')], captcha },
      form: form(),
      links: [{ href: '/contact', label: message('captcha.alternative') }],
    }),
  ],
  [
    'captcha-wrong',
    prompt([code, asked('captcha_token')], {
      stage: 'invite-code',
      challenge: { fields: [code, asked('captcha_token')], captcha },
      form: form({ typed: { invite_code: 'K7PQ-3XWM-4VTA' }, errors: { captcha_token: [message('captcha.expired')] } }),
    }),
  ],
]);
