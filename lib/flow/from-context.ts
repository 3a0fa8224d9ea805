import { configError } from '../base/config-error.js';
import { getPath, isJsonObject, type Json } from '../base/json.js';
import type { StageContext } from './facts.js';
import { kitMade } from './made-by.js';

/**
 * A setting of a prompt that is read from the plan's context: `initial: fromContext('prompt_data.team')`. Nothing where
 * the context has no such value.
 * @throws ERR_ENROLLMENT_CONFIG for an empty path, and for the password's hash
 */
export const fromContext = kitMade('fromContext', (path: string): ((at: StageContext) => Json | undefined) => {
  if (path === '' || path === 'password_hash')
    throw configError([`fromContext: '${path}' is not a value that a page may show`]);
  return ({ context }) => {
    const record: object = context;
    return isJsonObject(record) ? getPath(record, path) : undefined;
  };
});
