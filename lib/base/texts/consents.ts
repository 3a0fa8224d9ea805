/** What users allow applications. */
export const consentTexts = Object.freeze({
  'stage.consent.allow': 'Allow',
  'stage.consent.allowed_before': 'You allowed this before:',
  'stage.consent.as': 'You’re signed in as {name}.',
  'stage.consent.asks': '{application} asks for access to your account. It will be able to:',
  'stage.consent.asks_identity': '{application} asks to know who you are, and nothing more.',
  'stage.consent.asks_more': '{application} asks for more than you allowed before. It will also be able to:',
  'stage.consent.changed': 'This request has changed. Check it again before you allow it.',
  'stage.consent.confirm': 'To continue, please allow the following:',
  'stage.consent.confirm_access': 'To continue, allow access to your account.',
  'stage.consent.decline': 'Don’t allow',
  'stage.consent.declined': 'You didn’t allow access, so nothing was shared.',
  'stage.consent.title': 'Allow access to your account?',
  'stage.consent.unknown': 'We don’t know the application that sent you here. Go back to it and try again.',
} as const);
