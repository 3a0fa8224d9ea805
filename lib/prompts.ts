export { email } from './prompts/email.js';
export { hidden } from './prompts/hidden.js';
export { inviteCodePrompt } from './prompts/invite-code.js';
export { password } from './prompts/password.js';
export { staticText } from './prompts/static.js';
export { text } from './prompts/text.js';
export { username } from './prompts/username.js';
