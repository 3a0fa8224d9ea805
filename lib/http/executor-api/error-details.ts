import type { JsonObject } from '../../base/json.js';
import type { FieldErrors, Message } from '../../base/message.js';

/**
 * Errors in authentik's form; `null`: there are none. What belongs to no field is `non_field_errors`. `labels`: of the
 * fields, which their sentences name. `postedNames`: of fields that the client has by other names than the stage.
 */
export function errorDetails(
  errors: FieldErrors,
  say: (message: Message) => string,
  labels: ReadonlyMap<string, string>,
  postedNames: Readonly<Record<string, string>> = {},
): JsonObject | null {
  const entries = Object.entries(errors).filter(([, messages]) => messages.length > 0);
  if (entries.length === 0) return null;
  const names = new Map(Object.entries(postedNames));
  return Object.fromEntries(
    entries.map(([field, messages]) => [
      field === '' ? 'non_field_errors' : (names.get(field) ?? field),
      messages.map((one) => ({ string: say(withLabel(one, labels.get(field) ?? field)), code: codeOf(one) })),
    ]),
  );
}

function withLabel({ id, values }: Message, label: string): Message {
  return { id, values: { label, ...values } };
}

/** authentik's codes, from what the kit's sentences are about. */
function codeOf({ id }: Message): string {
  if (id === 'notice.email_sent') return 'email-sent';
  if (id === 'notice.moved_on') return 'invalid_choice';
  if (/\.blank(?:\.|$)|\.missing$/.test(id)) return 'required';
  if (/too_long$/.test(id)) return 'max_length';
  return id === 'prompt.choice.unknown' ? 'invalid_choice' : 'invalid';
}
