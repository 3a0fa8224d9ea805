import { getPath } from '../base/json.js';
import { refuseSettings } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes while `field` has no value, so that a page asks only for missing values. Dots nest: `attributes.team`. */
export function ifMissing(field: string): Policy {
  const given: unknown = field;
  if (typeof given !== 'string' || given === '')
    refuseSettings('ifMissing', {}, ["the field must be the key of a prompt, such as 'email'"]);
  return kitPolicy('ifMissing', [field], {
    name: `if-${field}-missing`,
    check: ({ context }) => {
      // An existing account keeps its own values.
      if (typeof context.account_to_claim === 'string') return false;
      const value = getPath(context.prompt_data ?? {}, field) ?? '';
      return value === '';
    },
  });
}
