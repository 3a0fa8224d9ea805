import type { EphemeralStore } from '../../ports/ephemeral-store.js';

/** As long as an attempt's cookie. */
const seconds = 24 * 60 * 60;

/**
 * Remembers that an attempt has made an account under a name, for the wording alone: a person whose answer was lost and
 * who types the form anew reads that the account is ready, not that the invitation is used up. It never grants access.
 */
export interface KnownAccount {
  note(): void;
  isThere(): Promise<boolean>;
}

/** `digest: null`: the form has nothing that names an account. */
export function knownAccount(ephemeralStore: EphemeralStore, digest: string | null): KnownAccount {
  if (digest === null) return { note: () => undefined, isThere: () => Promise.resolve(false) };
  const key = `guard:account:${digest}`;
  return {
    note() {
      // The account is there, and only a sentence depends on this.
      ephemeralStore.set(key, '1', seconds).catch(() => undefined);
    },
    isThere: async () => (await ephemeralStore.peek(key)) !== null,
  };
}
