/** What a second factor may be: codes of an app, recovery codes, or a passkey. */
export const authenticatorTypes = Object.freeze(['totp', 'recovery_codes', 'webauthn'] as const);

export type AuthenticatorType = (typeof authenticatorTypes)[number];
