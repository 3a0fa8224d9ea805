export { createEnrollment, type Enrollment, type EnrollmentOptions, type Health } from './enrollment.js';
export type { Diagnosis } from './composition/diagnose.js';
export { canonicalEmail, canonicalUsername } from './base/canonical.js';
export { EnrollmentError, isEnrollmentError, type ErrorCode } from './base/error.js';
export { InviteRefused, isInviteRefused } from './base/invite-refused.js';
export { mergeDeep, type Json, type JsonObject } from './base/json.js';
export type { KitMessageId, MessageOverrides } from './base/message-ids.js';
export { message, type FieldErrors, type Message, type Parsed, type Texts } from './base/message.js';
export { Secret } from './base/secret.js';
export type { Clock, LocalTime, When } from './base/clock.js';
export type { Target } from './base/target.js';

export type { Context, ContextKey, Patch, PlanContext } from './flow/context.js';
export type { Arrival, StageContext, Facts } from './flow/facts.js';
export {
  defineFlow,
  type DeniedAction,
  type Designation,
  type Flow,
  type FlowSpec,
  type InvalidResponseAction,
  type PolicyBindingSpec,
  type Requirement,
  type StageBindingSpec,
} from './flow/flow.js';
export {
  definePolicy,
  type Answers,
  type Policy,
  type PolicyAnswer,
  type PolicyQuestion,
  type PolicySpec,
  type PlanAction,
  type Verdict,
} from './flow/policy.js';
export {
  definePrompt,
  type Prompt,
  type PromptKind,
  type PromptSettings,
  type ReadAnswer,
  type MessageLike,
} from './flow/prompt.js';
export {
  defineSilentStage,
  defineStage,
  type AskingSpec,
  type AskingStage,
  type Effect,
  type Outcome,
  type PromptField,
  type Requisite,
  type SignInEffect,
  type SignOutEffect,
  type SilentSpec,
  type SilentStage,
  type Stage,
  type StageLink,
  type StageWords,
} from './flow/stage.js';

export { email } from './prompts/email.js';
export { hidden } from './prompts/hidden.js';
export { inviteCodePrompt, type InviteCodePromptSettings } from './prompts/invite-code.js';
export { password, type PasswordSettings } from './prompts/password.js';
export { staticText } from './prompts/static.js';
export { text } from './prompts/text.js';
export { username } from './prompts/username.js';

export { inviteCode, type InviteCodeSettings } from './policies/invite-code.js';
export { ifMissing } from './policies/if-missing.js';
export { ifSignedOut } from './policies/if-signed-out.js';
export { ifSso } from './policies/if-sso.js';
export { ifUnproved } from './policies/if-unproved.js';
export { ifUsernameMissing } from './policies/if-username-missing.js';
export { passwordsMatch } from './policies/passwords-match.js';

export { deny, type DenySettings } from './stages/deny.js';
export { identification, type IdentificationLinks, type IdentificationSettings } from './stages/identification.js';
export { passwordStage, type PasswordStageSettings } from './stages/password.js';
export { promptStage, type PromptStageSettings } from './stages/prompt.js';
export { sourceConnect } from './stages/source-connect.js';
export { userLogin, type UserLoginSettings } from './stages/user-login.js';
export { userLogout } from './stages/user-logout.js';
export { userWrite, type UserWriteSettings } from './stages/user-write.js';
export { askForInvitation, noted, type AskForInvitationSettings, type NotedSettings } from './stages/waitlist.js';

export { inviteSignupFlow, type InviteSignupSettings } from './flows/invite-signup.js';
export { signInFlow, type SignInFlowSettings } from './flows/sign-in.js';
export { connectAccountFlow, type ConnectAccountSettings } from './flows/connect-account.js';
export { noAccessYetFlow, type NoAccessYetSettings } from './flows/no-access-yet.js';
export { sourceAuthenticationFlow, type SourceAuthenticationSettings } from './flows/source-authentication.js';
export { signOutFlow, type SignOutFlowSettings } from './flows/sign-out.js';
export { waitlistFlow, type WaitlistFlowSettings } from './flows/waitlist.js';

export type { GuardSettings } from './http/guards/guard-settings.js';
export type { FindAccount, Invite, WriteAccount } from './http/guards/invite.js';
export type { PrefilledInvite, PrefillSettings } from './http/guards/prefill-invite.js';
export type { InviteHandler } from './http/guards/require-invite.js';
export type { SignInSettings } from './http/guards/sign-in.js';
export type { Login, SignInDetails } from './http/login/login.js';
export { passportLogin } from './http/login/passport-login.js';
export { sessionLogin, type LoginFactory, type SessionLoginSettings } from './http/login/session-login.js';
export type { SessionSettings } from './http/session/session-settings.js';

