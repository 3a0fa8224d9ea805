import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import type { Message } from '../../base/message.js';
import { isMessage } from '../../pages/field-view.js';

/** A challenge with texts in place of its messages. */
export function localize(challenge: JsonObject, text: (message: Message) => string): JsonObject {
  return Object.fromEntries(Object.entries(challenge).map(([key, value]) => [key, localized(value, text)]));
}

function localized(value: Json | undefined, text: (message: Message) => string): Json {
  if (isJsonList(value)) return value.map((member) => localized(member, text));
  if (!isJsonObject(value)) return value ?? null;
  const isWords = Object.keys(value).every((key) => key === 'id' || key === 'values');
  return isWords && isMessage(value) ? text(value) : localize(value, text);
}
