import type { Message } from '../base/message.js';
import type { Policy, PolicyQuestion } from '../flow/policy.js';
import type { PythonLookups } from './lookups.js';
import type { UserProfile } from '../ports/user-store.js';
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
  /** False where another expression asks: nothing that it changes is kept, and its messages are that one's values. */
  readonly isKept: boolean;
  /** The passwords and codes that the expression has read: they are in no log. */
  readonly revealed: RevealedSecrets;
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
