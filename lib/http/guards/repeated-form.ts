import type { EnrollmentClock } from '../../base/clock.js';
import type { SignInEvidence } from '../../executor/sign-in-evidence.js';
import { planLimits } from '../../flow/plan.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { Redemptions } from '../../ports/redemptions.js';

/** How long an exact repetition of a form gets the form's own answer: a second click, a reload of the answer. */
export const repetitionSeconds = planLimits.receiptSeconds;

/** What one request knows about an account that another request of the same enrollment wrote. */
interface RepeatedForm {
  /** To be called before the account is written. */
  begin(): Promise<void>;
  /**
   * When this form, identical in every field and from this browser, began to write; `maySignIn` decides whether that
   * suffices.
   */
  evidence(user: string): Promise<SignInEvidence>;
}

/**
 * A guard's enrollment is one form of one browser: its id is a keyed digest of both. An account found by that id was
 * therefore written by the same form; this reports whether that was recent. A note is stored before the account is
 * written, and only if there is none, so that neither a late repetition nor a restored store makes an old account look
 * new.
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
        // The note is looked up by the digest of the form that stored it.
        firstForm: begun === null ? undefined : enrollmentId,
        agoMs: begun === null ? Infinity : clock.now() - Number(begun),
      };
    },
  };
}

/** As long as an attempt's cookie. */
const seconds = 24 * 60 * 60;

/**
 * Remembers that an attempt has created an account under a name. Only the wording depends on it: if the answer was lost
 * and the visitor types the form again, the page says that the account is ready instead of that the invitation is used
 * up. It never grants access.
 */
export interface KnownAccount {
  note(): void;
  isThere(): Promise<boolean>;
}

/** `digest: null`: the form contains nothing that identifies an account. */
export function knownAccount(ephemeralStore: EphemeralStore, digest: string | null): KnownAccount {
  if (digest === null) return { note: () => undefined, isThere: () => Promise.resolve(false) };
  const key = `guard:account:${digest}`;
  return {
    note() {
      // The account exists, and only a sentence depends on this.
      ephemeralStore.set(key, '1', seconds).catch(() => undefined);
    },
    isThere: async () => (await ephemeralStore.peek(key)) !== null,
  };
}
