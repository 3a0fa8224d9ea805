import { message } from '../base/message.js';
import { isSecret } from '../base/secret.js';
import { refuseSettings } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes when the passwords typed into `fields` are the same; default `password` and `password_repeat`. */
export function passwordsMatch(
  fields: readonly [string, string, ...string[]] = ['password', 'password_repeat'],
): Policy {
  const given: unknown = fields;
  if (!Array.isArray(given) || given.length < 2 || given.some((key) => typeof key !== 'string'))
    refuseSettings('passwordsMatch', {}, ['the fields must be an array of at least two keys of prompts']);
  const [first, ...others] = fields;
  return kitPolicy('passwordsMatch', [fields], {
    name: 'passwords-match',
    // The message stands beside the first: all of them are typed again.
    fields: [first, ...others],
    check({ answers }) {
      // The prompts decide whether blank passwords are allowed.
      const typed = fields
        .map((field) => answers[field])
        .map((answer) => (isSecret(answer) ? answer.reveal() : answer));
      return typed.every((password) => password === typed[0]) || message('policy.passwords_match.differ');
    },
  });
}
