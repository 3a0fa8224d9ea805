import { isJsonList, isJsonObject, type Json } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Policy, PolicyQuestion } from '../flow/policy.js';
import type { PythonLookups } from './lookups.js';
import type { UserProfile } from '../ports/user-store.js';
import type { Machine } from '../python/run/machine.js';
import type { RevealedSecrets } from './revealed-secrets.js';

/** One question to an expression policy, and what comes of it. */
export interface Asked {
  readonly policy: string;
  readonly question: PolicyQuestion;
  readonly lookups: PythonLookups;
  /** The groups that contain a group, by its name. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly policies: Readonly<Record<string, Policy>>;
  /** The account that the flow is about, else of the signed-in user; `null`: there is none. */
  readonly account: UserProfile | null;
  readonly messages: Message[];
  /** The answers that this policy or another one of the form consumes: codes that nothing keeps. */
  readonly consumes: readonly string[];
  /** The passwords and codes that the expression has read: they are in no log. */
  readonly revealed: RevealedSecrets;
}

/**
 * A value without what has one of the secrets in it that the expression has read: a member of a record is left out, a
 * list as a whole. `undefined`: nothing is left. Each look at a text takes steps of the run.
 * @throws LimitExceeded
 */
export function withoutCopies({ revealed }: Asked, m: Machine, value: Json): Json | undefined {
  const isIn = (text: string): boolean => {
    m.visit(text.length * (1 + revealed.passes));
    return revealed.isIn(text);
  };
  // What has no secret in it is itself.
  const kept = (one: Json): Json | undefined => {
    m.step();
    if (typeof one === 'string') return isIn(one) ? undefined : one;
    if (typeof one === 'number') return revealed.isOne(String(one)) ? undefined : one;
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

/** A text without the secrets that the expression has read, cut to a length. */
export function concealed({ revealed }: Asked, text: string, longest = Infinity): string {
  return revealed.conceal(text.slice(0, longest), text.length > longest);
}

/** A message without the secrets that the expression has read. */
export function concealedIn(asked: Asked, { id, values = {} }: Message): Message {
  const { text } = values;
  return { id, values: typeof text === 'string' ? { ...values, text: concealed(asked, text) } : values };
}
