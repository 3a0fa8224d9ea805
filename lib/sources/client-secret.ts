import { isSecret, Secret } from '../base/secret.js';
import { SourceProblem } from './problem.js';
import { isFunction, isText } from './setting-checks.js';

/** The secret of a client, or a function that returns it for one sign-in; `at` is in milliseconds since 1970. */
export type ClientSecret = string | Secret | ((at: number) => string | Secret | Promise<string | Secret>);

export function isClientSecret(value: unknown): boolean {
  return isFunction(value) || isText(isSecret(value) ? value.reveal() : value);
}

/** @throws SourceProblem `source.setup` where the app's function fails; its error may contain the secret */
export async function currentSecret(secret: ClientSecret, at: number): Promise<Secret> {
  if (typeof secret !== 'function') return isSecret(secret) ? secret : new Secret(secret);
  try {
    const made = await secret(at);
    if (isSecret(made)) return made;
    if (isText(made)) return new Secret(made);
  } catch (error) {
    throw new SourceProblem('source.setup', `clientSecret: ${error instanceof Error ? error.name : typeof error}`);
  }
  throw new SourceProblem('source.setup', 'clientSecret returned no text');
}
