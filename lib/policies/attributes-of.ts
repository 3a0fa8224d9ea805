import { isJsonObject, type JsonObject } from '../base/json.js';
import type { UserProfile } from '../ports/user-store.js';

/**
 * What authentik has in a user's `attributes`: flow files write it below `data.attributes`, the app's own flows also
 * beside that. A key that both have is that of the flow files.
 */
export function attributesOf({ data = {} }: UserProfile): JsonObject {
  const { attributes, ...others } = data;
  return isJsonObject(attributes) ? { ...others, ...attributes } : data;
}
