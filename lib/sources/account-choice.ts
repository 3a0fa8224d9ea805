import { digest128 } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import { SourceProblem } from './problem.js';

/** What asks for another account: a choice among those the provider knows, or signing in there anew. */
export type AccountChoice = 'select_account' | 'login';

/**
 * The parameter `prompt` (OpenID Connect Core 1.0, 3.1.2.1) for somebody who wants another account: what the app asks for
 * in any case stays, such as consent. Only `none`, which suppresses every prompt, is removed.
 */
export function promptForChoice(configured: unknown, choice: AccountChoice = 'select_account'): string {
  const words = typeof configured === 'string' ? configured.split(' ') : [];
  return [...words.filter((word) => !['', 'none', choice].includes(word)), choice].join(' ');
}

/** How another account is asked for at a provider that may not know the usual way. */
interface RememberedChoice {
  /** `login` for a day after the provider refused `select_account`. */
  current(): Promise<AccountChoice>;
  /**
   * Where an attempt that asked for `select_account` came back with an error that may be about that: notes it for all
   * processes. @throws SourceProblem `provider.account_choice`: the same attempt can be begun again
   */
  noteRefusal(asked: unknown, error: string | undefined): Promise<void>;
}

/** Not longer: an error may have had another cause. */
const rememberedSeconds = 86_400;

export function createRememberedChoice(
  ephemeralStore: EphemeralStore,
  provider: { readonly slug: string; readonly issuer: string },
): RememberedChoice {
  const key = `source-choice:${digest128(JSON.stringify([provider.slug, provider.issuer]))}`;
  return Object.freeze<RememberedChoice>({
    async current() {
      // A store that cannot say it is no reason to keep anybody out.
      const refused = await ephemeralStore.peek(key).catch(() => null);
      return refused === null ? 'select_account' : 'login';
    },
    async noteRefusal(asked, error) {
      if (
        asked !== 'select_account' ||
        error === undefined ||
        !/^(?:invalid_request$|invalid_prompt|unsupported)/.test(error)
      )
        return;
      await ephemeralStore.set(key, 'login', rememberedSeconds);
      throw new SourceProblem('provider.account_choice', error);
    },
  });
}
