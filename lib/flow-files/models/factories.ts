import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import type { Stage } from '../../flow/stage.js';
import * as policies from '../../policies.js';
import * as prompts from '../../prompts.js';
import * as stages from '../../stages.js';
import { keptValue } from '../../prompts/profile-value.js';
import { rarely } from '../../policies/rarely.js';
import { waitlistAddress } from '../../prompts/waitlist-address.js';
import { ifAddressChanged } from '../../policies/if-address-changed.js';
import { ifAnswered } from '../../policies/if-answered.js';
import { ifOwnerUnclear } from '../../policies/if-owner-unclear.js';
import { ifTicketSignsIn } from '../../policies/if-ticket-signs-in.js';
import { accountNamePrompt } from '../../prompts/account-name.js';
import { accountChoice } from '../../stages/account-choice.js';
import { addressRestored } from '../../stages/address-restored.js';
import { addressUndo } from '../../stages/address-undo.js';
import { authenticatorEdit } from '../../stages/authenticator-edit.js';
import { authenticatorRemoval } from '../../stages/authenticator-removal.js';
import { connectPassword } from '../../stages/connect-password.js';
import { emailConfirmed } from '../../stages/email-confirmed.js';
import { ticketEmailWrite } from '../../stages/ticket-email-write.js';
import { ticketPasswordWrite } from '../../stages/ticket-password-write.js';
import { ticketResult } from '../../stages/ticket-result.js';
import { nothingToDo } from './nothing-to-do.js';

/** A factory of the kit, for settings that come from a file. It checks them itself. */
export type Factory<Part> = (given: readonly unknown[]) => Part;

export const isStage = (made: unknown): made is Stage => has(made, ['factory', 'kind', 'asking']);
export const isPrompt = (made: unknown): made is Prompt => has(made, ['key', 'kind', 'label']);
export const isPolicy = (made: unknown): made is Policy => has(made, ['name', 'check', 'madeBy']);

/** Those of the kit's own stages that a file can describe, by `factory`. Captchas have keys, which are the app's. */
export const builtInStages: ReadonlyMap<string, Factory<Stage>> = new Map([
  ['accept_invitation', checked(stages.acceptInvitation, isStage)],
  ['account_choice', checked(accountChoice, isStage)],
  ['account_menu', checked(stages.accountMenu, isStage)],
  ['address_restored', checked(addressRestored, isStage)],
  ['address_undo', checked(addressUndo, isStage)],
  ['ask_for_invitation', checked(stages.askForInvitation, isStage)],
  ['authenticator_change', checked(stages.authenticatorChange, isStage)],
  ['authenticator_edit', checked(authenticatorEdit, isStage)],
  ['authenticator_removal', checked(authenticatorRemoval, isStage)],
  ['authenticator_static', checked(stages.recoveryCodesSetup, isStage)],
  ['authenticator_totp', checked(stages.totpSetup, isStage)],
  ['authenticator_validate', checked(stages.validateAuthenticator, isStage)],
  ['authenticator_webauthn', checked(stages.webauthnSetup, isStage)],
  ['confirm_password', checked(stages.confirmPassword, isStage)],
  ['connect_password', checked(connectPassword, isStage)],
  ['connections', checked(stages.connectionsStage, isStage)],
  ['consent', checked(stages.consentStage, isStage)],
  ['deny', checked(stages.deny, isStage)],
  ['dummy', checked(stages.dummyStage, isStage)],
  ['email', checked(stages.emailStage, isStage)],
  ['email_confirmed', checked(emailConfirmed, isStage)],
  ['email_proof', checked(stages.emailProof, isStage)],
  ['identification', checked(stages.identification, isStage)],
  ['invitation', checked(stages.invitationStage, isStage)],
  ['nothing_to_do', checked(nothingToDo, isStage)],
  ['passkey_sign_in', checked(stages.passkeySignIn, isStage)],
  ['password', checked(stages.passwordStage, isStage)],
  ['password_changed', checked(stages.passwordChanged, isStage)],
  ['password_write', checked(stages.passwordWrite, isStage)],
  ['redirect', checked(stages.redirectStage, isStage)],
  ['session_end', checked(stages.sessionEnd, isStage)],
  ['source', checked(stages.sourceStage, isStage)],
  ['source_connect', checked(stages.sourceConnect, isStage)],
  ['ticket_email_write', checked(ticketEmailWrite, isStage)],
  ['ticket_password_write', checked(ticketPasswordWrite, isStage)],
  ['ticket_result', checked(ticketResult, isStage)],
  ['user_delete', checked(stages.userDelete, isStage)],
  ['user_login', checked(stages.userLogin, isStage)],
  ['user_logout', checked(stages.userLogout, isStage)],
  ['user_write', checked(stages.userWrite, isStage)],
  ['waitlist_joined', checked(stages.waitlistJoined, isStage)],
]);

