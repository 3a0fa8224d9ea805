/** Flows that need every component of the JSON: what people use, and two that ask for the sake of asking. */
import { finished } from 'node:stream/promises';
import {
  defineFlow,
  definePolicy,
  inviteSignupFlow,
  noAccessYetFlow,
  signInFlow,
  signOutFlow,
} from 'express-enrollment';
import {
  acceptInvitationFlow,
  accountSettings,
  consentFlow,
  passkeySignInFlow,
  recoveryFlow,
  waitlistFlow,
} from 'express-enrollment/flows';
import {
  alertInfo,
  alertWarning,
  checkbox,
  date,
  dateTime,
  dropdown,
  email,
  file,
  hidden,
  locale,
  number,
  password,
  radioButtonGroup,
  separator,
  staticText,
  tel,
  text,
  textArea,
  textAreaReadOnly,
  textReadOnly,
  url,
  username,
  withLinks,
  type UploadedFile,
} from 'express-enrollment/prompts';
import { altcha, captchaStage, dummyStage, promptStage, sourceStage } from 'express-enrollment/stages';

/** Says that these answers are asked for, though nothing writes them. */
const asked = (...keys: readonly string[]) => [definePolicy({ name: 'asked', consumes: keys, check: () => true })];

const captcha = altcha({ difficulty: 50 });

const everyPrompt = defineFlow({
  slug: 'prompts',
  title: 'Every kind of question',
  designation: 'authorization',
  target: '/inside',
  stages: [
    promptStage({
      name: 'typed',
      prompts: [
        alertInfo({ text: 'Nothing of this is kept.' }),
        text({ key: 'text', label: 'Text', placeholder: 'Some words' }),
        username({ key: 'name', label: 'Username', required: false }),
        email({ key: 'address', label: 'Email', required: false }),
        password({ key: 'secret', label: 'Password', required: false }),
        textArea({ key: 'story', label: 'Story', subText: 'In a few lines.', required: false }),
        number({ key: 'age', label: 'Age', min: 0, max: 150, required: false }),
        tel({ key: 'phone', label: 'Phone', required: false }),
        url({ key: 'site', label: 'Website', required: false }),
        hidden({ key: 'from', label: 'From', initial: 'the example' }),
      ],
      validation: asked('text', 'name', 'address', 'secret', 'story', 'age', 'phone', 'site', 'from'),
    }),
    promptStage({
      name: 'chosen',
      prompts: [
        alertWarning({ text: 'Choose with care.' }),
        radioButtonGroup({
          key: 'color',
          label: 'Color',
          choices: [
            { value: 'red', label: 'Red' },
            { value: 'blue', label: 'Blue' },
          ],
        }),
        dropdown({ key: 'size', label: 'Size', choices: ['Small', 'Large'], required: false }),
        separator({ label: 'When' }),
        date({ key: 'day', label: 'Day', required: false }),
        dateTime({ key: 'moment', label: 'Moment', required: false }),
        locale({ key: 'language', label: 'Language', required: false }),
        separator(),
        staticText({ key: 'said', label: 'Said', initial: 'A text that is only shown.' }),
        textReadOnly({ key: 'fixed', label: 'Fixed', initial: 'Only shown, too' }),
        textAreaReadOnly({ key: 'rules', label: 'Rules', initial: 'Be kind.\nBe brief.' }),
        checkbox({
          key: 'terms',
          label: withLinks('I accept the <terms>terms of use</terms>.', { terms: '/inside' }),
        }),
      ],
      validation: asked('color', 'size', 'day', 'moment', 'language', 'terms'),
    }),
  ],
});

const everyStage = defineFlow({
  slug: 'stages',
  title: 'A button and a captcha',
  designation: 'authorization',
  target: '/inside',
  stages: [dummyStage({ name: 'button' }), captchaStage({ name: 'captcha', captcha })],
});

/** This app keeps no files: it reads them to their end, and forgets them. */
const forgotten = {
  async store({ stream }: UploadedFile) {
    await finished(stream.resume());
    return { value: 'forgotten' };
  },
  discard: () => undefined,
};

const picture = defineFlow({
  slug: 'picture',
  title: 'A picture of you',
  designation: 'authorization',
  target: '/inside',
  stages: [
    promptStage({
      name: 'picture',
      prompts: [file({ key: 'picture', label: 'Picture', ...forgotten })],
      validation: asked('picture'),
    }),
  ],
});

const proof = defineFlow({
  slug: 'proof',
  title: 'A proof by Acme',
  designation: 'authorization',
  target: '/inside',
  stages: [sourceStage({ name: 'acme', source: 'acme', requireConnection: false }), dummyStage({ name: 'proved' })],
});

export const flows = [
  signInFlow({
    slug: 'sign-in',
    secondFactor: true,
    captcha,
    passwordlessFlow: 'passwordless',
    staySignedInSeconds: 30 * 24 * 60 * 60,
    links: { enrollment: 'invite', recovery: 'recovery' },
    target: '/inside',
  }),
  passkeySignInFlow({ slug: 'passwordless', target: '/inside' }),
  signOutFlow({ slug: 'sign-out' }),
  inviteSignupFlow({
    slug: 'invite',
    fields: ['username', 'email', 'password'],
    repeat: true,
    verifyEmail: true,
    target: '/inside',
  }),
  recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', secondFactor: true }),
  noAccessYetFlow({ target: '/inside' }),
  acceptInvitationFlow({ describe: () => 'You will join the reading club.', target: '/inside' }),
  consentFlow({
    slug: 'consent',
    application: { id: 'reader', name: 'Book Reader' },
    permissions: [{ id: 'read', text: 'Read your shelf' }],
    target: '/inside',
  }),
  waitlistFlow({ slug: 'waitlist' }),
  ...accountSettings({
    fields: ['username', 'email', 'name'],
    authenticators: ['totp', 'webauthn', 'recovery_codes'],
    connections: true,
    leave: { secondFactor: true },
  }),
  everyPrompt,
  everyStage,
  picture,
  proof,
];
