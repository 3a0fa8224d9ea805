import { canonicalEmail, canonicalUsername } from '../base/canonical.js';
import { getPath, type JsonObject } from '../base/json.js';
import { message, type FieldErrors } from '../base/message.js';

interface LoginNames {
  /** `null`: none was answered. */
  readonly username: string | null;
  readonly email: string | null;
  /** What is wrong with them; `null`: nothing. */
  readonly errors: FieldErrors | null;
}

/** The names of an account among the answers, in their canonical form: a policy may have changed what prompts have read. */
export function loginNamesIn(data: JsonObject): LoginNames {
  const [username, email] = [textAt(data, 'username'), textAt(data, 'email')];
  const [name, address] = [
    username === null ? null : canonicalUsername(username),
    email === null ? null : canonicalEmail(email),
  ];
  const errors: FieldErrors = {
    ...(name === null && username !== null ? { username: [message('prompt.username.form')] } : {}),
    ...(address === null && email !== null ? { email: [message('prompt.email.form')] } : {}),
  };
  return { username: name, email: address, errors: Object.keys(errors).length === 0 ? null : errors };
}

/** A text of the answers; `null` where it is none, or empty. */
export function textAt(data: JsonObject, key: string): string | null {
  const value = getPath(data, key);
  return typeof value === 'string' && value !== '' ? value : null;
}
