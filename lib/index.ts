export { createEnrollment, type Enrollment, type EnrollmentOptions, type Health } from './enrollment.js';
export { EnrollmentError, isEnrollmentError, type ErrorCode } from './base/error.js';
export type { Json, JsonObject } from './base/json.js';
export { message, type FieldErrors, type Message, type Parsed, type Texts } from './base/message.js';
export { Secret } from './base/secret.js';
export type { Clock, LocalTime, When } from './base/clock.js';
export type { Target } from './base/target.js';

export type { Context, ContextKey, Patch, PlanContext } from './flow/context.js';
export type { Arrival, At, Facts } from './flow/facts.js';
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
  type Turn,
  type Verdict,
} from './flow/policy.js';
export {
  definePrompt,
  type Prompt,
  type PromptKind,
  type PromptSettings,
  type ReadAnswer,
  type Wording,
} from './flow/prompt.js';
export {
  defineSilentStage,
  defineStage,
  type AskingSpec,
  type AskingStage,
  type Outcome,
  type PromptField,
  type SignInEffect,
  type SilentSpec,
  type SilentStage,
  type Stage,
} from './flow/stage.js';

export { email } from './prompts/email.js';
export { hidden } from './prompts/hidden.js';
export { password, type PasswordSettings } from './prompts/password.js';
export { staticText } from './prompts/static.js';
export { text } from './prompts/text.js';
export { username } from './prompts/username.js';

export { inviteCode, type InviteCodeSettings } from './policies/invite-code.js';
export { passwordsMatch } from './policies/passwords-match.js';

export { deny, type DenySettings } from './stages/deny.js';
export { promptStage, type PromptStageSettings } from './stages/prompt.js';
export { userLogin, type UserLoginSettings } from './stages/user-login.js';
export { userWrite, type UserWriteSettings } from './stages/user-write.js';

export { inviteSignupFlow, type InviteSignupSettings } from './flows/invite-signup.js';

export type { Login, SignInDetails } from './http/login/login.js';
export { passportLogin } from './http/login/passport-login.js';
export { sessionLogin, type LoginFactory, type SessionLoginSettings } from './http/login/session-login.js';

export { codeDictionary, type DictionarySettings } from './invitations/dictionary.js';
export type { CreatedInvitation } from './invitations/create.js';
export type { InvitationChange, InvitationInput } from './invitations/input.js';
export type { SeededInvitation } from './invitations/seed.js';
export type { InvitationSummary } from './invitations/summary.js';

export type { EventName, EventSink } from './ports/events.js';
export type { Log } from './ports/log.js';
export type { Passwords } from './ports/passwords.js';
export type { PlanStore, Replacement, StoredPlan } from './ports/plan-store.js';
export type { InvitationStore } from './ports/invitation-store.js';
export type { Limits } from './ports/limits.js';
export type { Redemption, RedemptionRow, Redemptions } from './ports/redemptions.js';
export type { AccountChange, LoginField, NewAccount, UserFacts, UserStore } from './ports/user-store.js';

export { memoryUsers, type MemoryUser, type MemoryUsers } from './stores/memory/user-store.js';
export { redemptionsTable } from './stores/sql/redemptions-table.js';
export { sqlRedemptions } from './stores/sql/sql-redemptions.js';
export { sqliteUsers, type SqliteUser, type SqliteUsers } from './stores/sql/sqlite-users.js';
export { argon2Passwords } from './users/argon2-passwords.js';
export type { Argon2Options } from './users/argon2-settings.js';
