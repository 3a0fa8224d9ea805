import type { Texts } from '../base/message.js';

/** The sentences of the pages themselves. Those of stages, policies and prompts stand beside them. */
export const pageTexts: Texts = Object.freeze({
  literal: '{text}',

  'page.title': '{page} · {brand}',
  'page.title_invalid': 'Error: {page} · {brand}',
  'page.sign_up': 'Sign up',
  'page.reference': 'Reference: {reference}',

  'form.submit': 'Continue',
  'field.optional': 'optional',
  'errors.heading': 'There is a problem',

  'notice.moved_on': 'You’ve already completed that step. Continue here.',
  'notice.expired': 'Your session expired. Please start again.',
  'notice.restarted': 'We’ve started over from the beginning.',
  'notice.cancelled': 'Sign-up canceled. Nothing you entered was saved.',
  'notice.stopped': 'Canceled. Nothing you entered was saved.',

  'continue.title': 'One more click',
  'continue.text': 'Press the button to continue.',

  'denied.title': 'You can’t continue here',
  'denied.sign_up.title': 'You can’t sign up with this invitation',
  'denied.text': 'This page isn’t open to you. If you think that’s a mistake, ask whoever invited you.',

  'signed_in.title': 'You’re already signed in',
  'signed_in.as': 'You’re signed in as {name}.',
  'signed_in.unnamed': 'You’re signed in.',
  'signed_in.text': 'To create another account, sign out first.',
  'signed_in.code_kept': 'The invitation code from your link is kept.',
  'signed_in.submit': 'Sign out and continue',

  'enrolled.title': 'Your account is ready',
  'enrolled.text': 'You aren\u2019t signed in yet. Sign in to continue.',
  'enrolled.inactive.title': 'Your account has been created',
  'enrolled.inactive.text': 'It isn\u2019t active yet. You can sign in once it has been activated.',
  'enrolled.refused.title': 'Your account has been created',
  'enrolled.refused.text': 'We couldn\u2019t finish signing you in. You don\u2019t need to sign up again.',

  'cancel.title': 'Stop signing up?',
  'cancel.text': 'What you entered will be discarded. You can use your invitation again later.',
  'cancel.submit': 'Stop signing up',
  'cancel.other.title': 'Stop here?',
  'cancel.other.text': 'What you entered will be discarded.',
  'cancel.other.submit': 'Stop',

  'sign_in.kept_out': 'We couldn’t sign you in. Start again, or ask whoever runs this site.',

  'link.start_again': 'Start again',
  'link.try_again': 'Try again',
  'link.go_on': 'Keep going',
  'link.keep_signing_up': 'Keep signing up',
  'link.cancel': 'Cancel',
  'link.sign_in': 'Sign in',
  'link.home': 'Go to the home page',

  'source.continue': 'Continue with {source}',
  'source.known': 'You’re signed in to {source} as {who}.',
  'source.known_code': 'You’re signed in to {source} as {who}. To create an account here, enter your invitation code.',
  'source.other_account': 'Use another account',
  'sources.or': 'or',
  'sources.label': 'Other ways to continue',

  'flows.title': 'Flows',
  'flows.text': 'The flows of this app. This list is shown in development only.',
  'flows.none': 'This app has no flows. This page is shown in development only.',
  'flows.one': '{title} ({path})',

  'problem.400.title': 'We could not read this',
  'problem.400': 'What arrived here was incomplete. Open the page again and fill in the form once more.',
  'problem.403.forged.title': 'This form is no longer valid',
  'problem.403.forged':
    'This form has expired. Nothing was changed. Nothing was changed. Open the page again and fill in the form once more.',
  'problem.403.cookies.title': 'Please allow cookies',
  'problem.403.cookies':
    'We need a cookie to know you from one step to the next. Allow cookies for this site in your browser, then start again.',
  'problem.404.title': 'There is nothing here',
  'problem.404': 'Check the address for a slip, or ask the person who gave it to you for a new link.',
  'problem.413.title': 'That was too much at once',
  'problem.413': 'What you sent is too large for this form. Go back, shorten it and send it again.',
  'problem.415.title': 'We could not read this',
  'problem.415':
    'This address only takes the form that belongs to it. Open the page again and send the form from there.',
  'problem.429.title': 'Too many attempts',
  'problem.429': 'There were too many attempts in a short time. Please wait a while, then try again.',
  'problem.500.title': 'Something went wrong',
  'problem.500':
    "We couldn't show this page. If this keeps happening, send the reference to the people who run this site.",
  'problem.503.title': 'Please try again in a moment',
  'problem.503':
    'A part of this site is not answering right now. The steps you have finished are kept, so you can go on where you are.',
  'problem.cause': 'The cause, shown in development only: {cause}',
  'problem.wait': 'You can try again in about {minutes}\u00a0min.',
});
