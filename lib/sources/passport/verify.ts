import type { SourceIdentity } from '../../ports/source.js';
import { parseIdentity } from '../parse-identity.js';
import { SourceProblem } from '../problem.js';
import type { PassportSourceSettings, Verify } from './settings.js';

interface PassportVerify {
  readonly verify: Verify;
  /** The identity for what the strategy called a user. @throws SourceProblem where it is none of ours */
  recognized(user: unknown): SourceIdentity;
}

/**
 * The `verify` of one strategy: converts the provider's data to an identity, and passes the strategy a stand-in for it.
 */
export function createPassportVerify<Given extends readonly unknown[]>(
  settings: PassportSourceSettings<Given>,
): PassportVerify {
  const identities = new WeakMap<object, SourceIdentity>();

  async function recognize(given: readonly unknown[]): Promise<object> {
    // The strategy's values are of unknown types; the app's function converts them.
    const said = await settings.identity(...(given as Given));
    if (said === null) throw new SourceProblem('identity.refused');
    const user = {};
    identities.set(user, parseIdentity(settings, said));
    return user;
  }

  const verify: Verify = (...given) => {
    const done = given.at(-1);
    if (typeof done !== 'function') throw new SourceProblem('source.setup', 'verify was called without a callback');
    const answer = (...answers: readonly unknown[]): unknown => Reflect.apply(done, undefined, answers);
    recognize(given.slice(0, -1))
      .then((user) => answer(null, user))
      // An exception thrown inside the callback ends this sign-in, too.
      .catch((error: unknown) => answer(problemOfIdentity(error)))
      .catch(() => undefined);
  };
  if (settings.verifyArity !== undefined) Object.defineProperty(verify, 'length', { value: settings.verifyArity });

  return {
    verify,
    recognized(user) {
      const identity = typeof user === 'object' && user !== null ? identities.get(user) : undefined;
      if (identity === undefined) throw new SourceProblem('strategy.undecided', 'verify was not asked');
      return identity;
    },
  };
}

/** An app's exception may contain anything: only its class is reported. */
function problemOfIdentity(error: unknown): SourceProblem {
  return error instanceof SourceProblem
    ? error
    : new SourceProblem('identity.malformed', error instanceof Error ? error.name : typeof error);
}
