import type { JsonObject } from '../../../base/json.js';
import type { Properties } from './component.js';

/** JSON Schema of the values that several components have. */
export const text: JsonObject = { type: 'string' };
export const flag: JsonObject = { type: 'boolean' };
export const anyRecord: JsonObject = { type: 'object', additionalProperties: true };
export const textOrNull: JsonObject = { type: ['string', 'null'] };

export function described(schema: JsonObject, description: string): JsonObject {
  return { ...schema, description };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

export function refTo(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

export function orNull(schema: JsonObject): JsonObject {
  return { anyOf: [schema, { type: 'null' }] };
}

/** The user that the stage is about, as the page shows it; `''` where it does not. */
export const userInfo: Properties = { pending_user: text, pending_user_avatar: text };
export const userInfoRequired = Object.freeze(['pending_user', 'pending_user_avatar']);

export const fieldList: JsonObject = listOf(refTo('PromptField'));
