export { authenticatorSetupFlow } from './flows/authenticator-setup.js';
export { connectAccountFlow } from './flows/connect-account.js';
export { inviteSignupFlow } from './flows/invite-signup.js';
export { noAccessYetFlow } from './flows/no-access-yet.js';
export { signInFlow } from './flows/sign-in.js';
export { signOutFlow } from './flows/sign-out.js';
export { sourceAuthenticationFlow } from './flows/source-authentication.js';
export { waitlistFlow } from './flows/waitlist.js';
