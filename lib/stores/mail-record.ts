import { mailKinds, mailStateNames, mailSubjectOf } from '../base/mail-kinds.js';
import { isJsonObject, type JsonObject } from '../base/json.js';
import type { MailState, MailStatus } from '../ports/mail-queue.js';
import type { MailRecord } from '../ports/mail-records.js';

/** True for a state in which nothing is sent any more. */
export function isEnded(state: MailState): boolean {
  return state !== 'queued' && state !== 'sending';
}

export function mailRecordText(record: MailRecord): string {
  return JSON.stringify(record);
}

/** A stored record; `null` for what is none. */
export function mailRecordOf(text: unknown): MailRecord | null {
  const value = parsed(text);
  if (value === null) return null;
  const kind = mailKinds.find((one) => one === value['kind']);
  const state = mailStateNames.find((one) => one === value['state']);
  const { id, key, hint, token, attempts, queuedAt, changedAt, revision } = value;
  if (
    kind === undefined ||
    state === undefined ||
    typeof id !== 'string' ||
    typeof key !== 'string' ||
    typeof hint !== 'string' ||
    typeof token !== 'string' ||
    typeof attempts !== 'number' ||
    typeof queuedAt !== 'number' ||
    typeof changedAt !== 'number' ||
    typeof revision !== 'number'
  )
    return null;
  return {
    id,
    key,
    kind,
    about: mailSubjectOf(value['about']),
    tenant: textOrNull(value['tenant']),
    inviter: textOrNull(value['inviter']),
    recipient: textOrNull(value['recipient']),
    hint,
    state,
    attempts,
    queuedAt,
    changedAt,
    failure: failureOf(value['failure']),
    revision,
    token,
  };
}

function failureOf(value: unknown): MailStatus['failure'] {
  if (!isJsonObject(value) || typeof value['response'] !== 'string') return null;
  return { response: value['response'], permanent: value['permanent'] === true };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function parsed(text: unknown): JsonObject | null {
  if (typeof text !== 'string') return null;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
