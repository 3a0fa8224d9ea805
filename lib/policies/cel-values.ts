import { isForbiddenKey, isJsonObject, type Json } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import type { PolicyQuestion } from '../flow/policy.js';
import { promptDataOf } from '../flow/prompt-data.js';
import type { UserProfile } from '../ports/user-store.js';
import type { CheckSize } from './cel-limits.js';

/**
 * The variables of an expression. Answers are read only when the expression reads them, so that a policy which does not
 * look at a password does not count as one that does.
 */
export function celVariables(
  question: PolicyQuestion,
  account: UserProfile | null,
  checkSize: CheckSize,
): Record<string, unknown> {
  const { facts, flow, step, context } = question;
  const celValue = (value: unknown): unknown => valueOf(value, checkSize);
  const { password_hash: _hash, identity: _identity, ...visible } = context;
  return {
    prompt_data: lazyRecord(promptDataOf(question, plain).map(([key, read]) => [key, () => celValue(read())])),
    context: lazyRecord(Object.entries(visible).map(([key, value]) => [key, () => celValue(value)])),
    user: {
      authenticated: facts.user !== undefined,
      id: account?.id ?? '',
      username: account?.username ?? '',
      email: account?.email ?? '',
      name: account?.name ?? '',
      active: account?.active ?? false,
      groups: [...(account?.groups ?? [])],
    },
    request: {
      address: facts.address,
      locale: facts.locale,
      tenant: facts.tenant ?? '',
      now: new Date(facts.now),
      posted: facts.act,
    },
    flow: { slug: flow.slug, designation: flow.designation, step },
  };
}

function plain(answer: PolicyQuestion['answers'][string]): Json {
  return (isSecret(answer) ? answer.reveal() : answer) ?? null;
}

function lazyRecord(entries: readonly (readonly [string, () => unknown])[]): object {
  const record = Object.setPrototypeOf({}, null) as object;
  for (const [key, get] of entries)
    if (!isForbiddenKey(key)) Object.defineProperty(record, key, { enumerable: true, get });
  return record;
}

/** A JSON value in CEL's types: whole numbers are `int`, others `double`. @throws where it is too large */
function valueOf(value: unknown, checkSize: CheckSize): unknown {
  checkSize(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((member: unknown) => valueOf(member, checkSize));
  if (!isJsonObject(value)) return value === undefined || typeof value === 'object' ? null : value;
  const entries = Object.entries(value).filter(([key, member]) => member !== undefined && !isForbiddenKey(key));
  return lazyRecord(entries.map(([key, member]) => [key, () => valueOf(member, checkSize)]));
}
