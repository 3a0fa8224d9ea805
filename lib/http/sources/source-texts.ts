import type { Texts } from '../../base/message.js';

/** Sentences for visitors whose identity a source has returned. */
export const recognisedTexts: Texts = Object.freeze({
  'source.too_many': 'Too many sign-ins from here. Try again in a few minutes.',
  'source.inactive': 'This account isn’t active. Ask whoever runs this site.',
  'source.matched': 'An account with these details already exists. Sign in the way you signed up.',
  'source.no_address': '{source} hasn’t verified your email address, and we need one here.',
  'source.no_username': '{source} didn’t give us a username for you, and we need one here.',
  'source.another': 'Another account is signed in here. Sign out first, then sign in with {source} again.',
  'source.another_named': 'You’re signed in here as {who}. Sign out first, then sign in with {source} again.',
  'source.prove.title': 'Sign in to your account first',
  'source.prove':
    'An account with these details already exists. Sign in the way you signed up, then connect {source} to it.',
  'source.sign_in_again': 'To connect your {source} account, confirm it’s you: sign out, sign in again, and come back.',
  'source.known_only': 'You’re signed in to {source}.',
  'source.known_waits':
    'An account for {who} is waiting here. Enter the code of the invitation for this address, or sign in the way you signed up.',
  'source.known_waits_only': 'An account is waiting here. Enter the code of its invitation.',
  'source.known_code_only': 'You’re signed in to {source}. To create an account here, enter your invitation code.',
  'source.not_signed_in': 'You weren’t signed in',
  'link.sign_out': 'Sign out',
  'link.sign_out_continue': 'Sign out and continue with {source}',
  'source.invited.title': 'You’re invited',
  'source.invited': 'Sign in with one of these to use your invitation. Your code is kept.',
  'link.go_back': 'Go back to where you were',
});
