import { defineFlow, email, password, promptStage, userLogin, username, userWrite } from 'express-enrollment';
import { conditionalPolicy, passwordPolicy, reputation } from 'express-enrollment/policies';
import { altcha, captchaStage, emailStage, invitationStage } from 'express-enrollment/stages';

/** Conditions as data, as an administrator edits them. */
const notReserved = conditionalPolicy(
  {
    version: 2,
    actions: [
      {
        type: 'condition',
        condition: {
          type: 'compare',
          variable: 'prompt_data',
          key: 'username',
          cast: 'string',
          operator: 'starts_with',
          value: 'kopi',
          options: { negate: true },
        },
        message: 'Names that begin with “kopi” are for the club.',
      },
    ],
  },
  { name: 'not-reserved' },
);

/**
 * A sign-up by the link of an invitation alone: without one it is denied. The address is proved before the account is
 * written; clients with many failures get a captcha first.
 */
export const byLink = defineFlow({
  slug: 'by-link',
  title: 'Create your account',
  designation: 'enrollment',
  target: '/settings',
  stages: [
    invitationStage({ name: 'invitation' }),
    { stage: captchaStage({ name: 'captcha', captcha: altcha() }), policies: [reputation({ threshold: -3 })] },
    promptStage({
      name: 'account',
      prompts: [
        username({ key: 'username', label: 'Username' }),
        email({ key: 'email', label: 'Email address' }),
        password({ key: 'password', label: 'Password' }),
      ],
      // `password1234567` is long enough and in no list; zxcvbn refuses it.
      validation: [passwordPolicy({ zxcvbn: true }), notReserved],
    }),
    emailStage({ name: 'email', recipient: 'typed' }),
    userWrite({ name: 'user-write' }),
    userLogin({ name: 'user-login' }),
  ],
});
