import { isJsonList, isJsonObject, type Json } from '../../base/json.js';

/** Python's truth: empty texts, lists and mappings are false, like 0, null and false. */
export function isTrue(value: Json): boolean {
  if (value !== null && typeof value === 'object')
    return isJsonList(value) ? value.length > 0 : isJsonObject(value) && Object.keys(value).length > 0;
  return Boolean(value);
}
