import { isForbiddenKey, isJsonList, isJsonObject, type Json } from '../../base/json.js';
import type { TagCall, TagRule } from './tag-table.js';

/** `!Context key` or `!Context [key, default]`; null without a value. A value that is null has no default, as in authentik. */
export const context: TagRule = (call) => {
  const value = call.scope.contextValue(call.text(call.parts[0], 'the key of a value'));
  return value === undefined ? otherwise(call) : value;
};

/** `!Env name` or `!Env [name, default]`: of the variables that the app allows. An empty one is none, as in authentik. */
export const env: TagRule = (call) => {
  const value = call.scope.environment(call.text(call.parts[0], 'the name of a variable'));
  return value === undefined || value === '' ? otherwise(call) : value;
};

/** `!File path` or `!File [path, default]`: the text of a file in the allowed folder. */
export const file: TagRule = (call) => {
  const path = call.text(call.parts[0], 'the path of a file');
  const text = call.scope.file(path);
  if (text !== undefined) return text;
  return call.parts.length > 1 ? otherwise(call) : call.fail(`there is no file "${path}" to read`);
};

/** `!ParseJSON text`. */
export const parseJson: TagRule = (call) => {
  const text = call.text(call.parts[0], 'a text of JSON');
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value, 0)) return value;
  } catch {
    // Reported below: the text itself may be a secret.
  }
  return call.fail('the text is no JSON that can be read here');
};

function otherwise(call: TagCall): Json {
  const [, preset] = call.parts;
  return preset === undefined ? null : call.resolve(preset);
}

const deepestJson = 60;

function isJson(value: unknown, depth: number): value is Json {
  if (depth > deepestJson) return false;
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  if (!isJsonObject(value) || Object.keys(value).some(isForbiddenKey)) return false;
  return Object.values(value).every((item) => isJson(item, depth + 1));
}

/** `!AtIndex [collection, key, default]`: one member of a list or a mapping. */
export const atIndex: TagRule = (call) => {
  const [from, at, preset] = call.parts;
  if (from === undefined || at === undefined) return call.fail('!AtIndex needs a collection and a key');
  const [collection = null, key = null] = call.all([() => call.resolve(from), () => call.resolve(at)]);
  const value = memberAt(collection, key);
  if (value !== undefined) return value;
  if (preset !== undefined) return call.resolve(preset);
  return call.fail(`the collection has no member ${JSON.stringify(key)}`, at.at);
};

function memberAt(collection: Json, key: Json): Json | undefined {
  if (isJsonList(collection)) return typeof key === 'number' ? collection.at(key) : undefined;
  if (!isJsonObject(collection) || typeof key === 'object') return undefined;
  return Object.hasOwn(collection, String(key)) ? collection[String(key)] : undefined;
}
