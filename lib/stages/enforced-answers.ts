import type { Awaitable } from '../base/awaitable.js';
import { getPath, type Json, type JsonObject } from '../base/json.js';
import type { StageContext } from '../flow/facts.js';
import type { Flow } from '../flow/flow.js';
import type { Prompt } from '../flow/prompt.js';

/**
 * What an invitation enforces in the data of the account that the flow writes: the plan's invitation for a new account,
 * the one that the account came from where the flow changes it. Empty elsewhere.
 */
export function enforcedData({ context, facts, flow, services }: StageContext): Awaitable<JsonObject> {
  if (writes(flow, 'creates')) return context.invitation?.data ?? {};
  return facts.user !== undefined && writes(flow, 'changes') ? services.accounts.enforced(facts.user) : {};
}

/** The answer that the invitation gives instead of the visitor; `undefined`: none. */
export function enforcedAnswer({ key, kind }: Prompt, enforced: JsonObject): Json | undefined {
  return kind.asked && !kind.concealed && kind.file === undefined && !ofAccount.has(key)
    ? getPath(enforced, key)
    : undefined;
}

/** The columns of an account, which are no data. */
const ofAccount: ReadonlySet<string> = new Set(['username', 'email', 'name', 'password', 'password_repeat']);

function writes({ bindings }: Flow, how: 'creates' | 'changes'): boolean {
  return bindings.some(
    ({ stage }) => !stage.asking && (how === 'creates' ? stage.creates : stage.requires.includes('account-changes')),
  );
}
