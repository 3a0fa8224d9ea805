import { isJsonObject, type JsonObject } from '../../base/json.js';
import type { Message } from '../../base/message.js';
import { isTarget } from '../../base/target.js';
import type { CompletionReceipt, RefusedReceipt, RenewedSession, WrittenAccount } from '../plan.js';
import {
  isAbsentOr,
  isCount,
  isGeoBinding,
  isMessage,
  isNetworkBinding,
  isPasswordTime,
  isText,
} from './stored-values.js';

/** The completion receipt in a stored record; `null`: it is damaged. */
export function storedReceipt(found: JsonObject): CompletionReceipt | null {
  const { id, flow, build, step, form, continues, wrote, refused, to, notice, handedOver, next } = found;
  const {
    user,
    authenticatedAt,
    epoch,
    password,
    rememberSeconds,
    networkBinding,
    geoBinding,
    finishedAt,
    signedOut,
    renewed,
    written,
  } = found;
  if (
    typeof id !== 'string' ||
    typeof flow !== 'string' ||
    typeof step !== 'string' ||
    !isTarget(to) ||
    !isAbsentOr(next, isTarget) ||
    !isAbsentOr(user, isText) ||
    !isAbsentOr(form, isText) ||
    !isAbsentOr(signedOut, isText) ||
    !isAbsentOr(renewed, isRenewed) ||
    !isAbsentOr(written, isWritten) ||
    !isAbsentOr(refused, isRefused) ||
    // Unbound, the sign-in would count for more than the first one.
    !isAbsentOr(networkBinding, isNetworkBinding) ||
    !isAbsentOr(geoBinding, isGeoBinding) ||
    !isCount(finishedAt)
  )
    return null;
  return {
    v: 1,
    done: true,
    id,
    flow,
    ...(isText(build) ? { build } : {}),
    step,
    ...(typeof form === 'string' ? { form } : {}),
    to,
    ...(isNotice(notice) ? { notice } : {}),
    rememberSeconds: isCount(rememberSeconds) ? rememberSeconds : null,
    ...(isNetworkBinding(networkBinding) ? { networkBinding } : {}),
    ...(isGeoBinding(geoBinding) ? { geoBinding } : {}),
    finishedAt,
    ...(typeof user === 'string' ? { user } : {}),
    ...(isText(signedOut) ? { signedOut } : {}),
    ...(isRenewed(renewed) ? { renewed } : {}),
    ...(isWritten(written) ? { written } : {}),
    ...(isCount(authenticatedAt) ? { authenticatedAt } : {}),
    ...(isCount(epoch) ? { epoch } : {}),
    ...(isPasswordTime(password) ? { password } : {}),
    ...(handedOver === 'linked' || handedOver === 'begun' ? { handedOver } : {}),
    ...(isTarget(next) ? { next } : {}),
    ...(continues === true ? { continues } : {}),
    ...(wrote === true ? { wrote } : {}),
    ...(isRefused(refused) ? { refused: { messages: refused.messages, reference: refused.reference } } : {}),
  };
}

const isRenewed = (value: unknown): value is RenewedSession & JsonObject =>
  isJsonObject(value) &&
  isText(value['user']) &&
  isText(value['session']) &&
  isCount(value['at']) &&
  isCount(value['epoch']) &&
  isPasswordTime(value['password']);
const isWritten = (value: unknown): value is WrittenAccount & JsonObject =>
  isJsonObject(value) && isText(value['user']) && isText(value['names']);
const isNotice = (value: unknown): value is Message & JsonObject => isMessage(value);
const isRefused = (value: unknown): value is RefusedReceipt & JsonObject =>
  isJsonObject(value) &&
  Array.isArray(value['messages']) &&
  value['messages'].every(isMessage) &&
  (value['reference'] === null || isText(value['reference']));