/** By the name under which `kitMade` notes them. Files need a place that the app gives them. */
export const builtInPrompts: ReadonlyMap<string, Factory<Prompt>> = new Map([
  ['account_name', checked(accountNamePrompt, isPrompt)],
  ['alert_danger', checked(prompts.alertDanger, isPrompt)],
  ['alert_info', checked(prompts.alertInfo, isPrompt)],
  ['alert_warning', checked(prompts.alertWarning, isPrompt)],
  ['ak-locale', checked(prompts.locale, isPrompt)],
  ['authenticator', checked(prompts.authenticatorPrompt, isPrompt)],
  ['checkbox', checked(prompts.checkbox, isPrompt)],
  ['date', checked(prompts.date, isPrompt)],
  ['date-time', checked(prompts.dateTime, isPrompt)],
  ['dropdown', checked(prompts.dropdown, isPrompt)],
  ['email', checked(prompts.email, isPrompt)],
  ['email_to_verify', checked(prompts.emailToVerify, isPrompt)],
  ['hidden', checked(prompts.hidden, isPrompt)],
  ['invite_code', checked(prompts.inviteCodePrompt, isPrompt)],
  ['kept_value', checked(keptValue, isPrompt)],
  ['number', checked(prompts.number, isPrompt)],
  ['password', checked(prompts.password, isPrompt)],
  ['radio-button-group', checked(prompts.radioButtonGroup, isPrompt)],
  ['separator', checked(prompts.separator, isPrompt)],
  ['session', checked(prompts.sessionPrompt, isPrompt)],
  ['static', checked(prompts.staticText, isPrompt)],
  ['tel', checked(prompts.tel, isPrompt)],
  ['text', checked(prompts.text, isPrompt)],
  ['text_area', checked(prompts.textArea, isPrompt)],
  ['text_area_read_only', checked(prompts.textAreaReadOnly, isPrompt)],
  ['text_read_only', checked(prompts.textReadOnly, isPrompt)],
  ['url', checked(prompts.url, isPrompt)],
  ['username', checked(prompts.username, isPrompt)],
  ['waitlist_email', checked(waitlistAddress, isPrompt)],
]);

const policyNames = [
  'celPolicy',
  'conditionalPolicy',
  'dummyPolicy',
  'eventMatcher',
  'geoIp',
  'ifAddressUnproved',
  'ifHasPassword',
  'ifManyWrongCodes',
  'ifMissing',
  'ifNoAuthenticator',
  'ifSignedOut',
  'ifSso',
  'ifUnproved',
  'ifUsernameMissing',
  'inGroup',
  'inviteCode',
  'isUser',
  'passwordExpiry',
  'passwordPolicy',
  'passwordsMatch',
  'recentlyAuthenticated',
  'reputation',
  'uniquePassword',
] as const;

/** By the name of the function. */
export const builtInPolicies: ReadonlyMap<string, Factory<Policy>> = new Map([
  ...policyNames.map((name) => [name, checked(policies[name], isPolicy)] as const),
  ...Object.entries({ ifAddressChanged, ifAnswered, ifOwnerUnclear, ifTicketSignsIn, rarely }).map(
    ([name, make]) => [name, checked(make, isPolicy)] as const,
  ),
]);

export function checked<Part>(
  factory: (...given: never[]) => unknown,
  isPart: (made: unknown) => made is Part,
): Factory<Part> {
  return (given) => {
    // What a file has is any JSON; the factory refuses what is none of its settings.
    const made: unknown = Reflect.apply(factory, undefined, [...given]);
    if (isPart(made)) return made;
    throw new Error('a factory of the kit made something else');
  };
}

function has(made: unknown, names: readonly string[]): boolean {
  return typeof made === 'object' && made !== null && names.every((name) => name in made);
}
