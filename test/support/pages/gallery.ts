import { message, messageOf } from '../../../lib/base/message.js';
import { literal } from '../../../lib/flow/policy.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { withRecommended } from '../../../lib/http/recommended-link.js';
import { captchaGallery } from './captcha-gallery.js';
import { addressUndoGallery } from './address-undo-gallery.js';
import { accountGallery } from './account-gallery.js';
import { consentGallery } from './consent-gallery.js';
import { choicesGallery } from './choices-gallery.js';
import { account, code, field, form, json, page, prompt, savedAccount, said } from './samples.js';
import { promptsGallery } from './prompts-gallery.js';
import { authenticatorGallery } from './authenticator-gallery.js';
import { emailGallery } from './email-gallery.js';
import { enrolledGallery } from './enrolled-gallery.js';
import { endedLinkGallery } from './ended-link-gallery.js';
import { invitationGallery } from './invitation-gallery.js';
import { signInGallery } from './sign-in-gallery.js';
import { sourceGallery } from './source-gallery.js';
import { ticketGallery } from './ticket-gallery.js';

const ownName = field('uid_field', 'username_read_only', {
  ...{ label: said('flow.invite.username'), initial_value: 'ann', autocomplete: 'username' },
  ...{ read_only: true, required: false },
});
const newPassword = field('password', 'password', {
  ...{ label: said('flow.recovery.password'), autocomplete: 'new-password' },
  ...{ minlength: 15, passwordrules: 'minlength: 15; maxlength: 128;' },
});
const startAgain = { href: '/join/if/flow/invite/', label: message('link.start_again') };
const cancel = { href: '/join/if/flow/invite/cancel/', label: message('link.cancel'), quiet: true };
const home = { href: '/', label: message('link.home') };
const signIn = { href: '/login', label: message('link.sign_in') };
const decline = {
  ...{ href: '/join/if/flow/invite/', label: message('invitation.decline.submit') },
  submits: { name: 'enrollment_decline', value: 'confirmed' },
};
const haveAccount = { ...signIn, question: message('link.have_account') };
const waitlist = {
  href: '/join/if/flow/waitlist/',
  label: message('link.join_waitlist'),
  question: message('link.no_code'),
};
/** A refusal, with the link that its text recommends. */
const refused = (model: PageModel): PageModel => ({ ...model, links: withRecommended(model, model.links) });
const first = { current: 1, total: 2 };
const second = { current: 2, total: 2 };

function problem(kind: string, more: Partial<PageModel> = {}): PageModel {
  return refused(
    page('pages/problem', {
      title: messageOf(`problem.${kind}.title`),
      messages: [messageOf(`problem.${kind}`)],
      ...more,
    }),
  );
}

