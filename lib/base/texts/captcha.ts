/** Captchas. */
export const captchaTexts = Object.freeze({
  'captcha.alternative': 'Continue another way',
  'captcha.done': 'Check complete.',
  'captcha.expired': 'The check expired. We’ve started a new one, so please send the form again.',
  'captcha.failed': 'The check didn’t finish. Reload the page to try again.',
  'captcha.insecure': 'The check needs a secure connection. Open this page by an address that begins with https.',
  'captcha.intro': 'This keeps bots out. You usually don’t have to do anything.',
  'captcha.missing': 'Wait until the check is complete, then send the form again.',
  'captcha.no_script':
    'This page checks that you’re human, and the check needs JavaScript. Turn it on, then reload the page.',
  'captcha.sending': 'The check is almost done. Your form is sent right after it.',
  'captcha.title': 'One quick check',
  'captcha.working': 'Checking that you’re human. You don’t have to do anything.',
  'captcha.wrong': 'We couldn’t confirm that you’re human. Please try again.',
} as const);
