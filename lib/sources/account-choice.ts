import { digest128 } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import { SourceProblem } from './problem.js';

/**
 * The `prompt` value that requests another account: a choice among the accounts that the provider knows, or a new
 * sign-in.
 */
export type AccountChoice = 'select_account' | 'login';

/**
 * The parameter `prompt` (OpenID Connect Core 1.0, 3.1.2.1) for a visitor who wants another account: the values that
 * the app configures are kept, such as consent. Only `none`, which suppresses every prompt, is removed.
 */
export function promptForChoice(configured: unknown, choice: AccountChoice = 'select_account'): string {
  const words = typeof configured === 'string' ? configured.split(' ') : [];
  return [...words.filter((word) => !['', 'none', choice].includes(word)), choice].join(' ');
}

/** How another account is requested from a provider that may not support the usual way. */
interface RememberedChoice {
  /** `login` for a day after the provider refused `select_account`. */
  current(): Promise<AccountChoice>;
  /**
   * If an attempt that asked for `select_account` returned with an error that may be caused by it: records that for all
   * processes. @throws SourceProblem `provider.account_choice`: the same attempt can be begun again
   */
  noteRefusal(asked: unknown, error: string | undefined): Promise<void>;
}

/** Not longer: the error may have had another cause. */
const rememberedSeconds = 86_400;

export function createRememberedChoice(
  ephemeralStore: EphemeralStore,
  provider: { readonly slug: string; readonly issuer: string },
): RememberedChoice {
  const key = `source-choice:${digest128(JSON.stringify([provider.slug, provider.issuer]))}`;
  return Object.freeze<RememberedChoice>({
    async current() {
      // A store that cannot answer is no reason to refuse a sign-in.
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
