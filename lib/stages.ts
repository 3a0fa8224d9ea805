export { confirmPassword } from './stages/confirm-password.js';
export { recoveryCodesSetup } from './stages/recovery-codes-setup.js';
export { totpSetup } from './stages/totp-setup.js';
export { validateAuthenticator } from './stages/validate-authenticator.js';
