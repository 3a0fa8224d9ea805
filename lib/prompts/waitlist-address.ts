import { canonicalEmail } from '../base/canonical.js';
import { message } from '../base/message.js';
import { kitMade } from '../flow/made-by.js';
import { definePrompt } from '../flow/prompt.js';
import { emailField } from './email.js';

/** Unlike the prompt `email`, it does not reveal whether an account exists. */
export const waitlistAddress = kitMade(
  'waitlist_email',
  definePrompt({
    ...emailField,
    read(typed) {
      const canonical = canonicalEmail(typed);
      return canonical === null ? { error: message('prompt.email.form') } : { value: canonical };
    },
  }),
);
