/** Authenticators: second factors and recovery codes. */
export const authenticatorTexts = Object.freeze({
  'authenticator.code.blank': 'Enter the code.',
  'authenticator.codes.again': 'These are new codes. Save them, then confirm again.',
  'authenticator.codes.intro':
    'If you lose your phone, each of these codes signs you in once. Print them, or keep them in a safe place.',
  'authenticator.codes.label': 'Your recovery codes',
  'authenticator.codes.submit': 'I’ve saved these codes',
  'authenticator.codes.title': 'Save your recovery codes',
  'authenticator.missing':
    'Your account needs a second factor but doesn’t have one yet. Ask the people who run this site.',
  'authenticator.nobody': 'We couldn’t find your account. Please start again.',
  'authenticator.password.title': 'Enter your password to continue',
  'authenticator.totp.code': 'Code from the app',
  'authenticator.totp.differs': 'That code doesn’t match. Wait for the next one, and check your phone’s clock.',
  'authenticator.totp.help': 'The app shows {digits} digits that change every 30 seconds.',
  'authenticator.totp.intro': 'Scan the QR code with an authenticator app, then enter the code that it shows.',
  'authenticator.totp.key': 'Or type this key into the app',
  'authenticator.totp.open': 'Open an authenticator app on this device',
  'authenticator.totp.scan': 'QR code',
  'authenticator.totp.submit': 'Turn on',
  'authenticator.totp.title': 'Set up an authenticator app',
  'authenticator.validate.code': 'Code from your authenticator app',
  'authenticator.validate.help': 'Without your phone, enter one of your recovery codes.',
  'authenticator.validate.recovery_code': 'Recovery code',
  'authenticator.validate.title': 'Confirm it’s you',
  'users.wrong_factor': 'That code isn’t right, or it was used already. Try the next one.',
} as const);
