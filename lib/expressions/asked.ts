import { isJsonList, isJsonObject, type Json } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Policy, PolicyQuestion } from '../flow/policy.js';
import type { PythonLookups } from './lookups.js';
import { secretSearch } from './secret-search.js';
import type { UserProfile } from '../ports/user-store.js';

/** One question to an expression policy, and what comes of it. */
export interface Asked {
  readonly policy: string;
  readonly question: PolicyQuestion;
  readonly lookups: PythonLookups;
  readonly policies: Readonly<Record<string, Policy>>;
  /** The account that the flow is about, else of the signed-in user; `null`: there is none. */
  readonly account: UserProfile | null;
  readonly messages: Message[];
  /** The answers that this policy or another one of the form consumes: codes that nothing keeps. */
  readonly consumes: readonly string[];
  /** The passwords and codes that the expression has read: they are in no log. */
  readonly revealed: Set<string>;
}

/**
 * A value without what has one of the secrets in it that the expression has read: a member of a record is left out, a
 * list as a whole. `undefined`: nothing is left.
 */
export function withoutCopies({ revealed }: Asked, value: Json): Json | undefined {
  const secrets = [...revealed].map((secret) => ({ whole: plain(secret), search: secretSearch(secret) }));
  const isIn = (text: string): boolean =>
    secrets.some(({ whole, search }) => plain(text) === whole || search?.isIn(text) === true);
  // What has no secret in it is itself.
  const kept = (one: Json): Json | undefined => {
    if (typeof one === 'string') return isIn(one) ? undefined : one;
    if (typeof one === 'number') return secrets.some(({ whole }) => whole === String(one)) ? undefined : one;
    if (isJsonList(one)) return one.every((item) => kept(item) === item) ? one : undefined;
    if (!isJsonObject(one)) return one;
    const members = Object.entries(one).map(
      ([key, value = null]) => [key, value, isIn(key) ? undefined : kept(value)] as const,
    );
    if (members.every(([, value, left]) => value === left)) return one;
    return Object.fromEntries(members.flatMap(([key, , left]) => (left === undefined ? [] : [[key, left]])));
  };
  return kept(value);
}

const plain = (text: string): string => text.trim().toLowerCase();

/** A text without the secrets that the expression has read. */
export function concealed({ revealed }: Asked, text: string): string {
  return [...revealed].reduce(
    (left, secret) => secretSearch(secret)?.conceal(left) ?? left.replaceAll(secret, '•••'),
    text,
  );
}

/** A message without the secrets that the expression has read. */
export function concealedIn(asked: Asked, { id, values = {} }: Message): Message {
  const { text } = values;
  return { id, values: typeof text === 'string' ? { ...values, text: concealed(asked, text) } : values };
}
