/**
 * Files of an app of its own in authentik's format: sign-up, sign-in and sign-out, recovery, a new password, a profile,
 * authenticators, consent, sources, the end of the account, and a brand.
 */
export const clubFolder = 'test/support/flow-files/club';
