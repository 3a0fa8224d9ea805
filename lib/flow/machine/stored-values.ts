import type { GeoBinding, NetworkBinding } from '../../ports/client-binding.js';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import { isTarget } from '../../base/target.js';
import type { Plan } from '../plan.js';

/** True for a context as this build stores it; one that is damaged, or of another build, is none. */
export function isContext(value: unknown): value is JsonObject & Plan['context'] {
  if (!isJsonObject(value)) return false;
  const { prompt_data, fixed_data, invitation, redirect, password_hash, pending_user } = value;
  const {
    pending_user_identifier,
    remember_me,
    second_factor,
    selected_challenge,
    auth_method,
    identity,
    is_sso,
    source,
    oauth_userinfo,
    invitation_rule,
    connect_to,
    enroll_instead,
    signed_in_recently,
    inviter_name,
    email_code,
    email_verified,
    password_seen,
    is_redirected,
    is_restored,
    source_stage,
    source_stage_user,
    redirect_stage_target,
    deny_message,
    ticket,
  } = value;
  return (
    isAbsentOr(prompt_data, isJsonObject) &&
    isAbsentOr(fixed_data, isJsonObject) &&
    isAbsentOr(redirect, isTarget) &&
    isAbsentOr(password_hash, isText) &&
    isAbsentOr(pending_user, isText) &&
    isAbsentOr(pending_user_identifier, isText) &&
    isAbsentOr(remember_me, isTruth) &&
    isAbsentOr(second_factor, isText) &&
    isAbsentOr(selected_challenge, isText) &&
    isAbsentOr(auth_method, isText) &&
    isAbsentOr(identity, isIdentity) &&
    isAbsentOr(is_sso, isTruth) &&
    isAbsentOr(source, isText) &&
    isAbsentOr(oauth_userinfo, isJsonObject) &&
    isAbsentOr(invitation_rule, isRule) &&
    isAbsentOr(connect_to, isText) &&
    isAbsentOr(enroll_instead, isText) &&
    isAbsentOr(signed_in_recently, isTruth) &&
    isAbsentOr(email_code, isSentCode) &&
    isAbsentOr(email_verified, isText) &&
    isAbsentOr(password_seen, isText) &&
    isAbsentOr(is_redirected, isText) &&
    isAbsentOr(is_restored, isTruth) &&
    isAbsentOr(source_stage, isText) &&
    isAbsentOr(source_stage_user, isText) &&
    isAbsentOr(redirect_stage_target, isText) &&
    isAbsentOr(deny_message, (text) => isText(text) || isMessage(text)) &&
    isAbsentOr(inviter_name, (name) => name === null || isText(name)) &&
    isAbsentOr(invitation, isInvitation) &&
    isAbsentOr(ticket, isTicket)
  );
}

function isIdentity(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const {
    source,
    issuer,
    subject,
    sourceName,
    pendingSince,
    email,
    emailVerified,
    otherEmails,
    username,
    name,
    claims,
  } = value;
  return (
    [source, issuer, subject, sourceName].every(isText) &&
    [email, username, name].every((said) => said === null || isText(said)) &&
    isCount(pendingSince) &&
    isTruth(emailVerified) &&
    Array.isArray(otherEmails) &&
    otherEmails.every(isText) &&
    isJsonObject(claims)
  );
}

const isSentCode = (value: unknown): boolean =>
  isJsonObject(value) &&
  [value['step'], value['recipient'], value['address'], value['code'], value['link']].every(isText) &&
  (value['user'] === null || isText(value['user'])) &&
  (value['password'] === null || isText(value['password'])) &&
  isCount(value['expires_at']);
const isAcceptance = (value: unknown): boolean =>
  isJsonObject(value) && isText(value['account']) && isText(value['enrollmentId']);
const isInvitation = (value: unknown): boolean =>
  isJsonObject(value) &&
  isText(value['id']) &&
  isCount(value['version']) &&
  isAbsentOr(value['acceptance'], isAcceptance) &&
  isAbsentOr(value['data'], isJsonObject) &&
  isAbsentOr(value['reservedUntil'], isCount);
const isTicket = (value: unknown): boolean =>
  isJsonObject(value) &&
  [value['subject'], value['id'], value['purpose'], value['user']].every(isText) &&
  (value['app'] === null || isText(value['app'])) &&
  isTruth(value['signs_in']) &&
  isTruth(value['mailed']) &&
  (value['leads_to'] === null || isText(value['leads_to']));
const isRule = (value: unknown): boolean => value === 'required' || value === 'optional' || value === 'never';

export const isMessage = (value: unknown): boolean =>
  isJsonObject(value) && isText(value['id']) && isAbsentOr(value['values'], isJsonObject);
const isTruth = (value: unknown): boolean => typeof value === 'boolean';
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
export const isAbsentOr = (value: unknown, check: (present: unknown) => boolean): boolean =>
  value === undefined || check(value);

export function isNetworkBinding(value: unknown): value is Exclude<NetworkBinding, 'none'> {
  return value === 'asn' || value === 'network' || value === 'address';
}

export function isGeoBinding(value: unknown): value is Exclude<GeoBinding, 'none'> {
  return value === 'continent' || value === 'country' || value === 'city';
}

/** `UserProfile.passwordChangedAt` */
export function isPasswordTime(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}
