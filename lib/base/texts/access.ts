/** Invitations, accounts, guards and rate limits. */
export const accessTexts = Object.freeze({
  'availability.throttled':
    'Too many usernames or email addresses were checked. Try again in {minutes, plural, one {# minute} other {# minutes}}.',
  'guard.away': 'We can’t check your invitation right now. It isn’t used up. Please try again in a moment.',
  'guard.foreign': 'This form was sent from another site. Open it here and try again.',
  'guard.redeemed': 'Your account is ready. Sign in.',
  'guard.required': 'Enter your invitation code.',
  'invitation.already': 'You’ve already used this invitation. Sign in with the account you created.',
  'invitation.already_accepted': 'You’ve already accepted this invitation.',
  'invitation.decline.submit': 'Decline the invitation',
  'invitation.decline.text': 'Changed your mind? Ask whoever invited you for a new one.',
  'invitation.decline.title': 'You declined this invitation',
  'invitation.declined': 'This invitation was declined. To join after all, ask whoever invited you for a new one.',
  'invitation.expired': 'This invitation has expired. Ask whoever invited you for a new one.',
  'invitation.held': 'This invitation is being used right now. Try again in a minute.',
  'invitation.no_person': 'This invitation allows one account per person. Enter your email address to use it.',
  'invitation.other_email': 'This invitation is for another email address. Use the address it was sent to.',
  'invitation.throttled': 'Too many wrong codes. Try again in {minutes, plural, one {# minute} other {# minutes}}.',
  'invitation.too_many_held':
    'Too many people at your address are signing up with this invitation. Try again in {minutes, plural, one {# minute} other {# minutes}}.',
  'invitation.typo': 'This code has a typo. Check it against your invitation.',
  'invitation.unknown': 'We can’t find an invitation with this code. Check the code, or ask whoever invited you.',
  'invitation.unreadable': 'That doesn’t look like an invitation code. Copy the code from your invitation.',
  'invitation.used_up': 'This invitation has already been used. If that was you, sign in. If not, ask for a new one.',
  'plan.throttled':
    'There are too many unfinished sign-ups and sign-ins on your network. Try again in {minutes, plural, one {# minute} other {# minutes}}.',
  'users.invitation_needed': 'You need an invitation to create an account.',
  'users.not_signed_in': 'We couldn’t sign you in with this name and password. Check both, then try again.',
  'users.too_many_attempts':
    'Too many sign-in attempts. Try again in {minutes, plural, one {# minute} other {# minutes}}.',
} as const);
