import { promptModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { FlowOf } from './building.js';

/**
 * The password prompts of a page beside the first: authentik compares them. They ask for the same password again, so a
 * weak one is reported once.
 */
export function repeatedPasswords(prompts: readonly FlowRecord[], flow: FlowOf): ReadonlySet<FlowRecord> {
  if (flow.isOwn) return new Set();
  const passwords = prompts
    .filter(({ model, fields }) => model === promptModel && (fields['type'] ?? fields['prompt_type']) === 'password')
    .sort((one, other) => orderOf(one) - orderOf(other));
  // The account gets the one with this key.
  const first = passwords.find(({ fields }) => fields['field_key'] === 'password') ?? passwords[0];
  return new Set(passwords.filter((one) => one !== first));
}

function orderOf({ fields: { order } }: FlowRecord): number {
  return typeof order === 'number' ? order : 0;
}
