export { authenticatorSetupFlow } from './flows/authenticator-setup.js';