const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** Every page in the states that visitors see, by name. */
export const gallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'code-mailed',
    prompt([code], {
      ...{ stage: 'invite-code', steps: first },
      links: [haveAccount, decline],
    }),
  ],
  [
    'invitation-declined',
    page('pages/denied', {
      ...{ stage: 'invite-code', links: [haveAccount] },
      title: message('invitation.decline.title'),
      messages: [message('invitation.decline.text')],
    }),
  ],
  [
    'unsubscribe',
    page('pages/cancel', {
      title: message('unsubscribe.title'),
      messages: [message('unsubscribe.text', { address: 'a***@example.com' }), message('unsubscribe.keeps')],
      form: form({
        action: '/join/flows/-/unsubscribe?token=t',
        hidden: [{ name: 'List-Unsubscribe', value: 'One-Click' }],
        submit: message('unsubscribe.submit'),
      }),
      links: [home],
    }),
  ],
  [
    'unsubscribed',
    page('pages/problem', {
      title: message('unsubscribe.done.title'),
      messages: [message('unsubscribe.done.text', { address: 'a***@example.com' }), message('unsubscribe.keeps')],
      links: [home],
    }),
  ],
  ['code', prompt([code], { stage: 'invite-code', steps: first, links: [haveAccount, waitlist] })],
  // The meter of a new password, on the first page of a flow.
  [
    'password-first',
    prompt([ownName, newPassword], {
      title: message('flow.change_password.title'),
      flow: { slug: 'change-password', title: message('flow.change_password.title') },
      stage: 'password',
    }),
  ],
  [
    'code-wrong',
    prompt([code], {
      stage: 'invite-code',
      steps: first,
      form: form({
        typed: { invite_code: 'k7pq-3xwm-4v' },
        errors: {
          invite_code: [message('invitation.unknown')],
        },
      }),
      reference: 'K7PQ3XWM',
      links: [haveAccount, waitlist],
    }),
  ],
  [
    'account',
    prompt(account, {
      title: message('flow.invite.account'),
      intro: message('page.invited', { inviter: 'Wayan' }),
      steps: second,
      form: form({ submit: message('flow.invite.submit'), createsAccount: true }),
      links: [haveAccount, cancel],
    }),
  ],
  [
    'account-invited-long',
    prompt(account.slice(0, 1), {
      title: message('flow.invite.account'),
      intro: message('page.invited', { inviter: `${long.slice(0, 79)}…` }),
      steps: second,
      form: form({ submit: message('flow.invite.submit') }),
      links: [cancel],
    }),
  ],
  [
    'account-wrong',
    prompt(account, {
      title: message('flow.invite.account'),
      steps: second,
      form: form({
        typed: { username: 'ann', email: 'ann@' },
        errors: {
          '': [literal('This form can only be sent once.')],
          username: [message('prompt.username.taken')],
          email: [message('prompt.email.form')],
          password: [message('policy.passwords_match.differ')],
        },
        createsAccount: true,
      }),
      links: [cancel],
    }),
  ],
  [
    'account-saved',
    prompt(savedAccount, {
      title: message('flow.invite.account'),
      steps: second,
      form: form({
        typed: { username: 'ann', email: 'ann@example.com' },
        errors: { username: [message('prompt.username.taken')] },
      }),
      links: [cancel],
    }),
  ],
  [
    'account-ending',
    prompt(account, {
      title: message('flow.invite.account'),
      steps: second,
      form: form({ time: { limits: [{ of: 'session', seconds: 100, extendable: true }] } }),
      links: [cancel],
    }),
  ],
  [
    'account-languages',
    prompt(account, {
      title: message('flow.invite.account'),
      steps: second,
      languagePath: '/join/if/flow/invite/',
      form: form({ typed: { username: 'ann', email: 'ann@' }, createsAccount: true }),
      links: [haveAccount, cancel],
    }),
  ],
  [
    'account-outage',
    prompt(account, {
      title: message('flow.invite.account'),
      form: form({
        typed: { username: 'ann', email: 'ann@example.com' },
        errors: { '': [message('problem.503.typed_secret')] },
        submit: message('link.try_again'),
      }),
      reference: 'K7PQ3XWM',
      links: [cancel],
    }),
  ],
  [
    'everything',
    prompt(
      [
        field('terms', 'static', {
          label: json('House rules'),
          initial_value: 'Be kind.\nBe brief.',
          sub_text: json('You will be asked again.'),
        }),
        field('plain', 'static', { label: null, initial_value: long }),
        field('campaign', 'hidden', { label: json('Campaign'), initial_value: 'spring' }),
        field('attributes.team', 'text', {
          label: json(long),
          required: false,
          placeholder: json('Red, green or blue'),
          sub_text: json('Help.'),
        }),
        field('attributes-team', 'text', { label: json('Team, again'), initial_value: 'blue' }),
        field('seats', 'number', { label: json('Seats') }),
        field('fixed', 'text_read_only', { label: json('Given by the invitation'), initial_value: 'ann@example.com' }),
        field('fancy', 'no such type', { label: json('Unknown kind') }),
      ],
      {
        title: literal('Tell us about your team'),
        notice: message('notice.moved_on'),
        messages: [literal('First paragraph.'), literal('Second paragraph.')],
        reference: 'K7PQ3XWM',
        form: form({
          errors: {
            'attributes.team': [literal('First.'), literal('Second.')],
            campaign: [literal('Gone.')],
            absent: [literal('Absent.')],
          },
        }),
        links: [cancel, signIn, home],
      },
    ),
  ],
  [
    'continue',
    page('pages/continue', {
      title: message('stage.user_logout.done.title'),
      messages: [message('stage.user_logout.done.text')],
      form: form(),
      notice: message('notice.expired'),
    }),
  ],
  [
    'continue-own-words',
    page('pages/continue', {
      title: message('stage.user_logout.title'),
      messages: [message('stage.user_logout.text')],
      form: form({ action: '/join/if/flow/sign-out/', submit: message('stage.user_logout.submit') }),
      links: [{ href: '/', label: message('link.stay_signed_in') }],
    }),
  ],
  ...choicesGallery,
  ...promptsGallery,
  ...signInGallery,
  ...authenticatorGallery,
  ...emailGallery,
  ...invitationGallery,
  ...endedLinkGallery,
  ...addressUndoGallery,
  ...ticketGallery,
  ...captchaGallery,
  ...consentGallery,
  ...accountGallery,
  [
    'waitlist_joined',
    page('pages/noted', {
      flow: { slug: 'waitlist', title: message('flow.waitlist.title') },
      stage: 'waitlist_joined',
      title: message('flow.waitlist.noted'),
      challenge: { text: { ...message('stage.noted.text') } },
      form: form({ action: '/join/if/flow/waitlist/', submit: message('flow.waitlist.back') }),
    }),
  ],
  [
    'cancel',
    page('pages/cancel', {
      title: message('cancel.title'),
      messages: [message('cancel.text')],
      form: form({ submit: message('cancel.submit'), discards: true }),
      links: [{ href: '/join/if/flow/invite/', label: message('link.keep_signing_up'), primary: true }],
    }),
  ],
  [
    'cancel-other',
    page('pages/cancel', {
      flow: { slug: 'recovery', title: message('flow.recovery.title') },
      title: message('cancel.other.title'),
      messages: [message('cancel.other.text')],
      form: form({ action: '/join/if/flow/recovery/', submit: message('cancel.other.submit'), discards: true }),
      links: [{ href: '/join/if/flow/recovery/', label: message('link.go_on'), primary: true }],
    }),
  ],
  [
    'denied',
    refused(
      page('pages/denied', {
        flow: { slug: 'invite', title: message('flow.invite.title') },
        title: message('denied.sign_up.title'),
        messages: [message('invitation.used_up')],
        reference: 'K7PQ3XWM',
        links: [startAgain, signIn, home],
      }),
    ),
  ],
  [
    'denied-least',
    refused(page('pages/denied', { title: message('denied.title'), messages: [message('flow.not_applicable')] })),
  ],
  [
    'signed-in',
    page('pages/continue', {
      title: message('signed_in.title'),
      messages: [message('signed_in.as', { name: 'ann' }), message('signed_in.text'), message('signed_in.code_kept')],
      form: form({ action: '/join/if/flow/invite/sign-out/', submit: message('signed_in.submit') }),
      links: [home],
    }),
  ],
  [
    'switch-account',
    page('pages/continue', {
      title: message('switch_account.title'),
      messages: [
        message('signed_in.as', { name: 'bob' }),
        message('switch_account.for', { account: 'a***@example.com' }),
        message('switch_account.text'),
      ],
      form: form({ action: '/join/if/flow/welcome/sign-out/', submit: message('signed_in.submit') }),
      links: [{ href: '/', label: message('link.stay_signed_in') }],
    }),
  ],
  ...enrolledGallery,
  ['problem-400', problem('400', { links: [startAgain, home] })],
  ['problem-403-forged', problem('403.forged', { links: [startAgain] })],
  ['problem-403-cookies', problem('403.cookies', { links: [startAgain] })],
  ['problem-404', problem('404', { links: [home] })],
  ['problem-413', problem('413', { links: [startAgain, home] })],
  ['problem-415', problem('415', { links: [startAgain, home] })],
  [
    'problem-429',
    problem('429', {
      messages: [message('plan.throttled', { minutes: 12 })],
      reference: 'K7PQ3XWM',
      links: [startAgain, home],
    }),
  ],
  ['problem-500', problem('500', { reference: 'K7PQ3XWM', links: [startAgain, home] })],
  [
    'problem-503',
    problem('503', {
      messages: [message('problem.503')],
      links: [{ href: '', label: message('link.try_again') }],
    }),
  ],
  ...sourceGallery,
  ['plain-layout', prompt([code], { layout: 'plain', stage: 'invite-code' })],
  [
    'right-to-left',
    prompt(
      [
        field('username', 'username', { label: json('اسم المستخدم'), sub_text: json('حروف وأرقام فقط.') }),
        { ...code, label: json('رمز الدعوة') },
      ],
      {
        locale: 'ar',
        title: literal('إنشاء حساب'),
        form: form({ errors: { username: [literal('هذا الاسم مستخدم بالفعل.')] }, submit: literal('متابعة') }),
      },
    ),
  ],
]);
