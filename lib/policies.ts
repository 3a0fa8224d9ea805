export { ifMissing } from './policies/if-missing.js';
export { ifSignedOut } from './policies/if-signed-out.js';
export { ifSso } from './policies/if-sso.js';
export { ifUnproved } from './policies/if-unproved.js';
export { ifUsernameMissing } from './policies/if-username-missing.js';
export { inviteCode } from './policies/invite-code.js';
export { passwordsMatch } from './policies/passwords-match.js';
