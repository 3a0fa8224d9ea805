import type { EnrollmentClock } from '../../base/clock.js';
import type { SignInEvidence } from '../../executor/sign-in-evidence.js';
import { planLimits } from '../../flow/plan.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { Redemptions } from '../../ports/redemptions.js';

/** How long the exact repetition of a form is answered as the form itself: a second click, a reload of the answer. */
export const repetitionSeconds = planLimits.receiptSeconds;

/** What one request shows about an account that another request of the same enrollment has written. */
interface RepeatedForm {
  /** To be called before the account is written. */
  begin(): Promise<void>;
  /** When this form, field by field and from this browser, began to write; `maySignIn` decides whether that is enough. */
  evidence(user: string): Promise<SignInEvidence>;
}

/**
 * An enrollment of a guard is one form of one browser: its id is a keyed digest of both. What its id finds was therefore
 * written by the same form; this tells whether that was just now. A note is left before the account is written, and only
 * while there is none, so that neither a late repetition nor a store that was set back makes an old account look new.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the app's table does not answer
 */
export async function openRepeatedForm(
  {
    ephemeralStore,
    findRedemption,
    clock,
  }: {
    readonly ephemeralStore: EphemeralStore;
    readonly findRedemption: Redemptions['find'] | null;
    readonly clock: EnrollmentClock;
  },
  enrollmentId: string,
): Promise<RepeatedForm> {
  const key = `guard:${enrollmentId}`;
  const isWritten = findRedemption !== null && (await findRedemption({ enrollmentId })) !== null;
  return {
    begin: async () => {
      if (!isWritten) await ephemeralStore.set(key, String(clock.now()), repetitionSeconds);
    },
    async evidence(user) {
      const begun = await ephemeralStore.peek(key);
      return {
        type: 'form_repeated',
        user,
        form: enrollmentId,
        // The note is found by the digest of the form that left it.
        firstForm: begun === null ? undefined : enrollmentId,
        agoMs: begun === null ? Infinity : clock.now() - Number(begun),
      };
    },
  };
}

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
