import type { Building } from '../build/building.js';
import type { FlowRecord } from '../records/record.js';

/** Fields of authentik's accounts, to which its write assigns what a prompt of this key asks for. */
const accountFields: ReadonlySet<string> = new Set(
  'type path uuid last_login date_joined password_change_date last_updated is_superuser'.split(' '),
);

/** Keys that authentik's write drops. */
const droppedKeys: ReadonlySet<string> = new Set(['groups', 'id', 'pk', 'component', 'user_permissions', 'ak_groups']);

const passwordKeys: ReadonlySet<string> = new Set(['password', 'password_repeat']);

/** What prompts of a flow that writes an account ask for, and authentik would do with it. */
export function checkAccountFields(prompts: readonly FlowRecord[], building: Building): void {
  for (const prompt of prompts) {
    const { field_key: key, type = prompt.fields['prompt_type'] } = prompt.fields;
    if (typeof key !== 'string') continue;
    if (key === 'is_active')
      building.report(
        prompt,
        'refused',
        'field_key',
        '"field_key": accounts are active ones here, and no prompt says otherwise: the app’s UserStore may create accounts that wait',
      );
    if (passwordKeys.has(key) && type !== 'password')
      building.report(
        prompt,
        'refused',
        'field_key',
        `"field_key": "${key}" is the key of a prompt of the type "password" only: its text would be kept in the plan`,
      );
    if (accountFields.has(key))
      building.report(
        prompt,
        'noticed',
        'field_key',
        '"field_key": a field of the account in authentik is part of its data here',
      );
    if (droppedKeys.has(key))
      building.report(
        prompt,
        'noticed',
        'field_key',
        '"field_key": what authentik drops is part of the account’s data here',
      );
  }
}
