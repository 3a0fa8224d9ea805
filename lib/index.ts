export { createEnrollment } from './enrollment.js';
export type { Enrollment } from './composition/enrollment.js';
export type { EnrollmentOptions } from './options/options.js';
export type { EnrollmentHealth } from './diagnosis/health.js';
export type { EnrollmentDiagnosis } from './diagnosis/diagnose.js';
export type { Messages } from './base/texts/messages.js';
export type { EnrollmentLogger } from './ports/log.js';
export type { EnrollmentEvent, FinishedEnrollment } from './ports/events.js';
export type { EnrollmentClock } from './base/clock.js';
export { Secret } from './base/secret.js';
export { EnrollmentError, isEnrollmentError } from './base/error.js';
export { InviteRefused, isInviteRefused } from './base/invite-refused.js';

export { inviteSignupFlow } from './flows/invite-signup.js';
export { signInFlow } from './flows/sign-in.js';
export { signOutFlow } from './flows/sign-out.js';
export { noAccessYetFlow } from './flows/no-access-yet.js';
export { sourceAuthenticationFlow } from './flows/source-authentication.js';
export { connectAccountFlow } from './flows/connect-account.js';
export { waitlistFlow } from './flows/waitlist.js';

export { defineFlow, type Flow } from './flow/flow.js';
export { defineStage, defineSilentStage } from './flow/define-stage.js';
export type { AskingStage, SilentStage, Stage, StageOutcome } from './flow/stage.js';
export { definePolicy, type Policy, type PolicyAnswer, type PolicyQuestion } from './flow/policy.js';
export { definePrompt, type Prompt, type PromptKind, type PromptSettings } from './flow/prompt.js';
export { message, type Message } from './base/message.js';
export { defineMessages } from './base/define-messages.js';
export type { PlanContext } from './flow/context.js';
export type { RequestFacts, StageContext } from './flow/facts.js';

export { deny } from './stages/deny.js';
export { identification } from './stages/identification.js';
export { passwordStage } from './stages/password.js';
export { promptStage } from './stages/prompt.js';
export { sourceConnect } from './stages/source-connect.js';
export { userLogin } from './stages/user-login.js';
export { userLogout } from './stages/user-logout.js';
export { userWrite } from './stages/user-write.js';
export { askForInvitation, waitlistJoined } from './stages/waitlist.js';

export { email } from './prompts/email.js';
export { hidden } from './prompts/hidden.js';
export { inviteCodePrompt } from './prompts/invite-code.js';
export { password } from './prompts/password.js';
export { staticText } from './prompts/static.js';
export { text } from './prompts/text.js';
export { username } from './prompts/username.js';

export { ifMissing } from './policies/if-missing.js';
export { ifSignedOut } from './policies/if-signed-out.js';
export { ifSso } from './policies/if-sso.js';
export { ifUnproved } from './policies/if-unproved.js';
export { ifUsernameMissing } from './policies/if-username-missing.js';
export { inviteCode } from './policies/invite-code.js';
export { passwordsMatch } from './policies/passwords-match.js';

export { admittedSource } from './sources/admitted-source.js';
export { openIdConnectSource } from './sources/openid-connect/source.js';
export { passportSource } from './sources/passport/source.js';
export type { AdmittedDefinition, ProviderDefinition, SourceDefinition } from './ports/source.js';
export type { PendingIdentity } from './ports/pending-identity.js';

export type { Invite } from './http/guards/invite.js';
export type { PrefilledInvite } from './http/guards/prefill-invite.js';
export type { InviteHandler } from './http/guards/require-invite.js';
export { passportLogin } from './http/login/passport-login.js';
export { sessionLogin } from './http/login/session-login.js';
export type { Login, LoginFactory } from './ports/login.js';

export type { InvitationManager } from './invitations/management/invitation-manager.js';
export { codeDictionary } from './invitations/management/seed.js';
export type { CreatedInvitation } from './invitations/management/create.js';
export type { InvitationInput } from './ports/invitation-input.js';
export type { InvitationList } from './invitations/management/find.js';
export type { InvitationSummary } from './invitations/access/eligibility.js';
export type { InvitationTree } from './invitations/management/tree.js';
export type { InviterAllowance } from './invitations/management/quota.js';
export type { InvitationExplanation } from './invitations/management/find.js';
export type { LedgerEntry } from './ports/invitation-store.js';
export type { InviterRules } from './ports/inviters.js';
export type { Waitlist } from './waitlist/waitlist.js';
export type { WaitlistReport } from './waitlist/report.js';
export type { InvitationLetter, WaitlistEntry } from './ports/waitlist-store.js';
export type { DeliveryManager } from './webhooks/deliveries.js';

export type { AccountChange, NewAccount, UserProfile, UserStore } from './ports/user-store.js';
export type { Redemption, Redemptions } from './ports/redemptions.js';
export type { AccountIdentity, Connections, ExternalIdentity } from './ports/connections.js';
export type { Passwords } from './ports/passwords.js';
export { memoryUsers, type MemoryUser, type MemoryUsers } from './stores/memory/user-store.js';
export type { StoredUser } from './stores/stored-user.js';
export { memoryConnections, type MemoryConnections } from './stores/memory/connections.js';
export { argon2Passwords } from './users/argon2-passwords.js';
export { canonicalEmail, canonicalUsername } from './base/canonical.js';
export { mergeDeep, type Json, type JsonObject } from './base/json.js';
