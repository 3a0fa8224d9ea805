import { isJsonList, isJsonObject, type Json } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Policy, PolicyQuestion } from '../flow/policy.js';
import type { PythonLookups } from './lookups.js';
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
  /** The passwords and codes that the expression has read: they are in no log. */
  readonly revealed: Set<string>;
}

/** A secret that is so short may stand in other values by chance. */
const shortest = 4;

/** True for a value with a text that is one of the secrets that the expression has read, or has one in it. */
export function holdsSecret({ revealed }: Asked, value: Json): boolean {
  const isIn = (text: string): boolean =>
    [...revealed].some((secret) => text === secret || (secret.length >= shortest && text.includes(secret)));
  const holds = (one: Json): boolean => {
    if (typeof one === 'string') return isIn(one);
    if (isJsonList(one)) return one.some(holds);
    return isJsonObject(one) && Object.entries(one).some(([key, inner]) => isIn(key) || holds(inner ?? null));
  };
  return holds(value);
}

/** A text without the secrets that the expression has read. */
export function concealed({ revealed }: Asked, text: string): string {
  return [...revealed].reduce((left, secret) => left.replaceAll(secret, '•••'), text);
}
