/** What mails say, and the pages about them. */
export const mailTexts = Object.freeze({
  'email.code.blank': 'Enter the code from the email.',
  'email.code.help': 'Eight letters and digits. Upper or lower case, with or without the dash.',
  'email.code.label': 'Code from the email',
  'email.code.wrong': 'That code doesn’t match. Use the one from the newest email.',
  'email.expired': 'This code has expired. Send a new email to get another one.',
  'email.link.elsewhere.text':
    'You opened this link in another browser than the one you started in. Go back there and enter the code from the same email.',
  'email.link.elsewhere.title': 'Continue in your other browser',
  'email.link.invalid.text':
    'It was already used, it has expired, or a newer email replaced it. Start again to get a new one.',
  'email.link.invalid.title': 'This link isn’t valid anymore',
  'email.link.submit': 'Confirm',
  'email.link.text': 'Your link works. Press the button to confirm that you opened it yourself.',
  'email.no_recipient': 'We don’t know where to send the email. Please start again.',
  'email.resend': 'Send a new email',
  'email.send': 'Send the email',
  'email.sent.identified':
    'If there’s an account for {name}, we’ve sent an email with a code to its address. It can take a minute; look in your spam folder too.',
  'email.sent.to': 'We’ve sent an email with a code to {address}. It can take a minute; look in your spam folder too.',
  'email.title': 'Check your email',
  'email.too_many_mails': 'Too many emails. Try again in {minutes, plural, one {# minute} other {# minutes}}.',
  'email.unsent': 'We haven’t sent you an email yet. Send one now, then enter its code.',
  'mail.account_exists.subject': 'You already have an account at {brand}',
  'mail.account_exists.text':
    'Someone, probably you, tried to sign up at {brand} with this email address. It already has an account: sign in instead.',
  'mail.address_changed.subject': 'Your email address at {brand} was changed',
  'mail.address_changed.text':
    'The email address of your account at {brand} was changed just now. From now on, we write to the new one.',
  'mail.address_changed.unasked': 'If that wasn’t you, tell us right away.',
  'mail.authenticator_added.subject': 'A sign-in method was added at {brand}',
  'mail.authenticator_added.text':
    'An authenticator app, a passkey or recovery codes were added to your account at {brand} just now.',
  'mail.authenticator_removed.subject': 'A sign-in method was removed at {brand}',
  'mail.authenticator_removed.text':
    'An authenticator app, a passkey or recovery codes were removed from your account at {brand} just now.',
  'mail.code.secret': 'Don’t share this code. We never ask for it by phone or chat.',
  'mail.code.text':
    'Enter this code where you started, or open the link in the same browser. Both work for {minutes, plural, one {# minute} other {# minutes}}.',
  'mail.confirm': 'Open the link',
  'mail.enrollment.subject': 'Confirm your email address for {brand}',
  'mail.enrollment.text': 'You’re creating an account at {brand}.',
  'mail.no_password.subject': 'Signing in at {brand}',
  'mail.no_password.text':
    'Someone, probably you, asked for a new password at {brand}. Your account has no password: sign in with the provider that you signed up with.',
  'mail.password_changed.subject': 'Your password at {brand} was changed',
  'mail.password_changed.text': 'Your password at {brand} was changed just now.',
  'mail.password_changed.unasked': 'If that wasn’t you, choose a new password now, and tell us.',
  'mail.provider_connected.subject': 'Your account at {brand} is connected to {source}',
  'mail.provider_connected.text':
    'Your account at {brand} was connected to {source} just now. You can sign in with it.',
  'mail.provider_disconnected.subject': 'Your account at {brand} is no longer connected to {source}',
  'mail.provider_disconnected.text':
    'Your account at {brand} was disconnected from {source} just now. You can’t sign in with it anymore.',
  'mail.recovery.subject': 'Choose a new password for {brand}',
  'mail.recovery.text': 'Someone, probably you, asked for a new password at {brand}.',
  'mail.sign_in': 'Sign in',
  'mail.unasked': 'If that wasn’t you, ignore this email. Nothing was changed.',
  'mail.unasked_change': 'If that wasn’t you, change your password now, and tell us.',
  'mail.verification.subject': 'Your code for {brand}',
  'mail.verification.text': 'You’re confirming your email address at {brand}.',
  'notice.email_sent': 'A new email is on its way.',
} as const);
