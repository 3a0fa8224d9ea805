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

/** A text without the secrets that the expression has read. */
export function concealed({ revealed }: Asked, text: string): string {
  return [...revealed].reduce((left, secret) => left.replaceAll(secret, '•••'), text);
}