export { codeDictionary, type DictionarySettings } from './invitations/dictionary.js';
export type { CreatedInvitation } from './invitations/create.js';
export type { BulkRow, BulkSettings } from './invitations/bulk.js';
export type { InvitationManager } from './invitations/invitation-manager.js';
export type { Erased, Person } from './invitations/erase.js';
export type { Explanation } from './invitations/explain.js';
export type { ExportQuery } from './invitations/export-csv.js';
export type { Actor, InvitationChange, InvitationExtension, InvitationInput } from './invitations/input.js';
export type { InvitationList, ListQuery } from './invitations/list.js';
export type { Allowance } from './invitations/quota.js';
export type { Revoked } from './invitations/revoke.js';
export type { TreeRevocation } from './invitations/revoke-descendants.js';
export type { SeededInvitation } from './invitations/seed.js';
export type { InvitationState } from './invitations/state.js';
export type { InvitationSummary } from './invitations/summary.js';
export type { Descendant, InvitationTree, TreeRoot } from './invitations/tree.js';

export type { AccountIdentity, ConnectionRow, Connections, ExternalIdentity } from './ports/connections.js';
export type { AddressPolicy, InvitationRule, SourceTerms } from './ports/source-terms.js';
export type { AdmittedSource } from './sources/admitted.js';
export type { ToIdentity } from './http/sources/admit.js';
export { admittedSource } from './sources/admitted-source.js';
export type { AdmittedSettings } from './sources/admitted-settings.js';
export type { AdmittedDefinition, RoundTripDefinition, SourceDefinition } from './sources/definition.js';
export { openIdConnectSource } from './sources/open-id-connect-source.js';
export type { OpenIdConnectSettings } from './sources/open-id-connect-settings.js';
export { passportSource } from './sources/passport-source.js';
export type { PassportIdentity, PassportSourceSettings } from './sources/passport-settings.js';
export type { AdmitOutcome } from './sources/parse-identity.js';
export type { SourceFailure, SourceIdentity } from './sources/source.js';
export type { HeldIdentity, MatchingMode } from './ports/held-identity.js';
export type { EnrollmentEvent, EventFacts, EventName, EventSink, FinishedEnrollment } from './ports/events.js';
export type { FailedItem, Outbox, OutboxCounts, OutboxItem } from './ports/outbox.js';
export type {
  AttemptLimit,
  AttemptLimits,
  DataSchema,
  InvitationData,
  PasswordAttemptLimits,
  WebhookReceiver,
} from './options/options.js';
export type { DeliveryManager } from './webhooks/deliveries.js';
export type { Credentials, CredentialsAnswer, CredentialsQuestion } from './ports/credentials.js';
export type { Log } from './ports/log.js';
export type { Passwords } from './ports/passwords.js';
export type { PlanStore, Replacement, StoredPlan } from './ports/plan-store.js';
export type { InvitationStore, LedgerEntry, LedgerKind, Seat } from './ports/invitation-store.js';
export type { Gift, InviterQuota, InviterRules } from './ports/inviters.js';
export type { Limits } from './ports/limits.js';
export type { Redemption, RedemptionRow, Redemptions } from './ports/redemptions.js';
export type { AccountChange, LoginField, NewAccount, UserFacts, UserStore } from './ports/user-store.js';

export type {
  InvitationLetter,
  SendInvitation,
  WaitlistEntry,
  WaitlistStore,
  WaitlistState,
} from './ports/waitlist-store.js';
export type { Decision } from './waitlist/approve.js';
export type { Asked, WaitlistAsk } from './waitlist/ask.js';
export type { LinesQuery } from './waitlist/lines.js';
export type { InvitationTerms } from './waitlist/parts.js';
export type { Removed } from './waitlist/remove.js';
export type { WaitlistOutcome, WaitlistReport, WaitlistRow } from './waitlist/report.js';
export type { Resending } from './waitlist/resend.js';
export type { Selection } from './waitlist/select.js';
export type { Waitlist } from './waitlist/waitlist.js';

export { memoryUsers, type MemoryUser, type MemoryUsers, type MemoryUsersOptions } from './stores/memory/user-store.js';
export { memoryConnections, type MemoryConnections } from './stores/memory/connections.js';
export { argon2Passwords } from './users/argon2-passwords.js';
export type { Argon2Options } from './users/argon2-settings.js';
