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

  'notice.moved_on': 'That step is done already. This is where you are now.',
  'notice.expired': 'You were away for too long, so we have to begin again.',
  'notice.restarted': 'We have started again from the beginning.',
  'notice.cancelled': 'You have stopped signing up. Nothing of what you typed was kept.',
  'notice.stopped': 'You have stopped. Nothing of what you typed was kept.',

  'continue.title': 'One more click',
  'continue.text': 'Press the button to go on.',

  'denied.title': 'You cannot go on here',
  'denied.text': 'This is not open to you. If you think that is a mistake, ask the person who invited you.',

  'signed_in.title': 'You are already signed in',
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
  'cancel.text': 'What you have typed so far will be dropped. Your invitation can be used again later.',
  'cancel.submit': 'Stop signing up',
  'cancel.other.title': 'Stop here?',
  'cancel.other.text': 'What you have typed so far will be dropped.',
  'cancel.other.submit': 'Stop',

  'sign_in.kept_out': 'We could not sign you in. Start again, or ask whoever runs this site.',

  'link.start_again': 'Start again',
  'link.try_again': 'Try again',
  'link.go_on': 'No, go on',
  'link.cancel': 'Cancel',
  'link.sign_in': 'Sign in',
  'link.home': 'Go to the start page',

  'source.continue': 'Continue with {source}',
  'source.known': '{source} knows you as {who}.',
  'source.known_code': 'You are known to {source} as {who}. Enter your invitation code.',
  'source.other_account': 'Use another account',
  'sources.or': 'or',
  'sources.label': 'Other ways to go on',

  'flows.title': 'Flows',
  'flows.text': 'The flows of this app. This list is shown in development only.',
  'flows.none': 'This app has no flows. This page is shown in development only.',
  'flows.one': '{title} ({path})',

  'problem.400.title': 'We could not read this',
  'problem.400': 'What arrived here was incomplete. Open the page again and fill in the form once more.',
  'problem.403.forged.title': 'This form is no longer valid',
  'problem.403.forged':
    'We only take forms that we gave out ourselves. Nothing was changed. Open the page again and fill in the form once more.',
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
